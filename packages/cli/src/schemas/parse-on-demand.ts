import type { ParsedSchema } from '@headwater/avro'

/**
 * How many are kept: those that are compared with each other. What lives through a few collections makes V8 put all
 * that is made in the same place with the old objects from then on, where garbage stays longest.
 */
const mostKept = 2

/** Oldest first, each by the function that gives it. */
const kept = new Map<() => ParsedSchema, ParsedSchema>()

/**
 * A function that parses when it is called. What it gave is kept until others have been asked for since: a parsed
 * schema takes ten times the memory of its text, and of thousands a check looks at one after the other.
 */
export function parseOnDemand(parse: () => ParsedSchema): () => ParsedSchema {
  return function give() {
    const known = kept.get(give)
    if (known !== undefined) return known
    const parsed = parse()
    kept.set(give, parsed)
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break
      kept.delete(oldest)
    }
    return parsed
  }
}
