/** What clients have done to a cluster since its start; nothing here ever falls. */
export class Traffic {
  #recordsAppended = 0
  #bytesAppended = 0
  #recordsFetched = 0
  #bytesFetched = 0
  #connectionsOpened = 0
  readonly #requests = new Map<string, number>()

  get recordsAppended(): number {
    return this.#recordsAppended
  }

  get bytesAppended(): number {
    return this.#bytesAppended
  }

  get recordsFetched(): number {
    return this.#recordsFetched
  }

  get bytesFetched(): number {
    return this.#bytesFetched
  }

  get connectionsOpened(): number {
    return this.#connectionsOpened
  }

  /** Requests by Kafka's name for them. */
  get requests(): ReadonlyMap<string, number> {
    return this.#requests
  }

  appended(records: number, bytes: number): void {
    this.#recordsAppended += records
    this.#bytesAppended += bytes
  }

  fetched(records: number, bytes: number): void {
    this.#recordsFetched += records
    this.#bytesFetched += bytes
  }

  connected(): void {
    this.#connectionsOpened++
  }

  requested(api: string): void {
    this.#requests.set(api, (this.#requests.get(api) ?? 0) + 1)
  }
}
