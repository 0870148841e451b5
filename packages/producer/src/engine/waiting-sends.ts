import type { Delivery } from './delivery.ts'
import { Fifo } from './fifo.ts'
import type { PreparedRecord } from './prepared-record.ts'

/** A send that waits for buffer space or for metadata of its topic. */
export interface WaitingSend {
  readonly record: PreparedRecord
  readonly delivery: Delivery
  /** Monotonic milliseconds at which `maxBlockMs` is over. */
  readonly blockedUntilMs: number
}

/**
 * `bufferMemory` and those who wait for it, or for metadata: first come first served, and bounded, because a queue
 * without an end is how an outage becomes an out-of-memory kill.
 */
export class WaitingSends {
  readonly #bufferMemory: number
  readonly #maxWaitingBytes: number
  /** Waiting for memory, in the order of their calls. */
  readonly #forMemory = new Fifo<WaitingSend>()
  /** Waiting for metadata, by topic, in the order of their calls. */
  readonly #forTopic = new Map<string, Fifo<WaitingSend>>()
  bufferedBytes = 0
  waitingBytes = 0
  count = 0

  constructor(bufferMemory: number, maxWaitingBytes: number) {
    this.#bufferMemory = bufferMemory
    this.#maxWaitingBytes = maxWaitingBytes
  }

  /** Whether sends wait for memory: open batches then must not linger. */
  get memoryWanted(): boolean {
    return this.#forMemory.peek() !== undefined
  }

  /** Takes bytes for a new record, unless others wait for them or there are not enough. */
  tryReserve(bytes: number): boolean {
    this.#skipSettled()
    if (this.#forMemory.peek() !== undefined) return false
    return this.#take(bytes)
  }

  /** Whether a send of this size may wait. */
  mayWait(bytes: number): boolean {
    return this.waitingBytes + bytes <= this.#maxWaitingBytes
  }

  /** Whether sends of a topic wait for its metadata: later ones must queue behind them. */
  topicWanted(topic: string): boolean {
    return this.#forTopic.has(topic)
  }

  waitForMemory(send: WaitingSend): void {
    send.delivery.place = send
    this.#count(send, 1)
    this.#forMemory.push(send)
  }

  waitForTopic(send: WaitingSend): void {
    send.delivery.place = send
    this.#count(send, 1)
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
    this.#skipSettled()
    const first = this.#forMemory.peek()
    if (first === undefined || !this.#take(first.record.sizeBound)) return undefined
    this.#count(first, -1)
    return this.#forMemory.shift()
  }

  /** All sends that wait for a topic, in order; they wait no longer. */
  takeTopic(topic: string): readonly WaitingSend[] {
    const queue = this.#forTopic.get(topic)
    if (queue === undefined) return []
    this.#forTopic.delete(topic)
    const sends = [...queue].filter((send) => !send.delivery.settled)
    for (const send of sends) this.#count(send, -1)
    return sends
  }

  /** A waiting send was settled otherwise: nothing of it is kept once those before it are gone. */
  forget(send: WaitingSend): void {
    this.#count(send, -1)
    this.#skipSettled()
    const queue = this.#forTopic.get(send.record.topic)
    if (queue === undefined) return
    skipSettled(queue)
    if (queue.length === 0) this.#forTopic.delete(send.record.topic)
  }

  /** Every send that waits. */
  all(): readonly WaitingSend[] {
    return [this.#forMemory, ...this.#forTopic.values()].flatMap((queue) =>
      [...queue].filter((send) => !send.delivery.settled),
    )
  }

  #take(bytes: number): boolean {
    if (this.bufferedBytes + bytes > this.#bufferMemory) return false
    this.bufferedBytes += bytes
    return true
  }

  #count(send: WaitingSend, sign: 1 | -1): void {
    this.waitingBytes += sign * send.record.sizeBound
    this.count += sign
  }

  #skipSettled(): void {
    skipSettled(this.#forMemory)
  }
}

function skipSettled(queue: Fifo<WaitingSend>): void {
  while (queue.peek()?.delivery.settled === true) queue.shift()
}
