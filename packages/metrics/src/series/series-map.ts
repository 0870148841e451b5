import { cleanLabel, LabelValues } from './label-values.ts'

/** The values of a metric's labels. */
export type LabelSet<Label extends string> = Readonly<Record<Label, string | number>>

/** Values that one label of one metric may have; more than there are error codes, or brokers in most clusters. */
const maxValues = 250
/** Bounded where they come from: topics by `maxTopics`, client ids by whoever writes the program. */
const boundedElsewhere: ReadonlySet<string> = new Set(['topic', 'client_id'])

/**
 * The time series of one metric, by label values. All values pass here, so here they are cleaned and bounded: nothing
 * that comes with a record, a request or an error can make a scrape unreadable, or the process grow.
 */
export class SeriesMap<Label extends string, Series> {
  readonly #names: readonly Label[]
  readonly #create: () => Series
  readonly #bounds: ReadonlyMap<Label, LabelValues>
  readonly #series = new Map<string, { readonly labels: Record<string, string>; readonly series: Series }>()

  constructor(names: readonly Label[], create: () => Series) {
    this.#names = names
    this.#create = create
    this.#bounds = new Map(
      names.filter((name) => !boundedElsewhere.has(name)).map((name) => [name, new LabelValues(maxValues)]),
    )
  }

  of(values: LabelSet<Label>): Series {
    const labels: Record<string, string> = {}
    // A clean value has no control character, so no two sets of labels make one key.
    let key = ''
    for (const name of this.#names) {
      const value = String(values[name])
      const label = this.#bounds.get(name)?.bound(value) ?? cleanLabel(value)
      labels[name] = label
      key += `${label}\n`
    }
    const known = this.#series.get(key)
    if (known !== undefined) return known.series
    const series = this.#create()
    this.#series.set(key, { labels, series })
    return series
  }

  /** All series, in the order in which they came. */
  all(): Iterable<{ readonly labels: Readonly<Record<string, string>>; readonly series: Series }> {
    return this.#series.values()
  }
}
