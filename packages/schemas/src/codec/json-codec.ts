import { CodecError, SchemaValidationError } from './codec-error.ts'
import { codecHookRunner, type CodecHookOptions } from './codec-hooks.ts'
import type { Codec, DecodeOptions } from './codec.ts'
import { findJsonProblems } from './json-problems.ts'
import { assertStandardSchema, validate, type StandardSchema } from './standard-schema.ts'
import { watchCodec } from './watch-codec.ts'

/** How {@link createJsonCodec} labels its bytes and holds values to schemas. */
export interface JsonCodecOptions extends CodecHookOptions {
  /** For the header `content-type`. @defaultValue `'application/json'` */
  readonly contentType?: string | undefined
  /**
   * Validates values before they are written; what it makes of them (defaults, transforms) is written. Any Standard
   * Schema that answers at once. Default: none.
   */
  readonly schema?: StandardSchema | undefined
  /**
   * The same by topic. A topic that is not here goes by `schema`; where there is none, it is `TOPIC_UNKNOWN`: a mistyped
   * name must not go unchecked. Default: none.
   */
  readonly topics?: Readonly<Record<string, StandardSchema>> | undefined
  /** Whether `decode` validates, too, and gives what the schema makes of a value. @defaultValue `false` */
  readonly validateOnDecode?: boolean | undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * JSON that says what the value says: whatever `JSON.stringify` would drop or change without a word is refused. Dates
 * become ISO 8601 text; an object with a `toJSON` of its own becomes what that gives.
 *
 * @throws CodecError `CODEC_OPTIONS_INVALID` for a schema that is none.
 */
export function createJsonCodec(options: JsonCodecOptions = {}): Codec {
  const schemaOf = toSchemaOf(options)
  const { validateOnDecode = false } = options
  const codec: Codec = {
    contentType: options.contentType ?? 'application/json',
    encode(topic, value) {
      const valid = assertValid(schemaOf(topic), value, topic)
      const problems = findJsonProblems(valid)
      if (problems.length > 0) throw new SchemaValidationError(topic, problems)
      return Buffer.from(JSON.stringify(valid), 'utf8')
    },
    decode(bytes, { topic }: DecodeOptions = {}) {
      const value = parse(bytes)
      return validateOnDecode ? assertValid(schemaOf(topic), value, topic ?? 'an unnamed topic') : value
    },
  }
  return watchCodec(codec, codecHookRunner(options))
}

function toSchemaOf({
  schema,
  topics,
}: JsonCodecOptions): (topic: string | undefined) => StandardSchema | undefined {
  if (schema !== undefined) assertStandardSchema(schema, 'schema')
  const byTopic = new Map(Object.entries(topics ?? {}))
  for (const [topic, given] of byTopic) assertStandardSchema(given, `topics (${topic})`)
  return (topic) => {
    const found = (topic === undefined ? undefined : byTopic.get(topic)) ?? schema
    if (found !== undefined || topics === undefined) return found
    const message =
      topic === undefined
        ? 'This codec validates by topic: give decode the topic that the bytes are from'
        : `This codec has no schema for ${topic}: name it in the option topics`
    throw new CodecError('TOPIC_UNKNOWN', message)
  }
}

function assertValid(schema: StandardSchema | undefined, value: unknown, topic: string): unknown {
  if (schema === undefined) return value
  const result = validate(schema, value)
  if ('problems' in result) throw new SchemaValidationError(topic, result.problems)
  return result.value
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown
  } catch (error) {
    throw new CodecError('PAYLOAD_CORRUPT', 'The payload is not JSON in UTF-8', { cause: error })
  }
}
