/** Calls for the same thing at the same time become one: a hundred cold callers are one request. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<unknown>>()

  /** Joins the call that runs under this key, or starts it. */
  run<Value>(key: string, start: () => Promise<Value>): Promise<Value> {
    const running = this.#running.get(key)
    if (running !== undefined) return running as Promise<Value>
    const call = start().finally(() => this.#running.delete(key))
    this.#running.set(key, call)
    return call
  }
}
