import type { Headers, SendOptions } from '@headwater/producer'

/** The message that led to this event. */
export interface Cause {
  /** Its `message_id`: header `causation_id`. */
  readonly messageId: string
  /** Its `correlation_id`, carried on unless the call names another. */
  readonly correlationId?: string | undefined
}

/** Options of one publish. */
export interface PublishOptions extends SendOptions {
  /**
   * The event's id. Give one where the event has a natural identity, so that publishing it twice is recognised.
   * Default: a new UUIDv7.
   */
  readonly messageId?: string | undefined
  /** The conversation. Default: the cause's, the caller's header, the context's, or the message id. */
  readonly correlationId?: string | undefined
  /** The message that led to this event. Default: none. */
  readonly causation?: Cause | undefined
  /** More headers; they win over generated ones, save for those that say what the record is (see the README). */
  readonly headers?: Headers | undefined
  /** When it happened, as a date or in milliseconds since 1970: header `ce_time` and the record's timestamp. Default: now. */
  readonly time?: number | Date | undefined
  /** Another topic than the definition's, for this call; the payload is encoded as for that one. Default: none. */
  readonly topic?: string | undefined
  /** Header `tenant-id`: 1 to 128 letters, digits, `.`, `_`, `-`. Default: none. */
  readonly tenantId?: string | undefined
}
