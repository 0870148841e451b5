import { readFileSync } from 'node:fs'
import type { EventSchema } from '@headwater/events'

/**
 * The Avro schema of the web form channel, from `schemas/web-form-submitted.avsc` of this package:
 * `createAvroCodec({ registry, topics: { 'ingestion.form_submitted': webFormSchema() } })`.
 *
 * @param topic - where the events go. Default: `ingestion.raw.messages`.
 */
export function webFormSchema(topic = 'ingestion.raw.messages'): EventSchema {
  const schema = readFileSync(new URL('../../schemas/web-form-submitted.avsc', import.meta.url), 'utf8')
  return { schema, topic, strategy: 'topic-record' }
}
