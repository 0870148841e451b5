/** Writes frames later, each after its own delay but never before the one in front of it. */
export class DelayedWrites {
  readonly #write: (frame: Buffer) => void
  readonly #waiting: Buffer[] = []
  #lastDueMs = 0

  constructor(write: (frame: Buffer) => void) {
    this.#write = write
  }

  write(frame: Buffer, delayMs: number): void {
    if (delayMs === 0 && this.#waiting.length === 0) return this.#write(frame)
    const now = performance.now()
    this.#lastDueMs = Math.max(this.#lastDueMs, now + delayMs)
    // Timers of different lengths may fire in any order within a millisecond, so each takes whoever is first.
    this.#waiting.push(frame)
    setTimeout(() => this.#write(this.#waiting.shift()!), this.#lastDueMs - now)
  }
}
