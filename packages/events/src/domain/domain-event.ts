import { EventError } from '../event-error.ts'
import { toJsonText } from '../json-text.ts'
import { findInexactNumber } from './find-inexact-number.ts'

/**
 * One kind of domain event.
 *
 * @typeParam Data - what the event says; it is taken from the parameter of {@link DomainEventDefinition.data}.
 */
export interface DomainEventDefinition<Data> {
  /** What it happens to, such as `Order`. */
  readonly aggregateType: string
  /**
   * Gives what is written of the data, usually all of it, and is the place to check it: what it throws refuses the
   * event. Annotate the parameter: its type is the type of the event's data.
   */
  readonly data: (data: Data) => object
  /**
   * A topic of its own. Events of one aggregate keep their order within a topic only, so give all types of an
   * aggregate the same one. Default: the publisher's.
   */
  readonly topic?: string | undefined
  /**
   * Whether data may hold numbers that are no whole ones, as measurements are. Money is not: 0.1 + 0.2 is not 0.3.
   *
   * @defaultValue false
   */
  readonly allowsFractions?: boolean | undefined
}

/** Domain events by event type. */
export type DomainEventCatalogue = Readonly<Record<string, DomainEventDefinition<never>>>

/** The data of one event type of a catalogue. */
export type DomainDataOf<Definition> = Definition extends {
  readonly data: (data: infer Data) => object
}
  ? Data
  : never

/** Something that happened to an aggregate. */
export interface DomainEvent<Data> {
  /** Which aggregate, 1 to 250 characters without control characters; also the record's key. */
  readonly aggregateId: string
  /**
   * The event's place in the history of its aggregate: 1, 2, 3. The one who decides what happens gives it, from where the
   * history is kept: it is what tells a reader of a gap, of a duplicate, and of two who decided at once.
   */
  readonly version: number
  readonly data: Data
  /** Also `message_id`. Default: a new UUIDv7. */
  readonly eventId?: string | undefined
  /** When it happened. Default: now. */
  readonly timestamp?: number | Date | undefined
}

/** The event as `domain-event.avsc` has it. */
export interface DomainEventRecord {
  readonly event_id: string
  readonly event_type: string
  readonly aggregate_type: string
  readonly aggregate_id: string
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly data: string
}

/** What is known of an event beside what its caller says. */
export interface DomainEventFacts {
  readonly type: string
  readonly definition: DomainEventDefinition<unknown>
  readonly eventId: string
  readonly timestampMs: number
}

/**
 * The event as it is written.
 *
 * @throws EventError `INVALID_DOMAIN_EVENT`, `INEXACT_NUMBER`; SchemaValidationError for data that is no JSON; whatever
 *   the definition's `data` throws.
 */
export function toDomainEventRecord(
  event: DomainEvent<unknown>,
  { type, definition, eventId, timestampMs }: DomainEventFacts,
): DomainEventRecord {
  const { aggregateId, version } = event
  if (typeof aggregateId !== 'string' || !/^[^\p{Cc}]{1,250}$/u.test(aggregateId)) {
    throw invalid(type, 'aggregateId is not 1 to 250 characters without control characters')
  }
  if (!Number.isSafeInteger(version) || version < 1)
    throw invalid(type, 'version is not a whole number from 1')
  const data = toJsonText(type, definition.data(event.data))
  const inexact = definition.allowsFractions === true ? undefined : findInexactNumber(data)
  if (inexact !== undefined) {
    throw new EventError(
      'INEXACT_NUMBER',
      `the domain event ${type} has a number at ${inexact} that is not exact: write money as whole minor units (9999) ` +
        'or as text ("99.99"), or set allowsFractions for measurements',
    )
  }
  return {
    event_id: eventId,
    event_type: type,
    aggregate_type: definition.aggregateType,
    aggregate_id: aggregateId,
    version,
    timestamp: timestampMs,
    data,
  }
}

function invalid(type: string, problem: string): EventError {
  return new EventError('INVALID_DOMAIN_EVENT', `the domain event ${type} cannot be published: ${problem}`)
}
