import { readFileSync } from 'node:fs'

/** The schema of web form events, as `createAvroCodec` of `@headwater/schemas` takes it. */
export interface WebFormSchema {
  /** The Avro schema as JSON text. */
  readonly schema: string
  /** The topic that its subject is named after. */
  readonly topic: string
  /** Several channels share a topic, so a subject is named after both. Confluent: TopicRecordNameStrategy. */
  readonly strategy: 'topic-record'
}

/**
 * The Avro schema of the web form channel, from `schemas/web-form-submitted.avsc` of this package:
 * `createAvroCodec({ registry, topics: { 'ingestion.form_submitted': webFormSchema() } })`.
 *
 * @param topic - where the events go. Default: `ingestion.raw.messages`.
 */
export function webFormSchema(topic = 'ingestion.raw.messages'): WebFormSchema {
  const schema = readFileSync(new URL('../../schemas/web-form-submitted.avsc', import.meta.url), 'utf8')
  return { schema, topic, strategy: 'topic-record' }
}
