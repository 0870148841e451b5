import type { DeliveryError } from './delivery-error.ts'
import type { BrokerAddress } from './link/link.ts'
import type { Header, ProducerRecord } from './producer-record.ts'
import type { Receipt } from './receipt.ts'

/** How one record ended. */
export type Settled =
  | { readonly status: 'delivered'; readonly receipt: Receipt; readonly late: boolean }
  | { readonly status: 'spooled'; readonly receipt: Receipt; readonly late: boolean }
  | {
      readonly status: 'failed'
      readonly error: DeliveryError
      /** The record itself, made from its encoded form when asked for; ask before the hook returns. */
      readonly record: ProducerRecord
      readonly latencyMs: number
      readonly late: boolean
    }

/**
 * What an observer keeps of one send until its end: tracing comes in this way. The producer holds it as long as the
 * record is pending, and hands it back, the very object, with the batches that the record travels in, also when these are
 * split, merged anew or written again. Each observer has its own; one that throws is logged once and breaks nothing.
 */
export interface SendTrace {
  /** Added to the record, behind its own; not for a record from the spool, whose headers stay as they are. */
  readonly headers?: readonly Header[] | undefined
  /**
   * How the record ended: once, whatever the end (also for one that was refused at once), and again with `late` when its
   * fate became known after that. For a record from the spool `late` begins at false, too; an attempt that sends it back
   * there is a `failed` end of that attempt's trace.
   */
  settled(settled: Settled): void
}

/** A batch that is in the log, as the answer to its last Produce request says; not one that was refused. */
export interface BatchSent {
  readonly topic: string
  readonly partition: number
  readonly brokerId: number
  /** Where the cluster says that this broker listens; `undefined` when it knows it no longer. */
  readonly brokerAddress: BrokerAddress | undefined
  readonly records: number
  /** Bytes of the batch as it travelled. */
  readonly bytes: number
  /** Bytes of the batch before compression. */
  readonly uncompressedBytes: number
  /** Milliseconds from writing the request to its answer. */
  readonly requestMs: number
  /** Milliseconds that the oldest record waited before the batch was first written. */
  readonly queuedMs: number
  /** Times the batch was written, this one included. */
  readonly attempts: number
  /** What observers keep of its records, in their order; several a record where there are several observers. */
  readonly traces: readonly SendTrace[]
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
  /** Whom the attempt went to; `undefined` when it never got as far. */
  readonly brokerId: number | undefined
  /** Where the cluster says that this broker listens; `undefined` when it knows it no longer, and without a broker. */
  readonly brokerAddress: BrokerAddress | undefined
  /** Milliseconds from writing the request to its end. */
  readonly requestMs: number
  /** What observers keep of its records, in their order; empty when nobody does. */
  readonly traces: readonly SendTrace[]
}

/** How a transaction ended for its caller. */
export interface TransactionEnd {
  /** `aborted`: also one that could not be begun. `unknown`: the commit was written and never answered. */
  readonly result: 'committed' | 'aborted' | 'unknown'
  /** Milliseconds from its turn to its end. */
  readonly durationMs: number
  /** Records that were sent in it. */
  readonly records: number
  /** Why it was not committed; `undefined` when it was. */
  readonly error: Error | undefined
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
 * those you want. A hook that throws is logged once and never breaks a send. Only `onSend` runs in the async context of
 * the caller; where others run, that of any send may be active. The same is published by
 * `node:diagnostics_channel`, for those who do not make the producer; the README has the names.
 *
 * A dead letter (policy `onRejected`) is a send of its own for `onSend` alone: it sees the letter, with the headers of its
 * record and `dlq.*` ones, and may keep a trace; headers that it returns are not added. `onSettled` tells of the record,
 * once, with its dead letter.
 */
export interface ProducerHooks {
  /**
   * Called in `send()`, in the caller's context, before the record is encoded; the headers that it returns are added to
   * the record, but for names that an observer before it has added. Who returns a {@link SendTrace} hears of that very
   * record again.
   */
  onSend?(record: ProducerRecord): readonly Header[] | SendTrace | undefined | void
  /** A record that lay in the spool is sent: what `onSend` was when it was taken, perhaps by an earlier process. */
  onReplay?(record: ProducerRecord): SendTrace | undefined | void
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
  /** Of each transaction whose turn came. */
  onTransaction?(end: TransactionEnd): void
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
