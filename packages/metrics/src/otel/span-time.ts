import type { Clock } from '@headwater/base'

/**
 * Times of spans, milliseconds since the epoch: the wall clock is read once, and what follows is measured from there.
 * So a clock that jumps makes no duration wrong, and the spans of one send lie within each other.
 */
export class SpanTime {
  readonly startMs: number
  readonly #clock: Clock
  readonly #monotonicMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.startMs = clock.now()
    this.#monotonicMs = clock.monotonic()
  }

  nowMs(): number {
    return this.startMs + this.#clock.monotonic() - this.#monotonicMs
  }
}
