import type { DeliveryError } from './delivery-error.ts'
import type { Header, ProducerRecord } from './producer-record.ts'
import type { Receipt } from './receipt.ts'

/** How one record ended. */
export type Settled =
  | { readonly status: 'delivered'; readonly receipt: Receipt; readonly late: boolean }
  | { readonly status: 'spooled'; readonly receipt: Receipt; readonly late: boolean }
  | {
      readonly status: 'failed'
      readonly error: DeliveryError
      /** The record itself, made from its encoded form when asked for. */
      readonly record: ProducerRecord
      readonly latencyMs: number
      readonly late: boolean
    }

/** One Produce request that was answered. */
export interface BatchSent {
  readonly topic: string
  readonly partition: number
  readonly brokerId: number
  readonly records: number
  /** Bytes of the batch as it travelled. */
  readonly bytes: number
  /** Bytes of the batch before compression. */
  readonly uncompressedBytes: number
  /** Milliseconds from writing the request to its answer. */
  readonly requestMs: number
  /** Milliseconds that the oldest record waited before the batch was first written. */
  readonly queuedMs: number
}

/** A batch that will be written again. */
export interface BatchRetry {
  readonly topic: string
  readonly partition: number
  readonly records: number
  /** Times the batch was written so far. */
  readonly attempts: number
  /** Kafka's name of the broker's error, or the code of the `LinkError`. */
  readonly reason: string
}

/**
 * Batching has died for a topic: over a thousand batches, fewer than 1.5 records a batch although 8 batches or more
 * left in a request, on an average. Nearly every record pays for a batch of its own while others travel beside it,
 * because keys (or explicit partitions) spread them over too many partitions.
 */
export interface BatchingPoor {
  readonly topic: string
  /** What was written of the topic meanwhile, retries left out. */
  readonly records: number
  readonly batches: number
  /** Requests that held them. */
  readonly requests: number
  /** Milliseconds that this took. */
  readonly windowMs: number
}

/** Why a partition goes on under another producer id or epoch. */
export interface ProducerIdRenewed {
  readonly topic: string
  readonly partition: number
  readonly reason: string
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** Something happened to the row of a partition's records on the local disk (policy `onUnavailable`). */
export interface SpoolEvent {
  /** `began`: records go there; `drained`: all of them are sent; `rejected`: one was refused when it was sent. */
  readonly event: 'began' | 'drained' | 'rejected'
  readonly topic: string
  /** `undefined`: the row of a topic whose partitions were not known. */
  readonly partition: number | undefined
  /** Why it began, or why the record was refused. */
  readonly error?: DeliveryError | undefined
}

/** Whether the producer reaches its cluster. */
export type ProducerState = 'idle' | 'connected' | 'disconnected' | 'closing' | 'closed'

/**
 * Typed, synchronous functions that see what the producer does: metrics, tracing and logs come in here. Implement
 * those you want. A hook that throws is logged once and never breaks a send.
 */
export interface ProducerHooks {
  /** Called in `send()`, before the record is encoded; the headers that it returns are added to the record. */
  onSend?(record: ProducerRecord): readonly Header[] | undefined | void
  /** Called once for every record that `send`, `trySend`, `sendMany` or `post` took; again, with `late`, for an aborted or expired record whose fate became known. */
  onSettled?(settled: Settled): void
  onBatchSent?(batch: BatchSent): void
  onRetry?(retry: BatchRetry): void
  /** A broker asked for a pause (quota). */
  onThrottle?(throttle: { readonly brokerId: number; readonly throttleMs: number }): void
  /** Keys are so many that batching dies; at most once a minute and topic. Logged as a warning, too. */
  onBatchingPoor?(found: BatchingPoor): void
  /** Records go to the disk, or come back from there. */
  onSpool?(event: SpoolEvent): void
  onProducerIdRenewed?(renewed: ProducerIdRenewed): void
  /** A send has to wait for buffer space, or failed for want of it. */
  onBufferFull?(full: {
    readonly bufferedBytes: number
    readonly waitingBytes: number
    readonly refused: boolean
  }): void
  onStateChange?(change: {
    readonly from: ProducerState
    readonly to: ProducerState
    readonly reason?: Error | undefined
  }): void
}
