import type { CounterDefinition } from '../metric-definition.ts'
import { SeriesMap, type LabelSet } from './series-map.ts'

/** One time series of a counter. */
export class CounterSeries {
  #total = 0

  get total(): number {
    return this.#total
  }

  /** A counter never falls: what is not above 0 adds nothing. */
  inc(amount = 1): void {
    if (amount > 0 && Number.isFinite(amount)) this.#total += amount
  }

  /** Takes over a total that somebody else counts; one that has fallen is not taken over. */
  raiseTo(total: number): void {
    this.inc(total - this.#total)
  }

  reset(): void {
    this.#total = 0
  }
}

/**
 * A counter that a registry of prom-client shows as one of its own. Counting is an addition: prom-client's own check
 * and hash the labels each time, which is several times the cost of a send's share of everything else.
 */
export class LabelledCounter<Label extends string = string> {
  readonly #name: string
  /** What prom-client has called the counter for the reading that begins; nothing for its own name. */
  #shortName: string | undefined
  readonly help: string
  readonly type = 'counter'
  readonly aggregator = 'sum'
  readonly #series: SeriesMap<Label, CounterSeries>
  readonly #collect: ((counter: LabelledCounter<Label>) => void) | undefined

  /** @param collect - called whenever the registry is read. */
  constructor(
    { name, help, labels }: CounterDefinition<Label>,
    collect?: (counter: LabelledCounter<Label>) => void,
  ) {
    this.#name = name
    this.help = help
    this.#series = new SeriesMap(labels, () => new CounterSeries())
    this.#collect = collect
    if (labels.length === 0) this.series({} as LabelSet<Label>)
  }

  get name(): string {
    return this.#name
  }

  /**
   * Before a reading in OpenMetrics prom-client takes `_total` off, for it puts that on each sample. It never takes that
   * back: a registry that speaks either format, as its reader accepts, would lose the ending in the other one for good.
   */
  set name(shortName: string) {
    this.#shortName = shortName
  }

  /** The series of these labels, to be kept by whoever counts often. */
  series(labels: LabelSet<Label>): CounterSeries {
    return this.#series.of(labels)
  }

  inc(labels: LabelSet<Label>, amount?: number): void {
    this.series(labels).inc(amount)
  }

  /** What prom-client reads. */
  get(): Promise<object> {
    this.#collect?.(this)
    const values = Array.from(this.#series.all(), ({ labels, series }) => ({ labels, value: series.total }))
    const { help, type, aggregator } = this
    const name = this.#shortName ?? this.#name
    this.#shortName = undefined
    return Promise.resolve({ name, help, type, aggregator, values })
  }

  /** What `registry.resetMetrics()` calls. */
  reset(): void {
    for (const { series } of this.#series.all()) series.reset()
  }
}
