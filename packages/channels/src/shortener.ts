import { Buffer } from 'node:buffer'

/** Cuts fields to size and remembers which ones it cut. */
export interface Shortener {
  /** Names of the fields that were cut, in order, each once. */
  readonly truncated: readonly string[]
  /** At most so many bytes of UTF-8, never half a character. */
  text<Text extends string | null>(field: string, text: Text, maxBytes: number): Text
  /** At most so many items. */
  list<Item>(field: string, items: readonly Item[], maxItems: number): readonly Item[]
}

/** Makes a shortener for one event. */
export function createShortener(): Shortener {
  const fields = new Set<string>()
  return {
    get truncated() {
      return [...fields]
    },
    text(field, text, maxBytes) {
      // A character of UTF-16 has at most three bytes in UTF-8: most texts need no second look.
      if (text === null || text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text
      fields.add(field)
      return headOf(text, maxBytes) as typeof text
    },
    list(field, items, maxItems) {
      if (items.length <= maxItems) return items
      fields.add(field)
      return items.slice(0, maxItems)
    },
  }
}

function headOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text.slice(0, maxBytes))
  let end = Math.min(maxBytes, bytes.length)
  // 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end)
}
