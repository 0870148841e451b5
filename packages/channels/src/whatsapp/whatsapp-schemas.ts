import { readFileSync } from 'node:fs'

/** One event type's schema, as `createAvroCodec` of `@headwater/schemas` takes it. */
export interface WhatsAppSchema {
  /** The Avro schema as JSON text. */
  readonly schema: string
  /** The topic that its subject is named after. */
  readonly topic: string
  /** Several types share a topic, so a subject is named after both. Confluent: TopicRecordNameStrategy. */
  readonly strategy: 'topic-record'
}

/** Topics that are not the default ones. */
export interface WhatsAppSchemaTopics {
  /** @defaultValue `'ingestion.raw.messages'` */
  readonly topic?: string | undefined
  /** Default: `topic`. */
  readonly statusTopic?: string | undefined
}

/** The Avro schemas of the WhatsApp channel by event type, from `schemas/whatsapp-*.avsc` of this package. */
export function whatsAppSchemas({
  topic = 'ingestion.raw.messages',
  statusTopic = topic,
}: WhatsAppSchemaTopics = {}): Readonly<Record<string, WhatsAppSchema>> {
  const entry = (name: string, subjectTopic: string): WhatsAppSchema => ({
    schema: readFileSync(new URL(`../../schemas/${name}.avsc`, import.meta.url), 'utf8'),
    topic: subjectTopic,
    strategy: 'topic-record',
  })
  return {
    'ingestion.whatsapp_received': entry('whatsapp-received', topic),
    'ingestion.whatsapp_status': entry('whatsapp-status', statusTopic),
    'ingestion.whatsapp_notice': entry('whatsapp-notice', topic),
  }
}
