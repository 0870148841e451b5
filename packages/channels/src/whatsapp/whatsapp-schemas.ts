import { readFileSync } from 'node:fs'
import type { EventSchema } from '@headwater/events'

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
}: WhatsAppSchemaTopics = {}): Readonly<Record<string, EventSchema>> {
  const entry = (name: string, subjectTopic: string): EventSchema => ({
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
