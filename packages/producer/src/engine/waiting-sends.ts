import type { Delivery } from './delivery.ts'
import { Fifo } from './fifo.ts'
import type { PreparedRecord } from './prepared-record.ts'
import type { Place } from './topic-queues.ts'

/** A send that waits for buffer space or for metadata of its topic. */
export interface WaitingSend {
  readonly record: PreparedRecord
  readonly delivery: Delivery
  /** Monotonic milliseconds at which `maxBlockMs` is over. */
  readonly blockedUntilMs: number
  /** Where it goes, when that had to be known before there was room for it. */
  readonly place?: Place | undefined
  /** Whether it may wait for buffer space, once its topic is known. */
  readonly wait: boolean
}

/** Fewer than this many dead entries are not worth a search for them. */
const fewDead = 64

/**
 * `bufferMemory` and those who wait for it, or for metadata: first come first served, and bounded, because a queue
 * without an end is how an outage becomes an out-of-memory kill.
 */
export class WaitingSends {
  readonly #bufferMemory: number
  readonly #maxWaitingBytes: number
  /** Who waits. An entry of the queues below that is not here any more is dead. */
  readonly #waiting = new Set<WaitingSend>()
  /** Waiting for memory, in the order of their calls. */
  readonly #forMemory = new Fifo<WaitingSend>()
  /** Waiting for metadata, by topic, in the order of their calls. */
  readonly #forTopic = new Map<string, Fifo<WaitingSend>>()
  /** Entries that may be dead and hold their records in the middle of a queue. */
  #dead = 0
  bufferedBytes = 0
  waitingBytes = 0

  constructor(bufferMemory: number, maxWaitingBytes: number) {
    this.#bufferMemory = bufferMemory
    this.#maxWaitingBytes = maxWaitingBytes
  }

  /** How many wait. */
  get count(): number {
    return this.#waiting.size
  }

  /** Whether sends wait for memory: open batches then must not linger. */
  get memoryWanted(): boolean {
    return this.#firstForMemory() !== undefined
  }

  /** Takes bytes for a new record, unless others wait for them or there are not enough. */
  tryReserve(bytes: number): boolean {
    return !this.memoryWanted && this.#take(bytes)
  }

  /** Whether a send of this size may wait. */
  mayWait(bytes: number): boolean {
    return this.waitingBytes + bytes <= this.#maxWaitingBytes
  }

  /** Whether a send of this size would be taken now, at once or as one that waits. */
  takes(bytes: number): boolean {
    const fits = !this.memoryWanted && this.bufferedBytes + bytes <= this.#bufferMemory
    return fits || this.mayWait(bytes)
  }

  /** Whether any send of a topic waits, for whatever. */
  holds(topic: string): boolean {
    if (this.#forTopic.has(topic)) return true
    for (const { record } of this.#waiting) if (record.topic === topic) return true
    return false
  }

  waitForMemory(send: WaitingSend): void {
    this.#enter(send)
    this.#forMemory.push(send)
  }

  waitForTopic(send: WaitingSend): void {
    this.#enter(send)
    let queue = this.#forTopic.get(send.record.topic)
    if (queue === undefined) this.#forTopic.set(send.record.topic, (queue = new Fifo()))
    queue.push(send)
  }

  /** Gives bytes back. */
  release(bytes: number): void {
    this.bufferedBytes -= bytes
  }

  /** The next send that waits for memory and for which there is enough; its bytes are taken. */
  admit(): WaitingSend | undefined {
    const first = this.#firstForMemory()
    if (first === undefined || !this.#take(first.record.sizeBound)) return undefined
    this.#leave(first)
    return this.#forMemory.shift()
  }

  /** All sends that wait for a topic, in order; they wait no longer. */
  takeTopic(topic: string): readonly WaitingSend[] {
    const queue = this.#forTopic.get(topic)
    if (queue === undefined) return []
    this.#forTopic.delete(topic)
    return [...queue].filter((send) => this.#leave(send))
  }

  /** A waiting send was settled otherwise. */
  forget(send: WaitingSend): void {
    // A hook that is told of the end may have caused it to be found already.
    if (!this.#leave(send)) return
    this.#dead++
    const { topic } = send.record
    const queue = this.#forTopic.get(topic)
    if (queue !== undefined && this.#first(queue) === undefined) this.#forTopic.delete(topic)
    if (this.#dead > fewDead && this.#dead > this.#waiting.size) this.#bury()
  }

  /** Every send that waits, in the order of their calls. */
  all(): readonly WaitingSend[] {
    return [...this.#waiting]
  }

  /** Dead entries in the middle of a queue would keep their records for as long as the first one waits. */
  #bury(): void {
    for (const queue of [this.#forMemory, ...this.#forTopic.values()])
      queue.compact((send) => this.#waiting.has(send))
    this.#dead = 0
  }

  #take(bytes: number): boolean {
    if (this.bufferedBytes + bytes > this.#bufferMemory) return false
    this.bufferedBytes += bytes
    return true
  }

  #enter(send: WaitingSend): void {
    send.delivery.place = send
    this.#waiting.add(send)
    this.waitingBytes += send.record.sizeBound
  }

  #leave(send: WaitingSend): boolean {
    if (!this.#waiting.delete(send)) return false
    this.waitingBytes -= send.record.sizeBound
    return true
  }

  #firstForMemory(): WaitingSend | undefined {
    return this.#first(this.#forMemory)
  }

  #first(queue: Fifo<WaitingSend>): WaitingSend | undefined {
    for (let first = queue.peek(); first !== undefined; first = queue.peek()) {
      if (!first.delivery.settled && this.#waiting.has(first)) return first
      this.#leave(first)
      queue.shift()
    }
    return undefined
  }
}
