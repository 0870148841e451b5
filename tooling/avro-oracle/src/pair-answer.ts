import { AvroSchemaError, canonicalText, checkReaderWriter, parseSchema } from '@headwater/avro'
import type { Incompatibility, ParsedSchema } from '@headwater/avro'
import type { SchemaSource } from './cut-references.ts'
import type { SchemaPair } from './random-pairs.ts'

/** What there is to say of a pair: by Avro Java or by @headwater/avro. */
export interface PairAnswer {
  /** What the parser said of a text that it refused; each has its own words. */
  readonly readerError?: string
  readonly writerError?: string
  /** A text that was taken, as it is written back. */
  readonly readerText?: string
  readonly writerText?: string
  /** Set where both texts were taken and the comparison came to an end. */
  readonly compatible?: boolean
  readonly incompatibilities?: readonly Incompatibility[]
  /** The message with which the comparison was given up. */
  readonly exception?: string
}

/** How a pair ends. */
export type Verdict = 'refused' | 'exception' | 'compatible' | 'incompatible'

/** What @headwater/avro says of a pair. */
export function answerPair([readerSource, writerSource]: SchemaPair): PairAnswer {
  const reader = parse(readerSource)
  const writer = parse(writerSource)
  const texts = {
    ...(typeof reader === 'string' ? { readerError: reader } : { readerText: canonicalText(reader) }),
    ...(typeof writer === 'string' ? { writerError: writer } : { writerText: canonicalText(writer) }),
  }
  if (typeof reader === 'string' || typeof writer === 'string') return texts
  const { compatible, incompatibilities, exception } = checkReaderWriter(reader, writer)
  return exception === undefined ? { ...texts, compatible, incompatibilities } : { ...texts, exception }
}

/** How the pair ended. */
export function verdictOf(answer: PairAnswer): Verdict {
  if (answer.readerError !== undefined || answer.writerError !== undefined) return 'refused'
  if (answer.exception !== undefined) return 'exception'
  return answer.compatible === true ? 'compatible' : 'incompatible'
}

/** The answer without the words in which a parser refuses: the same for both when they agree. */
export function comparable(answer: PairAnswer): string {
  const { incompatibilities, ...rest } = answer
  const found = incompatibilities?.map(({ type, location, message }) => [type, location, message])
  const refused = [answer.readerError !== undefined, answer.writerError !== undefined]
  return JSON.stringify([refused, rest.readerText, rest.writerText, rest.compatible, found, rest.exception])
}

/** With each of the texts before the last as a reference of those after it. */
function parse(source: SchemaSource): ParsedSchema | string {
  const parsed: ParsedSchema[] = []
  try {
    for (const text of [source].flat()) parsed.push(parseSchema(text, { references: [...parsed] }))
    return parsed.at(-1)!
  } catch (error) {
    if (error instanceof AvroSchemaError) return error.message
    throw error
  }
}
