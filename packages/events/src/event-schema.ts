import { readFileSync } from 'node:fs'

/** One event's Avro schema, as `createAvroCodec` of `@headwater/schemas` takes it. */
export interface EventSchema {
  /** The Avro schema as JSON text. */
  readonly schema: string
  /** The topic that its subject is named after. */
  readonly topic: string
  /** Other events may share the topic, so a subject is named after both. Confluent: TopicRecordNameStrategy. */
  readonly strategy: 'topic-record'
}

/** Reads a schema of this package. */
export function readEventSchema(file: string, topic: string): EventSchema {
  const schema = readFileSync(new URL(`../schemas/${file}.avsc`, import.meta.url), 'utf8')
  return { schema, topic, strategy: 'topic-record' }
}
