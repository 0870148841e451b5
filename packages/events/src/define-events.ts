import type { EventCodec } from './event-codec.ts'
import { EventError } from './event-error.ts'

/**
 * One kind of event.
 *
 * @typeParam Payload - what is published under this name; it is taken from the parameter of {@link EventDefinition.key}.
 */
export interface EventDefinition<Payload> {
  /** Where events of this kind go. Events whose order matters to each other share a topic and a key. */
  readonly topic: string
  /**
   * The record key: events with the same key keep their order. Usually the id of the entity. `null` spreads events
   * over all partitions, without order. Annotate the parameter: its type is the event's payload type.
   */
  readonly key: (payload: Payload) => string | Uint8Array | null
  /** Version of the payload's meaning, for consumers: header `message_version`. */
  readonly version: string
  /** Overrides the publisher's codec for this event. */
  readonly codec?: EventCodec | undefined
  /** What the event is about within its source: header `ce_subject`. Default: no such header. */
  readonly subject?: ((payload: Payload) => string) | undefined
  /** URI of the schema: header `ce_dataschema`. Default: no such header. */
  readonly dataSchema?: string | undefined
}

/** A catalogue: event name (the CloudEvents `type`) to definition. */
export type EventCatalogue = Readonly<Record<string, EventDefinition<never>>>

/** The payload type of one event of a catalogue. */
export type PayloadOf<Definition> = Definition extends {
  readonly key: (payload: infer Payload) => string | Uint8Array | null
}
  ? Payload
  : never

/**
 * Declares the events of a service, checked here once rather than at every publish.
 *
 * @throws EventError `INVALID_EVENT_DEFINITION`
 */
export function defineEvents<const Events extends EventCatalogue>(events: Events): Readonly<Events> {
  for (const [name, definition] of Object.entries(events)) assertDefinition(name, definition)
  return Object.freeze({ ...events })
}

/** Kafka's own rule for topic names (Java: `org.apache.kafka.common.internals.Topic`). */
export const topicName: RegExp = /^(?!\.{1,2}$)[\w.-]{1,249}$/
const eventName = /^[\x21-\x7e]{1,256}$/

function assertDefinition(name: string, definition: EventDefinition<never>): void {
  const problem = eventName.test(name)
    ? topicName.test(definition.topic)
      ? typeof definition.version === 'string' && definition.version !== ''
        ? undefined
        : 'has no version: give it one, such as "1"'
      : `has the topic "${definition.topic}", which Kafka does not allow`
    : 'has a name that is not 1 to 256 printable ASCII characters'
  if (problem !== undefined) throw new EventError('INVALID_EVENT_DEFINITION', `event "${name}" ${problem}`)
}
