/** What values beyond the bound are counted under, and values that are none. */
export const overflowLabel = 'other'

/** As long as a topic's name may be; nothing that is worth a time series is longer. */
const maxLength = 249
// oxlint-disable-next-line no-control-regex -- they are what it looks for: C0, DEL and C1
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/

/**
 * A label value as it came, or {@link overflowLabel} for one that is empty, longer than 249 characters, no well-formed
 * Unicode, or holds a control character. Cut values would fall together in ways that nobody foresees; these do in one.
 */
export function cleanLabel(value: string): string {
  const isClean =
    value.length > 0 && value.length <= maxLength && !controlCharacter.test(value) && value.isWellFormed()
  return isClean ? value : overflowLabel
}

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

  /** The value that is counted; always one of {@link cleanLabel}. */
  bound(value: string): string {
    if (this.#known.has(value)) return value
    const cleaned = cleanLabel(value)
    if (cleaned !== value || this.#known.size >= this.#max) return overflowLabel
    this.#known.add(value)
    return value
  }
}
