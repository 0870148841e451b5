import type { DeliveryError } from '../delivery-error.ts'
import type { ProducerTuning } from '../producer-options.ts'
import type { ProducerRecord } from '../producer-record.ts'

/** A record that the producer or a broker refused. */
export interface RejectedRecord {
  /** The topic that it was meant for. */
  readonly topic: string
  readonly record: ProducerRecord
  readonly error: DeliveryError
}

/** Chooses the dead-letter topic of a record, synchronously. */
export type DeadLetterTopic = (rejected: RejectedRecord) => string

/**
 * Bounds of the producer that writes dead letters. It is one of its own with connections of its own, so that poison does
 * not take the memory, or the place in the queue, of what is well.
 */
export interface DeadLetterLimits extends Pick<ProducerTuning, 'maxWaitingBytes' | 'compressionType'> {
  /** Bytes of a dead letter at the most. Default: the producer's and 8192 more, for the headers. */
  readonly maxRequestSize?: number | undefined
  /** Bytes of dead letters that are not acknowledged. Default: 8 MiB, or `maxRequestSize` if that is more. */
  readonly bufferMemory?: number | undefined
  /** Milliseconds that a dead letter may wait for buffer space and metadata. Default: the producer's. */
  readonly maxBlockMs?: number | undefined
  /** Milliseconds that a dead letter may take, on top of those of the record. Default: 30000, or the producer's `requestTimeoutMs` if that is more. */
  readonly deliveryTimeoutMs?: number | undefined
  /** Default: the producer's, or `deliveryTimeoutMs` if that is less. */
  readonly requestTimeoutMs?: number | undefined
}

/** What becomes of records of one topic that were refused. */
export interface TopicDeadLetterPolicy {
  /** Where to: a topic, or a function such as `toDlqTopic`. It must exist, or brokers must create topics by themselves. */
  readonly topic: string | DeadLetterTopic
  /** The header `dlq.service`: who gave the record up. Default: no such header. */
  readonly service?: string | undefined
}

/** What becomes of records that were refused. */
export interface DeadLetterPolicy extends TopicDeadLetterPolicy {
  /** Default: see {@link DeadLetterLimits}. */
  readonly limits?: DeadLetterLimits | undefined
}
