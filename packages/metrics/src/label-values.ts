/** What values beyond the bound are counted under. */
export const overflowLabel = 'other'

/**
 * Keeps a label's values bounded: the first `max` different ones are themselves, all others are
 * {@link overflowLabel}. Every value of a label is a time series that the process and Prometheus hold for good.
 */
export class LabelValues {
  readonly #max: number
  readonly #known = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  bound(value: string): string {
    if (this.#known.has(value)) return value
    if (this.#known.size >= this.#max) return overflowLabel
    this.#known.add(value)
    return value
  }
}
