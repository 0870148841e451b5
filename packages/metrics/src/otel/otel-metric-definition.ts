/** One metric: how it is made, and what the documents show. */
export interface OtelMetricDefinition {
  readonly name: string
  /** A sum can be added up over all instances of a service and falls, too; a gauge cannot be added up. */
  readonly type: 'counter' | 'histogram' | 'gauge' | 'sum'
  /** In UCUM, as OpenTelemetry writes units. */
  readonly unit: string
  readonly description: string
  /** Names of its attributes beyond `messaging.system` and `messaging.client.id`. */
  readonly attributes: readonly string[]
  /** Upper bounds of a histogram's buckets, as an advice to the SDK. */
  readonly buckets?: readonly number[]
}
