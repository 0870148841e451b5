/** Bytes of request bodies that may be in memory at once. */
export class ByteBudget {
  readonly #limit: number
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes bytes; gives back how to return them, or `undefined` when there are not so many left. */
  take(bytes: number): (() => void) | undefined {
    if (this.#used + bytes > this.#limit) return undefined
    this.#used += bytes
    let returned = false
    return () => {
      if (!returned) this.#used -= bytes
      returned = true
    }
  }
}
