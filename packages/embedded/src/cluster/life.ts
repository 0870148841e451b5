/**
 * The span in which something lives: a connection, a broker, the cluster. Whoever waits for something inside it
 * registers here, so that an end leaves no timer and no listener behind.
 */
export class Life {
  readonly #onEnd = new Set<() => void>()
  #ended = false

  get ended(): boolean {
    return this.#ended
  }

  /** Calls `run` once at the end, or at once when that is past. @returns takes the call back. */
  onEnd(run: () => void): () => void {
    if (this.#ended) {
      run()
      return () => undefined
    }
    this.#onEnd.add(run)
    return () => void this.#onEnd.delete(run)
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const run of this.#onEnd) run()
    this.#onEnd.clear()
  }
}
