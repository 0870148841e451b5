import { silentLogger, systemClock, type Clock, type Logger } from '@headwater/base'
import { toServiceDlq, type SendResult } from '@headwater/producer'
import { v7 as uuidv7 } from 'uuid'
import { defineEvents, type EventDefinition } from '../define-events.ts'
import type { EventCodec } from '../event-codec.ts'
import type { EventContext } from '../event-context.ts'
import { EventError } from '../event-error.ts'
import { eventTimeMs } from '../event-time.ts'
import { toJsonText } from '../json-text.ts'
import { limitRepeats } from '../logging/limit-repeats.ts'
import type { ProducerPort } from '../producer-port.ts'
import { publishLogged, toPublished, type EventResult, type PublishedEvent } from '../publish-logged.ts'
import type { PublishOptions } from '../publish-options.ts'
import { createPublisher } from '../publisher.ts'
import { schemaCodec } from '../schema-codec.ts'
import { toStageDeadLetter } from './stage-dead-letter.ts'
import {
  assertEntityId,
  carriedHeaders,
  toStageFailedRecord,
  type RecordPlace,
  type StageCompletedRecord,
  type StageEvent,
  type StageFailedRecord,
} from './stage-event.ts'
import { StageFailureError, type StageFailure, type StageFailureResult } from './stage-failure.ts'
import { stageErrorTopic, stageSchemaNames } from './stage-schemas.ts'

/** What a publisher of stage events is made of. */
export interface StagePublisherOptions<Stage extends string> {
  /** Sends the records; its deadline, retries and outcomes are those of every publish. */
  readonly producer: ProducerPort
  /** A codec that knows `stageSchemas()`, or one that needs no schema. */
  readonly codec: EventCodec
  /** The service, the same for all its instances: header `producer_id`, field `service`. */
  readonly service: string
  /** Topics by stage, from `resolveStageTopics`; a service with one stage writes `{ done: topic }`. */
  readonly topics: Readonly<Record<Stage, string>>
  /** Where summaries of failures go. @defaultValue `'processing-errors'` */
  readonly errorTopic?: string | undefined
  /** Where records go that a stage gave up. Default: the service's own, `<service>-dlq`. */
  readonly deadLetterTopic?: string | undefined
  /** Header `ce_source`. Default: `/` and the service. */
  readonly source?: string | undefined
  /** Binds the publisher to one tenant: header `tenant-id` of every event. Default: none. */
  readonly tenantId?: string | undefined
  /** Called once an event for the trace and conversation around it. Default: none. */
  readonly context?: (() => EventContext | undefined) | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
  /** Hears how each event ended, by event id and stage. Default: silent. */
  readonly logger?: Logger | undefined
}

/** Options of one stage event; id, time and topic are decided already. */
export type StagePublishOptions = Omit<PublishOptions, 'messageId' | 'time' | 'topic'>

/** Publishes what the stages of a pipeline have done, in order for each entity. */
export interface StagePublisher<Stage extends string> {
  /**
   * Tells that a stage is done with an entity; resolves when that is in the log.
   *
   * @throws (as a rejection) EventError, `UNKNOWN_STAGE` among them, or SchemaValidationError when nothing could be
   *   sent; the producer's `DeliveryError`.
   */
  publishEvent(stage: Stage, event: StageEvent, options?: StagePublishOptions): Promise<PublishedEvent>
  /** The same as a value; never rejects. Only the status `delivered` means that the event is in the log. */
  tryPublishEvent(stage: Stage, event: StageEvent, options?: StagePublishOptions): Promise<EventResult>
  /**
   * Puts aside a record that a stage gave up: its original bytes into the dead-letter topic, and a summary into the
   * error topic, in this order and both whatever happens to the other. Commit the record's offset when it resolves.
   *
   * @throws StageFailureError (as a rejection) where not both are in the log; it says what became of each.
   */
  publishFailure(
    failure: StageFailure<Stage>,
    options?: Pick<PublishOptions, 'deliveryTimeoutMs' | 'signal'>,
  ): Promise<StageFailureResult>
}

/**
 * Makes a publisher of stage events. No I/O; it needs no closing, its producer does.
 *
 * @throws EventError `INVALID_PUBLISHER_OPTION`, `INVALID_EVENT_DEFINITION`, `INVALID_TENANT_ID`
 */
