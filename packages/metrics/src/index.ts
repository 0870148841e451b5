/**
 * Prometheus metrics from the hooks of the Headwater packages, in a registry of yours.
 *
 * @module
 */
export type { DeadLetterDisposition, DeadLetterFacts } from './dead-letter-metrics.ts'
export {
  intakeMetrics,
  type IntakeMessage,
  type IntakeMetrics,
  type IntakeOutcome,
} from './intake-metrics.ts'
export type { MetricDefinition, MetricUnit } from './metric-definition.ts'
export { metricDefinitions, metricsTable } from './metrics-table.ts'
export type { ObservedProducer } from './observed-producers.ts'
export {
  prometheusMetrics,
  type PrometheusMetrics,
  type PrometheusMetricsOptions,
} from './prometheus-metrics.ts'
export type { AnyRegistry } from './registered-metrics.ts'
