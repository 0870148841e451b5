import type { ParsedSchema } from '@headwater/avro'

interface Kept {
  readonly give: () => ParsedSchema
  readonly parsed: ParsedSchema
}

/**
 * The two that were parsed last: those that are compared with each other. No `Map` that gains and loses entries: V8
 * chains its outgrown tables, and one of them that has grown old keeps the entries of all that follow until the next
 * full collection.
 */
let last: Kept | undefined
let lastButOne: Kept | undefined

/**
 * A function that parses when it is called. What it gives is kept until two others have been called: a parsed schema
 * takes ten times the memory of its text, and a check looks at thousands one after the other.
 */
export function parseOnDemand(parse: () => ParsedSchema): () => ParsedSchema {
  return function give() {
    if (last?.give === give) return last.parsed
    if (lastButOne?.give === give) return lastButOne.parsed
    const parsed = parse()
    lastButOne = last
    last = { give, parsed }
    return parsed
  }
}
