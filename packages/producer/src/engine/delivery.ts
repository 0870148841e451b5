import type { SendTrace } from '../hooks.ts'
import type { SendResult } from '../producer.ts'
import type { Batch } from './batch.ts'
import { noTraces } from './hook-runner.ts'
import type { WaitingSend } from './waiting-sends.ts'
import { whenAborted } from './when-aborted.ts'

/**
 * What is left of a record once it is encoded: who waits for it, since when, until when. Settled exactly once;
 * whoever comes later (an answer after the deadline) finds it settled and reports a late fate instead.
 */
export class Delivery {
  /** Monotonic milliseconds at which `send()` was called. */
  readonly startMs: number
  /** Monotonic milliseconds at which it is given up. */
  readonly deadlineMs: number
  /** The record's own timestamp. */
  readonly timestamp: number
  /** Which flush waits for it; see `FlushTracker`. */
  readonly generation: number
  /** Where the record is, so that an abort finds it. */
  place: Batch | WaitingSend | undefined
  readonly #tell: ((result: SendResult) => void) | undefined
  /** Counts the sends of a producer: the order in which they were taken. */
  readonly order: number
  /** For a record that comes from a spool: the row that it stands in there. Nobody but the spool waits for it. */
  readonly replayOf: object | undefined
  /** What observers keep of it. */
  readonly traces: readonly SendTrace[]
  /** Whether they were told how it ended. */
  tracesTold = false
  #settled = false
  #release: (() => void) | undefined

  constructor(
    fields: Pick<Delivery, 'startMs' | 'deadlineMs' | 'timestamp' | 'generation' | 'order'> & {
      readonly replayOf?: object
      readonly traces?: readonly SendTrace[]
    },
    tell: ((result: SendResult) => void) | undefined,
  ) {
    this.startMs = fields.startMs
    this.deadlineMs = fields.deadlineMs
    this.timestamp = fields.timestamp
    this.generation = fields.generation
    this.order = fields.order
    this.replayOf = fields.replayOf
    this.traces = fields.traces ?? noTraces
    this.#tell = tell
  }

  get settled(): boolean {
    return this.#settled
  }

  /** Calls `abort` when the signal is aborted before the delivery is settled. */
  abortWith(signal: AbortSignal, abort: () => void): void {
    this.#release = whenAborted(signal, abort)
  }

  /** Tells whoever waits; the first call wins. */
  settle(result: SendResult): void {
    if (this.#settled) return
    this.handOver()(result)
  }

  /** Ends it for the engine; whoever waits is told by the function that this gives, when a fallback knows the end. */
  handOver(): (result: SendResult) => void {
    this.#settled = true
    this.#release?.()
    return (result) => this.#tell?.(result)
  }
}
