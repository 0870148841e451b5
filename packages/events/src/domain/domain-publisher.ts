import { silentLogger, systemClock, type Clock, type Logger } from '@headwater/base'
import type { ProducerRecord } from '@headwater/producer'
import { v7 as uuidv7 } from 'uuid'
import { defineEvents, type EventDefinition } from '../define-events.ts'
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
  toDomainEventRecord,
  type DomainDataOf,
  type DomainEvent,
  type DomainEventCatalogue,
  type DomainEventDefinition,
  type DomainEventRecord,
} from './domain-event.ts'
import { domainSchemaName, domainTopic } from './domain-schemas.ts'

/** What a publisher of domain events is made of. */
export interface DomainPublisherOptions<Events extends DomainEventCatalogue> {
  /** Sends the records; its deadline, retries and outcomes are those of every publish. */
  readonly producer: ProducerPort
  /** A codec that knows `domainSchemas()`, or one that needs no schema. */
  readonly codec: EventCodec
  /** The service that publishes, the same for all its instances: header `producer_id`. */
  readonly producerId: string
  /** The events by type; the type is the header `ce_type`. */
  readonly events: Events
  /** Header `ce_source`. Default: `/` and the producer id. */
  readonly source?: string | undefined
  /** Where events go whose definition names no topic. @defaultValue `'domain-events'` */
  readonly topic?: string | undefined
  /** Binds the publisher to one tenant: header `tenant-id` of every event. Default: none. */
  readonly tenantId?: string | undefined
  /** Called once an event for the trace and conversation around it. Default: none. */
  readonly context?: (() => EventContext | undefined) | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
  /** Hears how each event ended, by event id, type and version; not by aggregate, which may be a person. Default: silent. */
  readonly logger?: Logger | undefined
}

/** Options of one domain event; id and time are the event's own. */
export type DomainPublishOptions = Omit<PublishOptions, 'messageId' | 'time'>

/** Publishes what happens to aggregates, in order for each of them. */
export interface DomainPublisher<Events extends DomainEventCatalogue> {
  /**
   * Publishes one event; resolves when it is in the log. Events of one aggregate are written in the order of the calls.
   *
   * @throws (as a rejection) EventError or SchemaValidationError when nothing could be sent; the producer's
   *   `DeliveryError`, whose `outcome` says whether the event may be in the log.
   */
  publishEvent<Type extends keyof Events & string>(
    type: Type,
    event: DomainEvent<DomainDataOf<Events[Type]>>,
    options?: DomainPublishOptions,
  ): Promise<PublishedEvent>
  /** The same as a value; never rejects. Only the status `delivered` means that the event is in the log. */
  tryPublishEvent<Type extends keyof Events & string>(
    type: Type,
    event: DomainEvent<DomainDataOf<Events[Type]>>,
    options?: DomainPublishOptions,
  ): Promise<EventResult>
  /**
   * The finished record without sending it, for an outbox in the transaction that gave the event its version.
   *
   * @throws EventError, SchemaValidationError
   */
  toRecord<Type extends keyof Events & string>(
    type: Type,
    event: DomainEvent<DomainDataOf<Events[Type]>>,
    options?: DomainPublishOptions,
  ): ProducerRecord
}

/**
 * Makes a publisher of domain events. No I/O; it needs no closing, its producer does. It keeps no history and gives no
 * versions: it publishes what was decided elsewhere.
 *
 * @throws EventError `INVALID_PUBLISHER_OPTION`, `INVALID_EVENT_DEFINITION`, `INVALID_TENANT_ID`
 */
export function createDomainPublisher<const Events extends DomainEventCatalogue>(
  options: DomainPublisherOptions<Events>,
): DomainPublisher<Events> {
  const { producer, codec, producerId, context, topic = domainTopic } = options
  const { source = `/${producerId}`, clock = systemClock } = options
  const logger = limitRepeats(options.logger ?? silentLogger, { clock })
  const events: DomainEventCatalogue = options.events
  const publisher = createPublisher({
    tenantId: options.tenantId,
    producer,
    codec,
    source,
    producerId,
    clock,
    context,
    logger,
    events: defineEvents(toCatalogue(events, topic, schemaCodec(codec, domainSchemaName))),
  })

  function prepare(type: string, event: DomainEvent<unknown>, eventId: string) {
    // The catalogue was typed by its data; from here on any goes, since the caller's was checked against it.
    const definition = (Object.hasOwn(events, type) ? events[type] : undefined) as
      | DomainEventDefinition<unknown>
      | undefined
    if (definition === undefined) {
      throw new EventError('UNKNOWN_EVENT', `no domain event "${type}" in the catalogue: add it to events`)
    }
    const timestampMs = eventTimeMs(event.timestamp, clock.now())
    const record = toDomainEventRecord(event, { type, definition, eventId, timestampMs })
    return { record, identity: { messageId: eventId, time: timestampMs } }
  }

  const idOf = ({ eventId = uuidv7({ msecs: clock.now() }) }: DomainEvent<unknown>): string => eventId

  const tryPublishEvent: DomainPublisher<Events>['tryPublishEvent'] = (type, event, publishOptions = {}) => {
    const eventId = idOf(event)
    const publish = () => {
      const { record, identity } = prepare(type, event, eventId)
      return publisher.tryPublish(type, record, { ...publishOptions, ...identity })
    }
    return publishLogged(publish, { eventId, fields: { event_type: type, version: event.version }, logger })
  }

  return {
    tryPublishEvent,
    publishEvent: async (type, event, publishOptions) =>
      toPublished(await tryPublishEvent(type, event, publishOptions)),
    toRecord(type, event, publishOptions = {}) {
      const { record, identity } = prepare(type, event, idOf(event))
      return publisher.toRecord(type, record, { ...publishOptions, ...identity })
    },
  }
}

/** The key is the aggregate's id alone, as consumers that join topics expect. */
function toCatalogue(
  events: DomainEventCatalogue,
  topic: string,
  codec: EventCodec,
): Readonly<Record<string, EventDefinition<DomainEventRecord>>> {
  const entries = Object.entries(events).map(([type, definition]) => {
    if (!/^[\p{L}\p{N}._-]{1,100}$/u.test(definition.aggregateType)) {
      const problem =
        'has an aggregateType that is not 1 to 100 letters, digits, dots, underscores and hyphens'
      throw new EventError('INVALID_EVENT_DEFINITION', `domain event "${type}" ${problem}`)
    }
    return [
      type,
      {
        topic: definition.topic ?? topic,
        key: (event: DomainEventRecord) => event.aggregate_id,
        subject: (event: DomainEventRecord) => `${event.aggregate_type}/${event.aggregate_id}`,
        version: '1',
        codec,
      },
    ] as const
  })
  return Object.fromEntries(entries)
}
