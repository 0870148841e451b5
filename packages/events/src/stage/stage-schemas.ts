import { readEventSchema, type EventSchema } from '../event-schema.ts'

/** The names under which the codec is asked for the schemas. */
export const stageSchemaNames = { completed: 'stage.completed', failed: 'stage.failed' } as const

/** Where the errors of stages go unless somebody says otherwise. */
export const stageErrorTopic = 'processing-errors'

/** Topics that the subjects are named after. */
export interface StageSchemaTopics {
  /** Any of the stages' topics; they share one schema. */
  readonly topic: string
  /** @defaultValue `'processing-errors'` */
  readonly errorTopic?: string | undefined
}

/**
 * The Avro schemas of stage events, from `schemas/stage-*.avsc` of this package:
 * `createAvroCodec({ registry, topics: stageSchemas({ topic }) })`.
 */
export function stageSchemas({
  topic,
  errorTopic = stageErrorTopic,
}: StageSchemaTopics): Readonly<Record<string, EventSchema>> {
  return {
    [stageSchemaNames.completed]: readEventSchema('stage-completed', topic),
    [stageSchemaNames.failed]: readEventSchema('stage-failed', errorTopic),
  }
}
