import { toRequestMatcher, type RequestPattern } from './request-pattern.ts'

/** One request that reached the embedded registry. */
export interface RegistryJournalEntry {
  readonly method: string
  /** As it was sent, still encoded, with its query. */
  readonly url: string
  /** The body as text; empty where there was none. */
  readonly body: string
  /** The status that was sent; `undefined` while there is no answer, and for good where a fault took it away. */
  status: number | undefined
  /** What a fault did to it, if any did. */
  fault: string | undefined
}

const defaultCapacity = 10_000

/** What was asked of the embedded registry, oldest first. The oldest entries go when it is full. */
export class RegistryJournal {
  readonly #entries: RegistryJournalEntry[] = []
  readonly #capacity: number

  constructor(capacity: number = defaultCapacity) {
    this.#capacity = capacity
  }

  /** All requests, or those that match. */
  entries(pattern?: RequestPattern): readonly Readonly<RegistryJournalEntry>[] {
    if (pattern === undefined) return [...this.#entries]
    const matches = toRequestMatcher(pattern)
    return this.#entries.filter(({ method, url }) => matches(method, url.split('?')[0]!))
  }

  /** How many requests match; all without a pattern. */
  count(pattern?: RequestPattern): number {
    return this.entries(pattern).length
  }

  /** Forgets what was. */
  clear(): void {
    this.#entries.length = 0
  }

  /** For the registry itself: notes a request, and gives the entry to note its answer in. */
  add(method: string, url: string, body: string): RegistryJournalEntry {
    const entry: RegistryJournalEntry = { method, url, body, status: undefined, fault: undefined }
    this.#entries.push(entry)
    if (this.#entries.length > this.#capacity) this.#entries.shift()
    return entry
  }
}
