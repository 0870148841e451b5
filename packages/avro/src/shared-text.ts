/**
 * Up to here an engine copies a piece of a text; beyond, V8 (`SlicedString::kMinLength`) lets the piece keep the whole
 * text alive.
 */
const longestShared = 12
const slots = 2048

/** The last string of each hash. It may forget any of them, so it needs no bound beside its size. */
const known: string[] = Array.from({ length: slots }, () => '')

/**
 * A piece of a text; the same string object as last time, mostly, where it is short. Schemas say the same few names
 * over and over, and a string that was met before need not be made, hashed or compared by its characters again.
 *
 * @param hash - any number that the characters alone decide
 */
export function shareText(text: string, start: number, end: number, hash: number): string {
  const length = end - start
  if (length > longestShared) return text.slice(start, end)
  const slot = hash & (slots - 1)
  const last = known[slot]!
  if (last.length === length && text.startsWith(last, start)) return last
  return (known[slot] = text.slice(start, end))
}
