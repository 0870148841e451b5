/** One metric: what is registered, and what the README shows. */
export interface MetricDefinition<Label extends string = string> {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** What one reads on `/metrics` and in the README. */
  readonly help: string
  readonly labels: readonly Label[]
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[] | undefined
  /** Name of the nearest metric of Kafka's Java producer, for people who come from there. */
  readonly java?: string | undefined
}

/** A metric that only grows. */
export interface CounterDefinition<Label extends string> extends MetricDefinition<Label> {
  readonly type: 'counter'
}

/** A metric that counts values by size. */
export interface HistogramDefinition<Label extends string> extends MetricDefinition<Label> {
  readonly type: 'histogram'
  readonly buckets: readonly number[]
}
