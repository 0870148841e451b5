/** How far a group has read one partition. */
export interface CommittedOffset {
  readonly offset: bigint
  readonly leaderEpoch: number
  readonly metadata: string
}

/** The committed offsets of one group. */
export class GroupOffsets {
  readonly #byTopic = new Map<string, Map<number, CommittedOffset>>()

  commit(topic: string, partition: number, committed: CommittedOffset): void {
    const partitions = this.#byTopic.get(topic) ?? new Map<number, CommittedOffset>()
    this.#byTopic.set(topic, partitions.set(partition, committed))
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
    this.#byTopic.get(topic)?.delete(partition)
  }

  forgetTopic(topic: string): void {
    this.#byTopic.delete(topic)
  }
}
