/**
 * Time as a dependency, so that a test moves it instead of sleeping. The producer and the embedded Kafka take one.
 */
export interface Clock {
  /** Milliseconds since the epoch, for record timestamps. */
  now(): number
  /** Milliseconds that never go backwards, for deadlines and durations. */
  monotonic(): number
  /** Calls `run` once after `delayMs`; `Infinity` is never. It keeps the process alive until it fires or is cancelled. */
  schedule(delayMs: number, run: () => void): Timer
}

/** A pending call of {@link Clock.schedule}. */
export interface Timer {
  /** Takes the call back; harmless when it already ran. */
  cancel(): void
}

/** The computer's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, run) {
    // Node takes what is longer than its timers for one millisecond, and warns of what is less than nothing.
    const timer = setTimeout(run, Math.min(Math.max(delayMs, 0), 0x7fffffff))
    return { cancel: () => clearTimeout(timer) }
  },
}
