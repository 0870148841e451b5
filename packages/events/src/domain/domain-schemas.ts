import { readEventSchema, type EventSchema } from '../event-schema.ts'

/** The name under which the codec is asked for the schema. */
export const domainSchemaName = 'domain.event'

/** Where domain events go unless somebody says otherwise. */
export const domainTopic = 'domain-events'

/**
 * The Avro schema of domain events, from `schemas/domain-event.avsc` of this package:
 * `createAvroCodec({ registry, topics: domainSchemas() })`.
 *
 * @param topic - the topic that the subject is named after. Default: `domain-events`.
 */
export function domainSchemas(topic: string = domainTopic): Readonly<Record<string, EventSchema>> {
  return { [domainSchemaName]: readEventSchema('domain-event', topic) }
}
