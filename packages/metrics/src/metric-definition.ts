/** What a metric's values are: base units, never multiples of them. */
export type MetricUnit =
  /** How many: records, batches, requests, connections; the help says of what. */
  | 'count'
  | 'seconds'
  | 'bytes'
  /** A share, where 1 is all. */
  | 'ratio'
  /** Seconds since the epoch. */
  | 'timestamp'
  /** 1 for yes, 0 for no. */
  | 'boolean'

/** One metric: what is registered, and what the README shows. */
export interface MetricDefinition<Label extends string = string> {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** What one reads on `/metrics` and in the README. */
  readonly help: string
  readonly labels: readonly Label[]
  readonly unit: MetricUnit
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[] | undefined
  /** Name of the nearest metric of Kafka's Java producer, for people who come from there. */
  readonly java?: string | undefined
  /** Why the demo has no sample of it; `undefined` for what a scrape of the demo shows. */
  readonly demo?: string | undefined
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
