/** A transaction that was aborted, as it shows in one partition. */
export interface AbortedTransaction {
  readonly producerId: bigint
  /** Of its first record in this partition. */
  readonly firstOffset: bigint
  /** Of the marker that ended it. */
  readonly lastOffset: bigint
}

/** Which transactions are open in one partition, and which were aborted (Kafka's `TransactionIndex`). */
export class TransactionIndex {
  /** First offsets by producer. New transactions begin at higher offsets, so the first entry is the earliest. */
  readonly #open = new Map<bigint, bigint>()
  #aborted: AbortedTransaction[] = []

  /** Where the earliest open transaction begins. */
  get firstOpenOffset(): bigint | undefined {
    return this.#open.values().next().value
  }

  /** Where the open transaction of a producer begins. */
  openedAt(producerId: bigint): bigint | undefined {
    return this.#open.get(producerId)
  }

  isOpen(producerId: bigint): boolean {
    return this.#open.has(producerId)
  }

  /** A batch of a transaction was appended; the first one opens it. */
  add(producerId: bigint, offset: bigint): void {
    if (!this.#open.has(producerId)) this.#open.set(producerId, offset)
  }

  /** A marker was appended. One without records before it changes nothing. */
  end(producerId: bigint, markerOffset: bigint, aborted: boolean): void {
    const firstOffset = this.#open.get(producerId)
    if (firstOffset === undefined) return
    this.#open.delete(producerId)
    if (aborted) this.#aborted.push({ producerId, firstOffset, lastOffset: markerOffset })
  }

  /** The aborted transactions that reach into a range of offsets. */
  abortedIn(from: bigint, before: bigint): AbortedTransaction[] {
    return this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < before)
  }

  /** Forgets what ended before an offset. */
  deleteBefore(offset: bigint): void {
    this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset >= offset)
  }
}
