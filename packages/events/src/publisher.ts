import { silentLogger, systemClock, toError, type Clock, type Logger } from '@headwater/base'
import type { Header, ProducerRecord, Receipt, SendOptions, SendResult } from '@headwater/producer'
import { topicName, type EventCatalogue, type EventDefinition, type PayloadOf } from './define-events.ts'
import { enrich, type Enrichment, type EnrichmentSources } from './enrichment.ts'
import type { EventCodec } from './event-codec.ts'
import type { EventContext } from './event-context.ts'
import { EventError } from './event-error.ts'
import { encodeJsonEnvelope } from './json-envelope.ts'
import type { ProducerPort } from './producer-port.ts'
import type { PublishOptions } from './publish-options.ts'
import { assertTenantId } from './tenant/tenant-header.ts'

/** What a publisher is made of. */
export interface PublisherOptions<Events extends EventCatalogue> {
  /** Sends the records; its deadline, retries and outcomes are those of every publish. */
  readonly producer: ProducerPort
  /** The catalogue, from `defineEvents`. */
  readonly events: Events
  /** Encodes payloads, unless a definition names its own codec. */
  readonly codec: EventCodec
  /** Where events come from, a URI reference such as `/orders`: header `ce_source`. */
  readonly source: string
  /** The service that publishes, the same for all its instances: header `producer_id`. */
  readonly producerId: string
  /**
   * `'none'`: metadata travels in headers only. `'json'`: the value is JSON that repeats `produced_at`, `producer_id`,
   * `correlation_id` and `message_version` beside the payload's fields; codecs are not used.
   *
   * @defaultValue `'none'`
   */
  readonly bodyEnvelope?: 'none' | 'json' | undefined
  /** Binds the publisher to one tenant; see {@link Publisher.forTenant}. Default: none. */
  readonly tenantId?: string | undefined
  /**
   * Whether an event without a tenant is refused (`TENANT_REQUIRED`).
   *
   * @defaultValue false
   */
  readonly requiresTenant?: boolean | undefined
  /** Called once an event for the trace and conversation around it. Default: none. */
  readonly context?: (() => EventContext | undefined) | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
  /** Default: silent. Debug lines name headers that were ignored, never their values. */
  readonly logger?: Logger | undefined
}

/** A publish as a value: the producer's result, or `invalid` when nothing could be sent. */
export type PublishResult =
  | SendResult
  | { readonly status: 'invalid'; readonly receipt?: undefined; readonly error: Error }

/** Publishes the events of one catalogue. */
export interface Publisher<Events extends EventCatalogue> {
  /**
   * Encodes, enriches and sends one event. It resolves when the record is in the log.
   *
   * @throws EventError (as a rejection) before anything is sent; the codec's own error for a payload that does not
   *   fit its schema; the producer's `DeliveryError` otherwise.
   */
  publish<Name extends keyof Events & string>(
    name: Name,
    payload: PayloadOf<Events[Name]>,
    options?: PublishOptions,
  ): Promise<Receipt>
  /** The same as a value; never rejects. */
  tryPublish<Name extends keyof Events & string>(
    name: Name,
    payload: PayloadOf<Events[Name]>,
    options?: PublishOptions,
  ): Promise<PublishResult>
  /**
   * The enriched record without sending it, for a transaction or an outbox. Each call decides a new id unless
   * `messageId` is given: send the record that it returns, however often.
   *
   * @throws EventError, or the codec's own error.
   */
  toRecord<Name extends keyof Events & string>(
    name: Name,
    payload: PayloadOf<Events[Name]>,
    options?: PublishOptions,
  ): ProducerRecord
  /**
   * The same publisher, bound to a tenant: every event has its header `tenant-id`, and one that a call gives another
   * tenant, by option or header, is refused with `TENANT_MISMATCH`. Costs nothing but the object.
   *
   * @throws EventError `INVALID_TENANT_ID`, and `TENANT_MISMATCH` where the publisher is bound to another one already.
   */
  forTenant(tenantId: string): Publisher<Events>
}

/**
 * Makes a publisher. No I/O; it needs no closing, its producer does.
 *
 * @throws EventError `INVALID_PUBLISHER_OPTION`, `INVALID_TENANT_ID`
 */
