import type { ProducerState } from './hooks.ts'

/** Counters since the start, and what is held now. */
export interface ProducerStats {
  readonly state: ProducerState
  /** Records delivered. */
  readonly delivered: number
  /** Records rejected, by the producer or by a broker. */
  readonly rejected: number
  /** Records never written. */
  readonly notSent: number
  /** Records written without an answer. */
  readonly unknown: number
  /** Records safe in a dead-letter topic (policy `onRejected`). */
  readonly deadLettered: number
  /** Records safe on the local disk (policy `onUnavailable`), since the start. */
  readonly spooled: number
  /** Of these, records that were written before and may be in the log (option `spoolUnknown`). */
  readonly spooledUnknown: number
  /** Records that wait on the local disk now, and the bytes of its files. */
  readonly spoolRecords: number
  readonly spoolBytes: number
  /** What `spoolBytes` may become: the option `maxBytes` of `onUnavailable`; 0 without that policy. */
  readonly spoolMaxBytes: number
  /** Milliseconds since the oldest record that waits on the local disk was put there, within a second or so; 0 when none does. */
  readonly spoolOldestAgeMs: number
  /** Records delivered from the local disk. */
  readonly replayed: number
  /** Sendings from the local disk whose outcome was unknown; each was repeated, and may stand in the log twice. */
  readonly replayedUnknown: number
  /** Records that `post()` could not take. */
  readonly refused: number
  /** Batches written again. */
  readonly retries: number
  /** Record bytes delivered, as they travelled. */
  readonly bytes: number
  /** Records taken and not settled. */
  readonly pendingRecords: number
  /** Bytes of the batches that are not settled; bounded by `bufferMemory`. */
  readonly bufferedBytes: number
  /** What `bufferedBytes` may become: the option `bufferMemory`. */
  readonly bufferMemory: number
  /** Bytes of the sends that wait; bounded by `maxWaitingBytes`. */
  readonly waitingBytes: number
  /** Sends that wait for buffer space or metadata. */
  readonly waitingSends: number
  /** Requests written and not yet answered. */
  readonly inFlightRequests: number
  /** Connections to brokers. */
  readonly connections: number
  /** Milliseconds from `send()` to the acknowledgement, over all delivered records, within 6 %. */
  readonly latencyMs: {
    readonly p50: number
    readonly p95: number
    readonly p99: number
    readonly max: number
  }
  /** When the last acknowledgement came, milliseconds since the epoch. */
  readonly lastDeliveredAt: number | undefined
}
