import type { Clock, Timer } from './clock.ts'

interface Pending {
  readonly dueMs: number
  readonly run: () => void
}

/**
 * A clock that stands still until it is told to move. Timers run inside {@link ManualClock.advance}, in the order of
 * their due times, each seeing its own due time as "now".
 */
export class ManualClock implements Clock {
  #nowMs: number
  #startMs: number
  readonly #pending = new Set<Pending>()

  /** @param startMs - what {@link ManualClock.now} says first, in milliseconds since the epoch. */
  constructor(startMs: number = 0) {
    this.#nowMs = startMs
    this.#startMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  monotonic(): number {
    return this.#nowMs - this.#startMs
  }

  schedule(delayMs: number, run: () => void): Timer {
    const pending: Pending = { dueMs: this.#nowMs + Math.max(0, delayMs), run }
    this.#pending.add(pending)
    return { cancel: () => void this.#pending.delete(pending) }
  }

  /** How many timers wait; a component that was closed must have left none. */
  get pendingTimers(): number {
    return this.#pending.size
  }

  /** Moves time forward by `ms` milliseconds and runs what falls due on the way. */
  advance(ms: number): void {
    const target = this.#nowMs + ms
    for (let next = this.#firstDue(target); next !== undefined; next = this.#firstDue(target)) {
      this.#pending.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      next.run()
    }
    this.#nowMs = target
  }

  #firstDue(target: number): Pending | undefined {
    let first: Pending | undefined
    for (const pending of this.#pending) {
      if (pending.dueMs <= target && (first === undefined || pending.dueMs < first.dueMs)) first = pending
    }
    return first
  }
}