export function createPublisher<Events extends EventCatalogue>(
  options: PublisherOptions<Events>,
): Publisher<Events> {
  for (const name of ['source', 'producerId'] as const) {
    if (!/^[^\p{Cc}\s]+$/u.test(options[name])) {
      throw new EventError('INVALID_PUBLISHER_OPTION', `${name} is empty or has white space in it`)
    }
  }
  const { tenantId: bound, requiresTenant } = options
  if (bound !== undefined) assertTenantId(bound)
  const sources: EnrichmentSources = {
    tenants: { tenantId: bound, requiresTenant },
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    context: options.context ?? (() => undefined),
  }
  const toRecord: Publisher<Events>['toRecord'] = (name, payload, publishOptions = {}) => {
    // Own properties only: "constructor" is not an event. The catalogue was typed by its payloads; from here on any
    // payload goes, since the caller's was checked against the same definition.
    const definition = (Object.hasOwn(options.events, name) ? options.events[name] : undefined) as
      | EventDefinition<unknown>
      | undefined
    if (definition === undefined) {
      throw new EventError('UNKNOWN_EVENT', `no event "${name}" in the catalogue: add it to defineEvents`)
    }
    const record = toEventRecord({ name, definition, payload }, enrich(publishOptions, sources), options)
    return { ...record, topic: topicOf(definition, publishOptions) }
  }
  return {
    toRecord,
    forTenant(tenantId) {
      if (bound === undefined || bound === tenantId) return createPublisher({ ...options, tenantId })
      throw new EventError('TENANT_MISMATCH', 'the publisher is bound to another tenant')
    },
    // async, so that a failure before sending is a rejection as well; up to the send nothing is awaited.
    async publish(name, payload, publishOptions = {}) {
      return await options.producer.send(
        toRecord(name, payload, publishOptions),
        toSendOptions(publishOptions),
      )
    },
    async tryPublish(name, payload, publishOptions = {}) {
      let record: ProducerRecord
      try {
        record = toRecord(name, payload, publishOptions)
      } catch (thrown) {
        return { status: 'invalid', error: toError(thrown) }
      }
      return await options.producer.trySend(record, toSendOptions(publishOptions))
    },
  }
}

function topicOf(definition: EventDefinition<unknown>, { topic = definition.topic }: PublishOptions): string {
  if (topicName.test(topic)) return topic
  throw new EventError('INVALID_EVENT_OPTION', `topic "${topic}" is none that Kafka allows`)
}

interface NamedEvent {
  readonly name: string
  readonly definition: EventDefinition<unknown>
  readonly payload: unknown
}

type RecordSettings = Pick<
  PublisherOptions<EventCatalogue>,
  'codec' | 'source' | 'producerId' | 'bodyEnvelope'
>

function toEventRecord(event: NamedEvent, enrichment: Enrichment, settings: RecordSettings): ProducerRecord {
  const { definition, name, payload } = event
  const codec = definition.codec ?? settings.codec
  const inBody = settings.bodyEnvelope === 'json'
  const value = inBody
    ? encodeJsonEnvelope(name, payload, {
        produced_at: enrichment.producedAt,
        producer_id: settings.producerId,
        correlation_id: enrichment.correlationId,
        message_version: definition.version,
      })
    : codec.encode(definition.topic, payload)
  const contentType = inBody ? 'application/json' : codec.contentType
  return {
    topic: definition.topic,
    key: definition.key(payload),
    value,
    headers: eventHeaders(event, enrichment, settings, contentType),
    timestamp: enrichment.timeMs,
  }
}

/** CloudEvents 1.0 in the binary mode of its Kafka binding (§3.2), and the names that the envelope has always had. */
function eventHeaders(
  { name, definition, payload }: NamedEvent,
  { messageId, timeMs, producedAt, callerHeaders, contextHeaders }: Enrichment,
  { source, producerId }: RecordSettings,
  contentType: string,
): readonly Header[] {
  const identity: readonly Header[] = [
    ['ce_specversion', '1.0'],
    ['ce_id', messageId],
    ['ce_source', source],
    ['ce_type', name],
    ['ce_time', new Date(timeMs).toISOString()],
    ['content-type', contentType],
    ['message_id', messageId],
  ]
  const defaults: readonly Header[] = [
    ['produced_at', producedAt],
    ['producer_id', producerId],
    ['message_version', definition.version],
    ...(definition.subject === undefined ? [] : [['ce_subject', definition.subject(payload)] as const]),
    ...(definition.dataSchema === undefined ? [] : [['ce_dataschema', definition.dataSchema] as const]),
  ]
  const taken = new Set(callerHeaders.map(([each]) => each))
  // An explicit cause wins over a header of that name; all other generated names were taken from the caller's already.
  const decided = new Set(contextHeaders.map(([each]) => each))
  return [
    ...identity,
    ...defaults.filter(([each]) => !taken.has(each)),
    ...contextHeaders,
    ...callerHeaders.filter(([each]) => !decided.has(each)),
  ]
}

function toSendOptions({ deliveryTimeoutMs, signal }: PublishOptions): SendOptions {
  return { deliveryTimeoutMs, signal }
}
