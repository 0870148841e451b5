import type { HistogramDefinition } from '../metric-definition.ts'
import type { ExemplarLabels } from './exemplar.ts'
import { SeriesMap, type LabelSet } from './series-map.ts'

interface Exemplar {
  readonly labelSet: ExemplarLabels
  readonly value: number
  /** Seconds since the epoch. */
  readonly timestamp: number
}

/** One time series of a histogram. */
export class HistogramSeries {
  readonly #bounds: readonly number[]
  /** Values by bucket, each counted once; the last bucket is all above the bounds. */
  readonly #counts: number[]
  #exemplars: (Exemplar | undefined)[] | undefined
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  /** A value that a clock which jumped back made negative, or that is no number, counts as 0. */
  observe(value: number): void {
    const counted = toCounted(value)
    this.#counts[this.#bucketOf(counted)]!++
    this.#sum += counted
  }

  /** Names an example of the bucket that a value fell into; the newest one is shown. */
  exemplify(value: number, labelSet: ExemplarLabels): void {
    const counted = toCounted(value)
    this.#exemplars ??= []
    this.#exemplars[this.#bucketOf(counted)] = { labelSet, value: counted, timestamp: Date.now() / 1000 }
  }

  reset(): void {
    this.#counts.fill(0)
    this.#exemplars = undefined
    this.#sum = 0
  }

  /** As prom-client gives them: buckets that add up, then the sum and the count. */
  samples(name: string, labels: Readonly<Record<string, string>>): object[] {
    let count = 0
    const metricName = `${name}_bucket`
    const buckets = this.#counts.map((inBucket, at) => {
      count += inBucket
      const le = this.#bounds[at] ?? '+Inf'
      return { metricName, labels: { le, ...labels }, value: count, exemplar: this.#exemplars?.[at] }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ]
  }

  #bucketOf(value: number): number {
    const bounds = this.#bounds
    let at = 0
    while (at < bounds.length && value > bounds[at]!) at++
    return at
  }
}

function toCounted(value: number): number {
  return value > 0 && Number.isFinite(value) ? value : 0
}

/** A histogram that a registry of prom-client shows as one of its own, for the reason that `LabelledCounter` has. */
export class LabelledHistogram<Label extends string = string> {
  readonly name: string
  readonly help: string
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly #series: SeriesMap<Label, HistogramSeries>

  constructor({ name, help, labels, buckets }: HistogramDefinition<Label>) {
    this.name = name
    this.help = help
    this.#series = new SeriesMap(labels, () => new HistogramSeries(buckets))
  }

  /** The series of these labels, to be kept by whoever measures often. */
  series(labels: LabelSet<Label>): HistogramSeries {
    return this.#series.of(labels)
  }

  observe(labels: LabelSet<Label>, value: number): void {
    this.series(labels).observe(value)
  }

  /** What prom-client reads. */
  get(): Promise<object> {
    const { name, help, type, aggregator } = this
    const values = Array.from(this.#series.all()).flatMap(({ labels, series }) =>
      series.samples(name, labels),
    )
    return Promise.resolve({ name, help, type, aggregator, values })
  }

  /** What `registry.resetMetrics()` calls. */
  reset(): void {
    for (const { series } of this.#series.all()) series.reset()
  }
}
