import { HeadwaterError, type HeadwaterErrorOptions } from '@headwater/base'
import type { KafkaErrorName } from '@headwater/protocol'
import type { Receipt } from './receipt.ts'

/** How a record can end when it is not delivered. */
export type FailedOutcome =
  /** Refused, by the producer or by the broker; it is not in the log. */
  | 'rejected'
  /** Never written to a socket; it is not in the log, and sending it again is safe. */
  | 'not-sent'
  /** Written, and no answer came before the deadline or the abort, or bound to others that are still tried; it may be in the log. */
  | 'unknown'
  /** Rejected, and safe in a dead-letter topic; only with the policy `onRejected`. */
  | 'dead-lettered'

/** How a record can end. */
export type Outcome =
  | 'delivered'
  /** Safe on the local disk, and sent when the cluster is back; only with the policy `onUnavailable`. */
  | 'spooled'
  | FailedOutcome

/** What became of a rejected record's dead letter. */
export type DeadLetter =
  /** It stands in the dead-letter topic. */
  | { readonly receipt: Receipt }
  /** It could not be written there either. */
  | { readonly error: DeliveryError }

/** Why a record was not delivered: one of the producer's own reasons, or Kafka's name for the broker's. */
export type DeliveryErrorCode =
  /** The record is not one (wrong types, an illegal topic name, a header that is no text), or the call's options mean nothing. */
  | 'INVALID_RECORD_INPUT'
  /** The record alone is larger than `maxRequestSize`. */
  | 'RECORD_TOO_LARGE'
  /** The topic has no such partition. */
  | 'INVALID_PARTITION'
  /** `bufferMemory` is in use and the bound on waiting sends is reached, or `maxBlockMs` is over. */
  | 'BUFFER_FULL'
  /** Nobody answered what the topic looks like within `maxBlockMs`; `cause` says why, where it is known. */
  | 'METADATA_TIMEOUT'
  /** `deliveryTimeoutMs` is over. */
  | 'DELIVERY_TIMEOUT'
  /** The call's signal was aborted. */
  | 'ABORTED'
  /** The producer is closed, or was closed before the record was delivered. */
  | 'PRODUCER_CLOSED'
  /** Older records of its partition wait in the spool (policy `onUnavailable`), and it could not join them. */
  | 'BEHIND_SPOOL'
  /** The brokers refuse the connection for good: credentials, an API they do not know. */
  | 'CONNECTION_REFUSED'
  /** The producer has a `transactionalId`, and the record was not sent in a transaction. */
  | 'TRANSACTION_REQUIRED'
  /** The record's transaction was aborted before the record was written, or while it was under way. */
  | 'TRANSACTION_ABORTED'
  /** The transaction had ended before the call. */
  | 'TRANSACTION_ENDED'
  | KafkaErrorName

/** What a {@link DeliveryError} is made of. */
export interface DeliveryErrorOptions extends HeadwaterErrorOptions {
  /** Where the record is. */
  readonly outcome: FailedOutcome
  /** The topic that it was sent to; empty for what is no record. */
  readonly topic: string
  /** The partition, where one was chosen. */
  readonly partition?: number | undefined
  /** How often the record was written to a broker. @defaultValue 0 */
  readonly attempts?: number | undefined
  /** Where its dead letter is, or why there is none. Default: none was written. */
  readonly deadLetter?: DeadLetter | undefined
}

/** What `send()` rejects with: says where the record ended, so that nobody has to guess whether to send it again. */
export class DeliveryError extends HeadwaterError<DeliveryErrorCode> {
  /** Where the record is. */
  readonly outcome: FailedOutcome
  /** The topic that it was sent to; empty for what is no record. */
  readonly topic: string
  /** The partition, where one was chosen. */
  readonly partition: number | undefined
  /** How often the record was written to a broker. */
  readonly attempts: number
  /** With the policy `onRejected`: where the record is now, or why it is not there; `undefined` where none was written. */
  readonly deadLetter: DeadLetter | undefined

  constructor(code: DeliveryErrorCode, message: string, options: DeliveryErrorOptions) {
    super(code, message, options)
    this.outcome = options.outcome
    this.topic = options.topic
    this.partition = options.partition
    this.attempts = options.attempts ?? 0
    this.deadLetter = options.deadLetter
  }
}