export function createStagePublisher<Stage extends string>(
  options: StagePublisherOptions<Stage>,
): StagePublisher<Stage> {
  const { producer, codec, service, topics, tenantId, context } = options
  const { errorTopic = stageErrorTopic, deadLetterTopic = toServiceDlq(service) } = options
  const { source = `/${service}`, clock = systemClock } = options
  const logger = limitRepeats(options.logger ?? silentLogger, { clock })
  const parts = { producer, codec, source, producerId: service, tenantId, context, clock, logger }
  const completed = createPublisher({
    ...parts,
    events: defineEvents(toCatalogue(topics, schemaCodec(codec, stageSchemaNames.completed))),
  })
  const failed = createPublisher({
    ...parts,
    events: defineEvents({
      'stage.failed': {
        topic: errorTopic,
        key: (event: StageFailedRecord) => event.entity_id,
        version: '1',
        codec: schemaCodec(codec, stageSchemaNames.failed),
      },
    }),
  })

  const tryPublishEvent: StagePublisher<Stage>['tryPublishEvent'] = (stage, event, publishOptions = {}) => {
    const nowMs = clock.now()
    const { entityId, data = {}, eventId = uuidv7({ msecs: nowMs }) } = event
    const publish = () => {
      if (!Object.hasOwn(topics, stage)) throw unknownStage(stage)
      assertEntityId(entityId)
      const timestamp = eventTimeMs(event.timestamp, nowMs)
      const identity = { event_id: eventId, stage, entity_id: entityId, service, timestamp }
      const record: StageCompletedRecord = { ...identity, data: toJsonText('stage event data', data) }
      return completed.tryPublish(eventName(stage), record, {
        ...publishOptions,
        // The stage decides it, also for callers that TypeScript did not check.
        topic: topics[stage],
        messageId: eventId,
        time: timestamp,
      })
    }
    return publishLogged(publish, { eventId, fields: { event_type: eventName(stage), stage }, logger })
  }

  async function tellFailure(
    failure: StageFailure<Stage>,
    deadLetter: SendResult,
    sendOptions: Pick<PublishOptions, 'deliveryTimeoutMs' | 'signal'>,
  ): Promise<EventResult> {
    const nowMs = clock.now()
    const record = toStageFailedRecord(failure, { service, nowMs, deadLetter: placeOf(deadLetter) })
    const publish = () =>
      failed.tryPublish('stage.failed', record, {
        ...sendOptions,
        messageId: record.event_id,
        time: nowMs,
        headers: carriedHeaders(failure.original, tenantId),
      })
    const fields = { event_type: 'stage.failed', stage: failure.stage, code: record.error.code }
    return await publishLogged(publish, { eventId: record.event_id, fields, logger })
  }

  return {
    tryPublishEvent,
    publishEvent: async (stage, event, publishOptions) =>
      toPublished(await tryPublishEvent(stage, event, publishOptions)),
    async publishFailure(failure, { deliveryTimeoutMs, signal } = {}) {
      if (!Object.hasOwn(topics, failure.stage)) throw unknownStage(failure.stage)
      const sendOptions = { deliveryTimeoutMs, signal }
      const letter = toStageDeadLetter(failure, { topic: deadLetterTopic, service, nowMs: clock.now() })
      const deadLetter = await producer.trySend(letter, sendOptions)
      const result = { deadLetter, errorEvent: await tellFailure(failure, deadLetter, sendOptions) }
      if (deadLetter.error !== undefined || result.errorEvent.error !== undefined)
        throw new StageFailureError(result)
      return result
    },
  }
}

/** The CloudEvents type: one for each stage, as each has a topic of its own. */
function eventName(stage: string): string {
  return `${stage}.completed`
}

function toCatalogue(
  topics: Readonly<Record<string, string>>,
  codec: EventCodec,
): Readonly<Record<string, EventDefinition<StageCompletedRecord>>> {
  const key = (event: StageCompletedRecord): string => event.entity_id
  const entries = Object.entries(topics).map(
    ([stage, topic]) => [eventName(stage), { topic, key, subject: key, version: '1', codec }] as const,
  )
  return Object.fromEntries(entries)
}

function placeOf({ receipt }: SendResult): RecordPlace | null {
  if (receipt?.offset === undefined) return null
  const { topic, partition, offset } = receipt
  return { topic, partition, offset: offset.toString() }
}

function unknownStage(stage: string): EventError {
  return new EventError('UNKNOWN_STAGE', `no topic for the stage "${stage}": name it in resolveStageTopics`)
}
