import type { Clock, Timer } from '@headwater/base'

/** Calls back for items at their moments with one timer, however many items there are. */
export class WakeTimer<Item> {
  readonly #clock: Clock
  readonly #wake: (item: Item) => void
  readonly #due = new Map<Item, number>()
  #timer: Timer | undefined
  #armedForMs = Infinity

  constructor(clock: Clock, wake: (item: Item) => void) {
    this.#clock = clock
    this.#wake = wake
  }

  /** Wakes an item at a moment (monotonic milliseconds); an earlier moment already asked for stays. */
  at(item: Item, dueMs: number): void {
    if ((this.#due.get(item) ?? Infinity) <= dueMs) return
    this.#due.set(item, dueMs)
    if (dueMs < this.#armedForMs) this.#arm(dueMs)
  }

  /** Wakes nothing any more. */
  close(): void {
    this.#due.clear()
    this.#disarm()
  }

  #arm(dueMs: number): void {
    this.#disarm()
    this.#armedForMs = dueMs
    this.#timer = this.#clock.schedule(Math.max(0, Math.ceil(dueMs - this.#clock.monotonic())), () =>
      this.#fire(),
    )
  }

  #disarm(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#armedForMs = Infinity
  }

  #fire(): void {
    this.#disarm()
    const nowMs = this.#clock.monotonic()
    const ripe = [...this.#due].filter(([, dueMs]) => dueMs <= nowMs).map(([item]) => item)
    for (const item of ripe) this.#due.delete(item)
    let next = Infinity
    for (const dueMs of this.#due.values()) next = Math.min(next, dueMs)
    if (next < Infinity) this.#arm(next)
    for (const item of ripe) this.#wake(item)
  }
}
