/** How far a group has read one partition. */
export interface CommittedOffset {
  readonly offset: bigint
  readonly leaderEpoch: number
  readonly metadata: string
}

/** A commit with its place among all commits of the group. */
interface Placed extends CommittedOffset {
  readonly place: number
}

/** One commit inside a transaction. */
interface Pending extends Placed {
  readonly topic: string
  readonly partition: number
}

/** The committed offsets of one group, and those whose transaction is still open. */
export class GroupOffsets {
  readonly #byTopic = new Map<string, Map<number, Placed>>()
  /** By producer, and there by topic and partition. */
  readonly #pending = new Map<bigint, Map<string, Pending>>()
  #commits = 0

  commit(topic: string, partition: number, committed: CommittedOffset): void {
    this.#store(topic, partition, { ...committed, place: ++this.#commits })
  }

  /** Commits for the time when the producer's transaction does. */
  commitInTransaction(
    producerId: bigint,
    topic: string,
    partition: number,
    committed: CommittedOffset,
  ): void {
    const pending = this.#pending.get(producerId) ?? new Map<string, Pending>()
    pending.set(keyOf(topic, partition), { ...committed, place: ++this.#commits, topic, partition })
    this.#pending.set(producerId, pending)
  }

  /** The producer's transaction is over. A commit that came after that of the transaction stays. */
  endTransaction(producerId: bigint, committed: boolean): void {
    const pending = this.#pending.get(producerId)
    this.#pending.delete(producerId)
    if (pending === undefined || !committed) return
    for (const { topic, partition, ...offset } of pending.values()) {
      const known = this.#byTopic.get(topic)?.get(partition)
      if (known === undefined || known.place < offset.place) this.#store(topic, partition, offset)
    }
  }

  /** Whether an open transaction may still change the offset (KIP-447). */
  isUnstable(topic: string, partition: number): boolean {
    const key = keyOf(topic, partition)
    return [...this.#pending.values()].some((pending) => pending.has(key))
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#byTopic.get(topic)?.get(partition)
  }

  /** Every topic with the partitions that have an offset. */
  get topics(): { readonly topic: string; readonly partitions: number[] }[] {
    return Array.from(this.#byTopic, ([topic, partitions]) => ({ topic, partitions: [...partitions.keys()] }))
  }

  /** Forgets the offset of one partition. */
  forget(topic: string, partition: number): void {
    const partitions = this.#byTopic.get(topic)
    partitions?.delete(partition)
    if (partitions?.size === 0) this.#byTopic.delete(topic)
  }

  forgetTopic(topic: string): void {
    this.#byTopic.delete(topic)
    for (const pending of this.#pending.values()) {
      for (const [key, one] of pending) if (one.topic === topic) pending.delete(key)
    }
  }

  #store(topic: string, partition: number, placed: Placed): void {
    const partitions = this.#byTopic.get(topic) ?? new Map<number, Placed>()
    this.#byTopic.set(topic, partitions.set(partition, placed))
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}-${partition}`
}
