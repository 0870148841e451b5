import { HeadwaterError } from '@headwater/base'
import type { ResolvedOptions } from './resolve-options.ts'
import { toWaitMs } from './to-wait-ms.ts'

/** An answer of a broker that is not older than this shows that the producer is ready. */
const defaultMaxAgeMs = 5000

/** What readiness needs to know of its surroundings. */
export interface ReadinessContext {
  /** Whether the producer has what it needs to send, such as a producer id. */
  hasAll(): boolean
  /** When the latest acknowledgement came, monotonic milliseconds. */
  acknowledgedMs(): number | undefined
  /** Asks brokers anything that they answer. */
  probe(): void
}

/** Options of `ready`. */
interface ReadyOptions {
  readonly timeoutMs?: number | undefined
  readonly maxAgeMs?: number | undefined
}

/**
 * Those who wait until the producer is ready. It is when brokers have shown lately that they answer: by an
 * acknowledgement, or by an answer to a probe; what they showed before the last connection was lost does not count.
 */
export class Readiness {
  readonly #options: ResolvedOptions
  readonly #context: ReadinessContext
  readonly #waiting = new Set<{ check(): void; fail(error: HeadwaterError): void }>()
  #lastFailure: Error | undefined
  #provenMs: number | undefined
  #lastAnswerMs: number | undefined
  /** When the latest question for those who wait was put. */
  #probedMs = -Infinity
  #lostMs = -Infinity

  constructor(options: ResolvedOptions, context: ReadinessContext) {
    this.#options = options
    this.#context = context
  }

  /** Whether it has shown since a moment of the monotonic clock that it could send. */
  #holds(sinceMs: number): boolean {
    const acknowledgedMs = this.#context.acknowledgedMs() ?? -Infinity
    const provenMs = Math.max(
      this.#provenMs ?? -Infinity,
      acknowledgedMs > this.#lostMs ? acknowledgedMs : -Infinity,
    )
    // However old it may be: what was never shown does not count.
    return provenMs > -Infinity && provenMs >= sinceMs && this.#context.hasAll()
  }

  /** A broker answered a question that was put at this moment of the monotonic clock. */
  proven(atMs: number): void {
    this.#provenMs = atMs
    this.#lastAnswerMs = this.#options.clock.monotonic()
  }

  /** The last connection is gone, and with it what was shown over it. */
  lost(): void {
    this.#provenMs = undefined
    this.#lostMs = this.#options.clock.monotonic()
  }

  /** When a broker last answered, monotonic milliseconds. */
  get answeredMs(): number | undefined {
    const acknowledgedMs = this.#context.acknowledgedMs()
    if (acknowledgedMs === undefined) return this.#lastAnswerMs
    return Math.max(acknowledgedMs, this.#lastAnswerMs ?? -Infinity)
  }

  /** Whether anybody waits. */
  get wanted(): boolean {
    return this.#waiting.size > 0
  }

  /** Something changed that may have made the producer ready. */
  changed(): void {
    for (const waiter of this.#waiting) waiter.check()
  }

  /** Something failed that will be tried again: what to say when time is over. */
  failed(error: Error): void {
    this.#lastFailure = error
  }

  /** Nothing will make the producer ready any more, or not without a change. */
  end(error: HeadwaterError): void {
    for (const waiter of this.#waiting) waiter.fail(error)
  }

  /**
   * Resolves when the producer has shown within `maxAgeMs` that it is ready, or shows it now; rejects with `NOT_READY`
   * when it does not in time.
   */
  async wait(given: ReadyOptions): Promise<void> {
    const timeoutMs = toWaitMs('timeoutMs', given.timeoutMs ?? this.#options.maxBlockMs)
    const maxAgeMs = toWaitMs('maxAgeMs', given.maxAgeMs ?? defaultMaxAgeMs)
    const nowMs = this.#options.clock.monotonic()
    const sinceMs = nowMs - maxAgeMs
    if (this.#holds(sinceMs)) return
    // One question for all who wait, if its answer will do: one that hangs must not be multiplied by whoever polls.
    if (!this.wanted || this.#probedMs < sinceMs) {
      this.#probedMs = nowMs
      this.#context.probe()
    }
    await new Promise<void>((resolve, reject) => {
      const done = (settle: () => void): void => {
        timer.cancel()
        this.#waiting.delete(waiter)
        settle()
      }
      const waiter = {
        check: () => {
          if (!this.#holds(sinceMs)) return
          this.#lastFailure = undefined
          done(resolve)
        },
        fail: (error: HeadwaterError) => done(() => reject(error)),
      }
      const timer = this.#options.clock.schedule(timeoutMs, () => {
        const why = this.#lastFailure?.message ?? 'no broker has answered in that time'
        waiter.fail(notReady(`after ${timeoutMs} ms: ${why}`, this.#lastFailure))
      })
      this.#waiting.add(waiter)
      waiter.check()
    })
  }
}

/** The error for a producer that is not ready. */
export function notReady(why: string, cause: Error | undefined): HeadwaterError {
  return new HeadwaterError('NOT_READY', `the producer is not ready ${why}`, { retriable: true, cause })
}
