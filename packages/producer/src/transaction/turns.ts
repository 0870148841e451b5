import { HeadwaterError, type Clock } from '@headwater/base'
import { abortedBySignal } from './transaction-error.ts'

/** How long a turn is waited for. */
export interface TurnLimits {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** One at a time, first come first served. */
export class Turns {
  readonly #clock: Clock
  readonly #waiting = new Set<{ begin(): void; fail(error: HeadwaterError): void }>()
  #taken = false
  #closed: HeadwaterError | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when it is the caller's turn; rejects with `TRANSACTION_BUSY`, `ABORTED` or the error of the close. */
  take({ timeoutMs, signal }: TurnLimits): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(this.#closed)
      if (signal?.aborted === true) return reject(abortedBySignal(signal))
      if (!this.#taken) {
        this.#taken = true
        return resolve()
      }
      const done = (settle: () => void): void => {
        timer.cancel()
        signal?.removeEventListener('abort', onAbort)
        this.#waiting.delete(waiter)
        settle()
      }
      const waiter = {
        begin: () => done(resolve),
        fail: (error: HeadwaterError) => done(() => reject(error)),
      }
      const onAbort = (): void => waiter.fail(abortedBySignal(signal!))
      const timer = this.#clock.schedule(timeoutMs, () => {
        const message = `another transaction of this producer was open for all of maxBlockMs (${timeoutMs} ms); nothing was begun`
        waiter.fail(new HeadwaterError('TRANSACTION_BUSY', message, { retriable: true }))
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(waiter)
    })
  }

  /** The turn is over; the next one begins. */
  end(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#taken = false
    else next.begin()
  }

  /** Nobody's turn comes any more. */
  close(error: HeadwaterError): void {
    this.#closed = error
    for (const waiter of this.#waiting) waiter.fail(error)
  }
}
