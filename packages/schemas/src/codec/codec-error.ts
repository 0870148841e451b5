import { HeadwaterError } from '@headwater/base'

/** What {@link CodecError} says in its code; the README has a table with what to do about each. */
export type CodecErrorCode =
  | 'NOT_CONFLUENT_FRAMED'
  | 'SCHEMA_NOT_LOADED'
  | 'SCHEMA_MISMATCH'
  | 'SCHEMA_UNSUPPORTED'
  | 'TOPIC_UNKNOWN'
  | 'PAYLOAD_CORRUPT'
  | 'VALUE_INVALID'
  | 'CODEC_OPTIONS_INVALID'

/** Bytes that cannot be read, or a codec that was not told enough. */
export class CodecError extends HeadwaterError<CodecErrorCode> {
  /** The writer's schema id in the bytes, where there is one. */
  readonly schemaId: number | undefined

  constructor(code: CodecErrorCode, message: string, details: { schemaId?: number; cause?: unknown } = {}) {
    super(code, message, { cause: details.cause })
    this.schemaId = details.schemaId
  }
}

/** One place in a value that does not fit. The value itself is never part of it: it may be a secret. */
export interface ValueProblem {
  /** Field names, array indexes and map keys from the value down; empty for the value as a whole. */
  readonly path: readonly string[]
  /** What is wrong, such as `expected long, got string`. */
  readonly reason: string
}

// Enough to see the pattern in a message that ends in a log line; `problems` has more.
const maxShown = 5

/** A value that does not fit its schema. Sending it again cannot help; the caller has to change it. */
export class SchemaValidationError extends CodecError {
  /** The places that do not fit, the first hundred of them. */
  readonly problems: readonly ValueProblem[]
  readonly topic: string

  constructor(topic: string, problems: readonly ValueProblem[]) {
    const shown = problems
      .slice(0, maxShown)
      .map(({ path, reason }) => `${path.join('.') || 'the value'}: ${reason}`)
    const more = problems.length > maxShown ? `; and ${problems.length - maxShown} more` : ''
    super('VALUE_INVALID', `The value for ${topic} does not fit: ${shown.join('; ')}${more}`)
    this.topic = topic
    this.problems = problems
  }
}
