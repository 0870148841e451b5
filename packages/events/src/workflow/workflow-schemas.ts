import { readEventSchema, type EventSchema } from '../event-schema.ts'

/** The name under which the codec is asked for the schema. */
export const workflowSchemaName = 'workflow.event'

/** Where workflow events go unless somebody says otherwise. */
export const workflowTopic = 'workflow.events'

/**
 * The Avro schema of workflow events, from `schemas/workflow-event.avsc` of this package:
 * `createAvroCodec({ registry, topics: workflowSchemas() })`.
 *
 * @param topic - the topic that the subject is named after. Default: `workflow.events`.
 */
export function workflowSchemas(topic: string = workflowTopic): Readonly<Record<string, EventSchema>> {
  return { [workflowSchemaName]: readEventSchema('workflow-event', topic) }
}
