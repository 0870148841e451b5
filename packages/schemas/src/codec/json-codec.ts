import { CodecError, SchemaValidationError, type ValueProblem } from './codec-error.ts'
import type { Codec } from './codec.ts'
import { findJsonProblems } from './json-problems.ts'

/** How {@link createJsonCodec} labels its bytes. */
export interface JsonCodecOptions {
  /** @defaultValue `'application/json'` */
  readonly contentType?: string | undefined
}

/**
 * JSON that says what the value says: whatever `JSON.stringify` would drop or change without a word is refused. Dates
 * become ISO 8601 text; an object with a `toJSON` of its own becomes what that gives.
 */
export function createJsonCodec(options: JsonCodecOptions = {}): Codec {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return {
    contentType: options.contentType ?? 'application/json',
    encode(topic, value) {
      const problems: readonly ValueProblem[] = findJsonProblems(value)
      if (problems.length > 0) throw new SchemaValidationError(topic, problems)
      return Buffer.from(JSON.stringify(value), 'utf8')
    },
    decode(bytes) {
      try {
        return JSON.parse(decoder.decode(bytes)) as unknown
      } catch (error) {
        throw new CodecError('PAYLOAD_CORRUPT', 'The payload is not JSON in UTF-8', { cause: error })
      }
    },
  }
}
