import { HeadwaterError } from '@headwater/base'
import type { ResolvedOptions } from './resolve-options.ts'

/** Those who wait until the producer is ready. */
export class Readiness {
  readonly #options: ResolvedOptions
  readonly #isReady: () => boolean
  readonly #waiting = new Set<{ check(): void; fail(error: HeadwaterError): void }>()
  #lastFailure: Error | undefined

  constructor(options: ResolvedOptions, isReady: () => boolean) {
    this.#options = options
    this.#isReady = isReady
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

  /** Resolves when the producer is ready; rejects with `NOT_READY` when it is not in time. */
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        timer.cancel()
        this.#waiting.delete(waiter)
        settle()
      }
      const waiter = {
        check: () => {
          if (this.#isReady()) done(resolve)
        },
        fail: (error: HeadwaterError) => done(() => reject(error)),
      }
      const timer = this.#options.clock.schedule(timeoutMs, () => {
        const why = this.#lastFailure?.message ?? 'no broker has answered yet'
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
