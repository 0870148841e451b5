/**
 * Prometheus metrics from the hooks of the Headwater packages, in a registry of yours.
 *
 * @module
 */
export type { ClaimChecks } from './claim-check-metrics.ts'
export { codecMetrics, type CodecMetrics } from './codec-metrics.ts'
export type { DeadLetterDisposition, DeadLetterFacts } from './dead-letter-metrics.ts'
export { embeddedMetrics, type CountingCluster } from './embedded-metrics.ts'
export {
  intakeMetrics,
  type IntakeEvent,
  type IntakeMessage,
  type IntakeMetrics,
  type IntakeMetricsOptions,
  type IntakeOutcome,
  type IntakeResponse,
} from './intake-metrics.ts'
export type { MetricDefinition, MetricUnit } from './metric-definition.ts'
export { metricDefinitions, metricsTable } from './metrics-table.ts'
export type { ObservedProducer } from './observed-producers.ts'
export {
  prometheusMetrics,
  type PrometheusMetrics,
  type PrometheusMetricsOptions,
} from './prometheus-metrics.ts'
export { registryMetrics, type RegistryMetrics, type RegistryRequestEnd } from './registry-metrics.ts'
export type { ExemplarLabels, ExemplarSource, ExemplarSpan } from './series/exemplar.ts'
export type { AnyRegistry } from './series/registered-metrics.ts'
