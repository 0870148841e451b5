import type { LogView } from './schedule-view.ts'

/** A transaction as its producer knows it. */
export interface ModelTransaction {
  readonly producer: string
  readonly producerId: bigint
  /** In the order in which they were added. */
  readonly partitions: Set<number>
  /** `ending` from the moment in which the decision is sent. */
  state: 'open' | 'ending' | 'ended'
  commits: boolean
}

/** A record that was sent, and what is known of it. */
export interface ModelRecord {
  readonly value: string
  readonly producer: string
  readonly number: number
  readonly partition: number
  readonly transaction: ModelTransaction | undefined
  /** How often it stands in the log. */
  fate: 'once' | 'never' | 'maybe'
  /** Where, once it was acknowledged. */
  offset?: bigint
}

/** What was read while others wrote: it must begin what is read later. */
interface Peek {
  readonly partition: number
  readonly all: readonly string[]
  readonly committed: readonly string[]
}

/**
 * What must stand in the logs, by what producers sent and were told. It knows nothing of the broker's ways: neither
 * sequences nor epochs nor coordinators, but only which records and which decisions there were.
 */
export class ScheduleModel {
  readonly #records = new Map<string, ModelRecord>()
  readonly #transactions: ModelTransaction[] = []
  readonly #peeks: Peek[] = []

  get recordCount(): number {
    return this.#records.size
  }

  get transactionCount(): number {
    return this.#transactions.length
  }

  send(record: Omit<ModelRecord, 'fate'>, fate: ModelRecord['fate'] = 'maybe'): ModelRecord {
    const known: ModelRecord = { ...record, fate }
    this.#records.set(record.value, known)
    return known
  }

  begin(producer: string, producerId: bigint): ModelTransaction {
    const transaction: ModelTransaction = {
      producer,
      producerId,
      partitions: new Set(),
      state: 'open',
      commits: false,
    }
    this.#transactions.push(transaction)
    return transaction
  }

  /** Checks what may be said in the midst of things, and remembers the rest for the end. */
  peek(partition: number, view: LogView): void {
    assert(view.lastStableOffset <= view.highWatermark, `p${partition}: the LSO is above the high watermark`)
    for (const { value } of view.committed) {
      const transaction = this.#known(value, partition).transaction
      const mayShow = transaction === undefined || (transaction.state !== 'open' && transaction.commits)
      assert(mayShow, `p${partition}: ${value} shows in read_committed, but was not committed`)
    }
    this.#peeks.push({ partition, all: valuesOf(view.records), committed: valuesOf(view.committed) })
  }

  /** Compares a log with all that is known, when nothing is under way. */
  check(partition: number, view: LogView): void {
    const at = `p${partition}`
    this.#checkRecords(partition, view)
    this.#checkMarkers(partition, view)
    assert(view.nextOffset === view.highWatermark, `${at}: the log ends at ${view.nextOffset}`)
    const open = view.records.find(({ value }) => this.#known(value, partition).transaction?.state === 'open')
    const stable = open?.offset ?? view.highWatermark
    assert(view.lastStableOffset === stable, `${at}: the LSO is ${view.lastStableOffset}, not ${stable}`)
    const committed = view.records.filter(({ value, offset }) => {
      const transaction = this.#known(value, partition).transaction
      return offset < stable && (transaction === undefined || transaction.commits)
    })
    assertSame(valuesOf(view.committed), valuesOf(committed), `${at}: read_committed`)
    for (const peek of this.#peeks) {
      if (peek.partition !== partition) continue
      assertSame(valuesOf(view.records).slice(0, peek.all.length), peek.all, `${at}: an earlier read`)
      assertSame(
        valuesOf(view.committed).slice(0, peek.committed.length),
        peek.committed,
        `${at}: an earlier read of what is committed`,
      )
    }
  }

  #checkRecords(partition: number, { records }: LogView): void {
    const found = new Map<string, bigint>()
    const last = new Map<string, number>()
    for (const { value, offset } of records) {
      const { producer, number, fate } = this.#known(value, partition)
      assert(fate !== 'never', `p${partition}: ${value} was refused, and stands at ${offset}`)
      assert(!found.has(value), `p${partition}: ${value} stands at ${found.get(value)} and at ${offset}`)
      found.set(value, offset)
      const before = last.get(producer) ?? -1
      assert(number > before, `p${partition}: ${value} stands after ${producer}#${before}`)
      last.set(producer, number)
    }
    for (const record of this.#records.values()) {
      if (record.partition !== partition || record.fate !== 'once') continue
      const offset = found.get(record.value)
      assert(offset !== undefined, `p${partition}: ${record.value} is lost`)
      const acknowledged = record.offset ?? offset
      assert(
        offset === acknowledged,
        `p${partition}: ${record.value}, acknowledged at ${acknowledged}, stands at ${offset}`,
      )
    }
  }

  /** Each transaction ends with one marker in each of its partitions, after its records and before the next one's. */
  #checkMarkers(partition: number, { records, markers }: LogView): void {
    const ended = this.#transactions.filter(
      ({ partitions, state }) => state !== 'open' && partitions.has(partition),
    )
    const producers = new Set([...ended, ...markers].map(({ producerId }) => producerId))
    for (const producerId of producers) {
      const decided = ended.filter((one) => one.producerId === producerId)
      const written = markers.filter((one) => one.producerId === producerId)
      assertSame(
        written.map(({ type }) => type),
        decided.map(({ commits }) => (commits ? 'commit' : 'abort')),
        `p${partition}: the markers of producer ${producerId}`,
      )
      for (const [index, transaction] of decided.entries()) {
        const from = written[index - 1]?.offset ?? -1n
        for (const { value, offset } of records) {
          if (this.#known(value, partition).transaction !== transaction) continue
          const within = from < offset && offset < written[index]!.offset
          assert(within, `p${partition}: ${value} at ${offset} stands outside of its transaction's markers`)
        }
      }
    }
  }

  #known(value: string, partition: number): ModelRecord {
    const record = this.#records.get(value)
    assert(record !== undefined, `p${partition}: nobody sent ${value}`)
    assert(record.partition === partition, `p${partition}: ${value} was sent to p${record.partition}`)
    return record
  }
}

function valuesOf(records: readonly { readonly value: string }[]): string[] {
  return records.map(({ value }) => value)
}

function assertSame(found: readonly string[], expected: readonly string[], what: string): void {
  const same = found.length === expected.length && found.every((value, index) => value === expected[index])
  assert(same, `${what}: ${found.join(' ')}\n  expected: ${expected.join(' ')}`)
}

function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}
