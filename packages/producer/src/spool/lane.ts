import { NumberFifo } from './number-fifo.ts'

/**
 * Where a row of spooled records is on its way back to the engine:
 * - `collecting`: the engine still holds older records of it; newer sends join the row.
 * - `replaying`: its records go to the engine, oldest first; newer sends join the row.
 * - `closing`: all of it is with the engine save for what is being written; newer sends wait for these few.
 * - `passing`: all of it is with the engine, and newer sends follow it there.
 */
export type LaneState = 'collecting' | 'replaying' | 'closing' | 'passing'

/** One record of a row: its number in the store, and when it was taken. */
export interface Position {
  readonly ref: number
  readonly run: number
  readonly order: number
}

/** A record that the engine has. */
interface Handed extends Position {
  readonly bytes: number
}

/** The spooled records of one partition, or of a topic whose partitions nobody knew: a row in the order of the sends. */
export class Lane {
  readonly topic: string
  /** `undefined`: the row of a topic. */
  readonly partition: number | undefined
  state: LaneState = 'collecting'
  /** Changes whenever the front of the row does: what was read ahead is void then. */
  generation = 0
  /** Records on their way to the disk. */
  appending = 0
  /** Of these, how many are older than others of the row: nothing goes back before they are on the disk. */
  late = 0
  /** Whether a record of it was delivered since it went back to the engine: only then is the outage over. */
  confirmed = false
  /** Not to go back to the engine before this, monotonic milliseconds. */
  notBeforeMs = 0
  handedBytes = 0
  /** The smallest order that this process put in the row; below it nothing of this process can be newer. */
  leastOrder: number = Infinity
  readonly #handed = new Map<number, Handed>()
  /** Those that came back, and those that came late though they are older: by age, before all others. */
  readonly #front: Position[] = []
  readonly #rest = new NumberFifo()
  /** The age of each of `rest`. */
  readonly #ages = new NumberFifo()
  #newestOrder = -1
  #last: Pick<Position, 'run' | 'order'> = { run: -1, order: -1 }

  constructor(topic: string, partition: number | undefined) {
    this.topic = topic
    this.partition = partition
  }

  /** Records on the disk that the engine does not have. */
  get stored(): number {
    return this.#front.length + this.#rest.length
  }

  /** Records that the engine has. */
  get handed(): number {
    return this.#handed.size
  }

  /** The number of the record that came to the disk first, of those that are not delivered. */
  get firstRef(): number | undefined {
    // Each of the three is in the order of the sends, from which that of the disk differs by a group of writes at most.
    const [handed] = this.#handed.keys()
    const firsts = [handed, this.#front[0]?.ref, this.#rest.peek()].filter((ref) => ref !== undefined)
    return firsts.length === 0 ? undefined : Math.min(...firsts)
  }

  /** A record of this process is on its way to the disk. @returns whether it is older than one that went before. */
  expect(order: number): boolean {
    const isLate = order < this.#newestOrder
    this.#newestOrder = Math.max(this.#newestOrder, order)
    return isLate
  }

  /** A record is safe on the disk. */
  add(position: Position): void {
    if (isBefore(position, this.#last)) {
      this.#bringForward(ageOf(position))
      this.#insert(position)
      return
    }
    this.#last = { run: position.run, order: position.order }
    this.#rest.push(position.ref)
    this.#ages.push(ageOf(position))
  }

  /** The numbers of the oldest records, at most so many. */
  peek(most: number): readonly number[] {
    const refs = this.#front.slice(0, most).map(({ ref }) => ref)
    for (const ref of this.#rest) {
      if (refs.length >= most) break
      refs.push(ref)
    }
    return refs
  }

  /** Drops the oldest record: it can never be sent. */
  skip(): void {
    if (this.#front.shift() !== undefined) return
    this.#rest.shift()
    this.#ages.shift()
  }

  /** The oldest record goes to the engine. */
  hand(record: Handed): void {
    this.skip()
    this.#handed.set(record.ref, record)
  }

  /** The engine is done with a record. */
  done(ref: number): void {
    this.#handed.delete(ref)
  }

  /** The engine gives a record back. */
  takeBack(position: Position): void {
    this.#handed.delete(position.ref)
    this.#insert(position)
  }

  /** Those that are older than a late one belong before it. */
  #bringForward(age: number): void {
    for (let oldest = this.#ages.peek(); oldest !== undefined && oldest < age; oldest = this.#ages.peek()) {
      this.#ages.shift()
      this.#insert({
        ref: this.#rest.shift()!,
        run: Math.floor(oldest / ordersOfRun),
        order: oldest % ordersOfRun,
      })
    }
  }

  #insert({ ref, run, order }: Position): void {
    const position = { ref, run, order }
    this.generation++
    const at = this.#front.findLastIndex((other) => isBefore(other, position))
    this.#front.splice(at + 1, 0, position)
  }
}

/** More sends than a process will see; with it run and order are one whole number for some thousand runs. */
const ordersOfRun = 2 ** 40

function ageOf({ run, order }: Position): number {
  return run * ordersOfRun + order
}

function isBefore(left: Pick<Position, 'run' | 'order'>, right: Pick<Position, 'run' | 'order'>): boolean {
  return left.run === right.run ? left.order < right.order : left.run < right.run
}
