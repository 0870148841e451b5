import { HeadwaterError, type Clock } from '@headwater/base'

/** How long a flush may take. */
export interface FlushLimits {
  readonly timeoutMs: number
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

/**
 * Knows when all records taken before a certain moment are settled, without a list of them: records count into the
 * generation that is current when they are taken, and a flush starts a new generation and waits for the older ones.
 */
export class FlushTracker {
  #generation = 0
  #total = 0
  /** Unsettled records by generation; a generation without any has no entry. */
  readonly #open = new Map<number, number>()
  readonly #waiting: { readonly upTo: number; readonly done: () => void }[] = []

  /** Records taken and not settled. */
  get pending(): number {
    return this.#total
  }

  /** Counts a record in and gives its generation. */
  taken(): number {
    this.#total++
    this.#open.set(this.#generation, (this.#open.get(this.#generation) ?? 0) + 1)
    return this.#generation
  }

  /** Counts a record out. */
  settled(generation: number): void {
    this.#total--
    const left = this.#open.get(generation)! - 1
    if (left > 0) {
      this.#open.set(generation, left)
      return
    }
    this.#open.delete(generation)
    for (const flush of this.#waiting.slice()) if (this.#left(flush.upTo) === 0) flush.done()
  }

  /** Resolves when all records taken so far are settled; rejects with `FLUSH_TIMEOUT` or `ABORTED` before. */
  wait({ timeoutMs, clock, signal }: FlushLimits): Promise<void> {
    const upTo = this.#generation++
    return new Promise((resolve, reject) => {
      if (this.#left(upTo) === 0) {
        resolve()
        return
      }
      const finish = (): void => {
        timer.cancel()
        signal?.removeEventListener('abort', onAbort)
        const at = this.#waiting.indexOf(flush)
        if (at >= 0) this.#waiting.splice(at, 1)
      }
      const stop = (code: 'FLUSH_TIMEOUT' | 'ABORTED', what: string, cause?: unknown): void => {
        finish()
        const message = `${what} with ${this.#left(upTo)} records left`
        reject(new HeadwaterError(code, message, { retriable: true, cause }))
      }
      const onAbort = (): void => stop('ABORTED', 'the flush was aborted', signal?.reason)
      const flush = {
        upTo,
        done: () => {
          finish()
          resolve()
        },
      }
      const timer = clock.schedule(timeoutMs, () =>
        stop('FLUSH_TIMEOUT', `the flush was not done within ${timeoutMs} ms,`),
      )
      this.#waiting.push(flush)
      signal?.addEventListener('abort', onAbort, { once: true })
      if (signal?.aborted === true) onAbort()
    })
  }

  #left(upTo: number): number {
    let left = 0
    for (const [generation, count] of this.#open) if (generation <= upTo) left += count
    return left
  }
}
