/** Measures the longest time without an acknowledgement while there was something to acknowledge. */
export class StallClock {
  longestMs = 0
  #open = 0
  #quietSinceMs = 0

  sent(nowMs: number): void {
    // With nothing open nobody was waiting.
    if (this.#open++ === 0) this.#quietSinceMs = nowMs
  }

  settled(nowMs: number, isAcknowledged: boolean): void {
    this.#open--
    // A failure is no progress: a client that fails everything at once has stalled all the same.
    if (!isAcknowledged && this.#open > 0) return
    this.look(nowMs)
    this.#quietSinceMs = nowMs
  }

  /** Takes a stall that has not ended into account. */
  look(nowMs: number): void {
    if (this.#quietSinceMs > 0) this.longestMs = Math.max(this.longestMs, nowMs - this.#quietSinceMs)
  }
}
