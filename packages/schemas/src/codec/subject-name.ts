import { CodecError } from './codec-error.ts'

/**
 * Under which subject the schemas of a topic stand. Confluent's names: TopicNameStrategy, RecordNameStrategy,
 * TopicRecordNameStrategy.
 */
export type SubjectNameStrategy = 'topic' | 'record' | 'topic-record'

/** What a subject is made of. */
export interface SubjectParts {
  readonly topic: string
  /** Whether the schema is of keys or of values. */
  readonly part: 'key' | 'value'
  /** Full name of the schema's root type; `undefined` where it has none, as a union or a string. */
  readonly recordName: string | undefined
}

/** The subject by a strategy. Throws `CODEC_OPTIONS_INVALID` where the strategy needs a name and there is none. */
export function toSubject(strategy: SubjectNameStrategy, parts: SubjectParts): string {
  if (strategy === 'topic') return `${parts.topic}-${parts.part}`
  if (parts.recordName === undefined) {
    const message = `The strategy "${strategy}" needs a named type, the schema of ${parts.topic} has none at its root`
    throw new CodecError('CODEC_OPTIONS_INVALID', message)
  }
  return strategy === 'record' ? parts.recordName : `${parts.topic}-${parts.recordName}`
}
