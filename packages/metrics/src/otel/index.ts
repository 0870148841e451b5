/**
 * Traces and metrics of the Headwater packages through `@opentelemetry/api`, by OpenTelemetry's conventions for
 * messaging.
 *
 * @module
 */
export type { ConsumedMessage, MessageFields, ProcessOptions } from './consumed-message.ts'
export { extractContext, type MessageHeaders } from './message-headers.ts'
export type { OtelMetricDefinition } from './otel-metric-definition.ts'
export { otelMetricDefinitions } from './otel-metric-definitions.ts'
export { otelMetrics, type OtelMetrics, type OtelMetricsOptions } from './otel-metrics.ts'
export { otelTracing, type OtelTracing, type OtelTracingOptions } from './otel-tracing.ts'
export type { MessagingConventions } from './semantic-conventions.ts'
