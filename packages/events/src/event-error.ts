import { HeadwaterError } from '@headwater/base'

/** Why an event was not even handed to the producer. None is retriable: the call itself is wrong. */
export type EventErrorCode =
  /** The catalogue has no event of this name. */
  | 'UNKNOWN_EVENT'
  /** A definition in the catalogue cannot work: no topic, no version, a name that is no CloudEvents type. */
  | 'INVALID_EVENT_DEFINITION'
  /** `source`, `producerId` or another option of a publisher is empty or none. */
  | 'INVALID_PUBLISHER_OPTION'
  /** An option of the call is wrong: a message id, correlation id, time or topic that is none. */
  | 'INVALID_EVENT_OPTION'
  /** The tenant id has characters that a header, a metric label or a file name would trip over. */
  | 'INVALID_TENANT_ID'
  /** The publisher is bound to a tenant, and the event is of another one. */
  | 'TENANT_MISMATCH'
  /** The publisher writes no event without a tenant. */
  | 'TENANT_REQUIRED'
  /** A workflow event has a type, source, id or environment that is none. */
  | 'INVALID_WORKFLOW_EVENT'
  /** A domain event has an aggregate or a version that is none. */
  | 'INVALID_DOMAIN_EVENT'
  /** A domain event says a number that floating point does not keep exactly, such as an amount of money. */
  | 'INEXACT_NUMBER'
  /** No topic is configured for a stage, or the publisher was not told of it. */
  | 'UNKNOWN_STAGE'
  /** A stage event has an entity that is none. */
  | 'INVALID_STAGE_EVENT'
  /** The JSON envelope repeats its fields inside the payload, so the payload must be an object. */
  | 'ENVELOPE_NEEDS_OBJECT'

/** Thrown before anything is sent; the record is in no log. */
export class EventError extends HeadwaterError<EventErrorCode> {}
