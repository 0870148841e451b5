import type { Clock } from '@headwater/base'
import { kafkaError } from '@headwater/protocol'

/** A request that was answered or cut off, a fault that fired, or something that happened to the cluster. */
export interface JournalEntry {
  readonly kind: 'request' | 'fault' | 'event'
  /** Milliseconds since the epoch, on the cluster's clock. */
  readonly atMs: number
  /** What happened, in one line. */
  readonly text: string
  /** Of a request, or of the one that a fault hit: Kafka's name for it. */
  readonly api?: string | undefined
  readonly version?: number | undefined
  readonly broker?: number | undefined
  readonly connection?: number | undefined
  readonly correlationId?: number | undefined
  readonly clientId?: string | undefined
  /** The codes in its response that are not 0. */
  readonly errorCodes?: readonly number[] | undefined
  /** Whether a fault cut the connection instead of answering. */
  readonly cut?: boolean | undefined
}

/** As many entries as are kept: the newest. */
const maxEntries = 10_000

interface Waiter {
  readonly matches: (entry: JournalEntry) => boolean
  readonly resolve: (entry: JournalEntry) => void
}

/** What happened, in order: to look at in a test, and to print when it fails. Holds the newest 10,000 entries. */
export class Journal {
  readonly #clock: Clock
  #entries: JournalEntry[] = []
  readonly #waiters = new Set<Waiter>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries
  }

  /** How many requests of an API were served, among the entries that are kept. */
  count(api: string, matches: (entry: JournalEntry) => boolean = () => true): number {
    return this.#entries.filter((entry) => entry.kind === 'request' && entry.api === api && matches(entry))
      .length
  }

  /** Resolves with the first request of an API that matches, past or to come. */
  waitFor(api: string, matches: (entry: JournalEntry) => boolean = () => true): Promise<JournalEntry> {
    const wanted = (entry: JournalEntry): boolean =>
      entry.kind === 'request' && entry.api === api && matches(entry)
    const past = this.#entries.find(wanted)
    if (past !== undefined) return Promise.resolve(past)
    return new Promise((resolve) => this.#waiters.add({ matches: wanted, resolve }))
  }

  /** Adds an entry; the text of a request is made here. */
  add(entry: Omit<JournalEntry, 'atMs' | 'text'> & { readonly text?: string }): void {
    const full: JournalEntry = { ...entry, atMs: this.#clock.now(), text: entry.text ?? requestText(entry) }
    this.#entries.push(full)
    // Trimmed in slices, so that a busy broker does not move the whole list for each entry.
    if (this.#entries.length > maxEntries * 1.25) this.#entries = this.#entries.slice(-maxEntries)
    for (const waiter of this.#waiters) {
      if (!waiter.matches(full)) continue
      this.#waiters.delete(waiter)
      waiter.resolve(full)
    }
  }

  clear(): void {
    this.#entries = []
  }

  /** One line an entry. */
  toString(): string {
    return this.#entries.map((entry) => `${new Date(entry.atMs).toISOString()} ${entry.text}`).join('\n')
  }
}

function requestText(entry: Omit<JournalEntry, 'atMs' | 'text'>): string {
  const errors = (entry.errorCodes ?? []).map((code) => kafkaError(code).name)
  const outcome = entry.cut === true ? ' -> cut' : errors.length === 0 ? '' : ` -> ${errors.join(', ')}`
  return `broker ${entry.broker} conn ${entry.connection} corr ${entry.correlationId} ${entry.clientId}: ${entry.api} v${entry.version}${outcome}`
}
