import { silentLogger, systemClock, type Clock, type Logger } from '@headwater/base'
import { v7 as uuidv7 } from 'uuid'
import { defineEvents } from '../define-events.ts'
import type { EventCodec } from '../event-codec.ts'
import type { EventContext } from '../event-context.ts'
import { EventError } from '../event-error.ts'
import { eventTimeMs } from '../event-time.ts'
import { limitRepeats } from '../logging/limit-repeats.ts'
import type { ProducerPort } from '../producer-port.ts'
import { publishLogged, toPublished, type EventResult, type PublishedEvent } from '../publish-logged.ts'
import type { PublishOptions } from '../publish-options.ts'
import { createPublisher } from '../publisher.ts'
import { schemaCodec } from '../schema-codec.ts'
import {
  toWorkflowEventRecord,
  workflowEventKey,
  type WorkflowEvent,
  type WorkflowEventRecord,
} from './workflow-event.ts'
import { workflowSchemaName, workflowTopic } from './workflow-schemas.ts'

/** What a publisher of workflow events is made of. */
export interface WorkflowPublisherOptions {
  /** Sends the records; its deadline, retries and outcomes are those of every publish. */
  readonly producer: ProducerPort
  /** A codec that knows `workflowSchemas()`, or one that needs no schema. */
  readonly codec: EventCodec
  /** The service that publishes, the same for all its instances: header `producer_id`. */
  readonly producerId: string
  /** Where it runs, such as `prod`: `metadata.environment` of events that do not say. */
  readonly environment: string
  /** Header `ce_source`. Default: `/` and the producer id. */
  readonly source?: string | undefined
  /** Where the events go. @defaultValue `'workflow.events'` */
  readonly topic?: string | undefined
  /** Binds the publisher to one tenant: header `tenant-id` of every event. Default: none. */
  readonly tenantId?: string | undefined
  /** Called once an event for the trace and conversation around it. Default: none. */
  readonly context?: (() => EventContext | undefined) | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
  /** Hears how each event ended, by event id, type, workflow and run. Default: silent. */
  readonly logger?: Logger | undefined
}

/** Options of one workflow event; id and time are the event's own. */
export type WorkflowPublishOptions = Omit<PublishOptions, 'messageId' | 'time'>

/** Publishes what happens to the runs of workflows, in order for each run. */
export interface WorkflowPublisher {
  /**
   * Publishes one event; resolves when it is in the log.
   *
   * @throws (as a rejection) EventError or SchemaValidationError when nothing could be sent; the producer's
   *   `DeliveryError`, whose `outcome` says whether the event may be in the log.
   */
  publishEvent(event: WorkflowEvent, options?: WorkflowPublishOptions): Promise<PublishedEvent>
  /** The same as a value; never rejects. Only the status `delivered` means that the event is in the log. */
  tryPublishEvent(event: WorkflowEvent, options?: WorkflowPublishOptions): Promise<EventResult>
}

/**
 * Makes a publisher of workflow events. No I/O; it needs no closing, its producer does.
 *
 * @throws EventError `INVALID_PUBLISHER_OPTION`, `INVALID_EVENT_DEFINITION`, `INVALID_TENANT_ID`
 */
export function createWorkflowPublisher(options: WorkflowPublisherOptions): WorkflowPublisher {
  const { producer, codec, producerId, environment, topic = workflowTopic, context } = options
  const { source = `/${producerId}`, clock = systemClock } = options
  const logger = limitRepeats(options.logger ?? silentLogger, { clock })
  if (!/^[^\p{Cc}]{1,250}$/u.test(environment)) {
    throw new EventError(
      'INVALID_PUBLISHER_OPTION',
      'environment is empty, too long or has control characters',
    )
  }
  const definition = {
    topic,
    key: (event: WorkflowEventRecord) => workflowEventKey(event),
    subject: (event: WorkflowEventRecord) => workflowEventKey(event),
    version: '1',
    codec: schemaCodec(codec, workflowSchemaName),
  }
  const publisher = createPublisher({
    tenantId: options.tenantId,
    producer,
    codec,
    source,
    producerId,
    clock,
    context,
    logger,
    events: defineEvents({ 'workflow.triggered': definition, 'workflow.completed': definition }),
  })

  async function tryPublishEvent(
    event: WorkflowEvent,
    publishOptions: WorkflowPublishOptions = {},
  ): Promise<EventResult> {
    const nowMs = clock.now()
    const { eventType, workflowId, workflowRunId, eventId = uuidv7({ msecs: nowMs }) } = event
    const publish = () => {
      const timestampMs = eventTimeMs(event.timestamp, nowMs)
      const record = toWorkflowEventRecord(event, { eventId, environment, timestampMs })
      const identity = { messageId: eventId, time: timestampMs }
      return publisher.tryPublish(eventNames[eventType], record, { ...publishOptions, ...identity })
    }
    const fields = { event_type: eventType, workflow_id: workflowId, workflow_run_id: workflowRunId }
    return await publishLogged(publish, { eventId, fields, logger })
  }

  return {
    tryPublishEvent,
    publishEvent: async (event, publishOptions) => toPublished(await tryPublishEvent(event, publishOptions)),
  }
}

/** The CloudEvents type of each event type. */
const eventNames = {
  WORKFLOW_TRIGGERED: 'workflow.triggered',
  WORKFLOW_COMPLETED: 'workflow.completed',
} as const
