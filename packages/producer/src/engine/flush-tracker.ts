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
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      const flush = this.#waiting[i]!
      if (this.#left(flush.upTo) > 0) continue
      this.#waiting.splice(i, 1)
      flush.done()
    }
  }

  /** Calls `done` when all records taken so far are settled: at once if they are. */
  start(done: () => void): { readonly left: () => number; readonly cancel: () => void } {
    const upTo = this.#generation++
    const flush = { upTo, done }
    if (this.#left(upTo) === 0) done()
    else this.#waiting.push(flush)
    return {
      left: () => this.#left(upTo),
      cancel: () => {
        const at = this.#waiting.indexOf(flush)
        if (at >= 0) this.#waiting.splice(at, 1)
      },
    }
  }

  #left(upTo: number): number {
    let left = 0
    for (const [generation, count] of this.#open) if (generation <= upTo) left += count
    return left
  }
}
