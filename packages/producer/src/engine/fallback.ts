import type { DeliveryError } from '../delivery-error.ts'
import type { ProducerRecord } from '../producer-record.ts'
import type { SendResult } from '../producer.ts'

/** A record that would end undelivered. */
export interface FailedRecord {
  readonly error: DeliveryError
  readonly record: ProducerRecord
  /** Monotonic milliseconds at which `send()` was called. */
  readonly startMs: number
  /** Rises with every send of the producer: the order in which records were taken. */
  readonly order: number
}

/**
 * A policy for records that would end undelivered: it takes some of them over and says how they end. To the engine such
 * a record is over; to its sender, to `flush` and to `close` it is not until the policy has spoken.
 */
export interface Fallback {
  /**
   * Whether this failure is one for the policy; asked before the record is made. `replayed`: it is one that a policy
   * took over before, and sent again.
   */
  accepts(error: DeliveryError, replayed: boolean): boolean
  /** How the record ends now. Never rejects. */
  take(failed: FailedRecord): Promise<SendResult>
  /** The producer closes: nothing is to be begun any more. */
  closing?(): void
  /** Ends whatever is under way, within this many milliseconds, and gives back files and sockets. */
  close(timeoutMs: number): Promise<void>
}
