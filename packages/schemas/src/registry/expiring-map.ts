import type { Clock } from '@headwater/base'

/** Values that are forgotten after a time, and the oldest of them when there are too many. */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresMs: number }>()
  readonly #capacity: number
  readonly #ttlMs: number
  readonly #clock: Clock

  constructor(capacity: number, ttlMs: number, clock: Clock) {
    this.#capacity = capacity
    this.#ttlMs = ttlMs
    this.#clock = clock
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresMs > this.#clock.monotonic()) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, { value, expiresMs: this.#clock.monotonic() + this.#ttlMs })
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value!)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
