import type { Clock, Timer } from '@headwater/base'

/** Waits that end early, all of them, when the producer closes; so that none is left behind. */
export class Pauses {
  readonly #clock: Clock
  readonly #waiting = new Set<() => void>()
  closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves after so many milliseconds, or at once when closed. */
  async for(delayMs: number): Promise<void> {
    await this.until(new Promise<never>(() => undefined), this.#clock.monotonic() + delayMs)
  }

  /** What a promise gives, or `undefined` when a moment (monotonic milliseconds) or the end comes first. */
  until<Result>(promise: Promise<Result>, dueMs: number): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      let timer: Timer | undefined
      const done = (settle: () => void): void => {
        timer?.cancel()
        this.#waiting.delete(end)
        settle()
      }
      const end = (): void => done(() => resolve(undefined))
      // Nobody hears of how it ends any more once this wait is over.
      promise.then(
        (result) => done(() => resolve(result)),
        (error: unknown) => done(() => reject(error)),
      )
      if (this.closed) return end()
      this.#waiting.add(end)
      timer = this.#clock.schedule(Math.max(0, Math.ceil(dueMs - this.#clock.monotonic())), end)
    })
  }

  close(): void {
    this.closed = true
    for (const end of this.#waiting) end()
  }
}
