/** Holds a request at one point of its way until the test lets it go: waiting for an event instead of sleeping. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>()
  readonly #released = Promise.withResolvers<void>()

  /** Resolves when a request stands at the gate. */
  get reached(): Promise<void> {
    return this.#reached.promise
  }

  /** Lets the request go on; before it came, it will not be held. */
  release(): void {
    this.#released.resolve()
  }

  /** The request's side: it says that it is here, and waits. */
  async pass(): Promise<void> {
    this.#reached.resolve()
    await this.#released.promise
  }
}
