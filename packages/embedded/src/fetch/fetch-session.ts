/** What a consumer wants of one partition. */
export interface WantedPartition {
  /** The topic's name; empty where only its id was sent and no such topic is there. */
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  readonly fetchOffset: bigint
  readonly currentLeaderEpoch: number
  readonly maxBytes: number
}

/** The part of a partition's answer that decides whether a session must hear of it again. */
export interface AnsweredPartition {
  readonly errorCode: number
  readonly highWatermark: bigint
  readonly logStartOffset: bigint
  readonly recordBytes: number
}

interface Known {
  readonly wanted: WantedPartition
  readonly highWatermark: bigint
  readonly logStartOffset: bigint
}

/** Nothing was said about a partition yet, so whatever there is to say is new. */
const untold = -1n

/** A fetch session (KIP-227): what was asked for stays asked for, and only what changed is answered. */
export class FetchSession {
  readonly id: number
  readonly byTopicId: boolean
  /** The epoch that the next request must have. */
  epoch = 1
  readonly #partitions = new Map<string, Known>()

  constructor(id: number, byTopicId: boolean) {
    this.id = id
    this.byTopicId = byTopicId
  }

  /** All partitions that the session asks for, those first that have waited longest for data. */
  get wanted(): WantedPartition[] {
    return Array.from(this.#partitions.values(), ({ wanted }) => wanted)
  }

  /** How many partitions it asks for. */
  get size(): number {
    return this.#partitions.size
  }

  /** Takes up new partitions and new positions. */
  want(partitions: Iterable<WantedPartition>): void {
    for (const wanted of partitions) {
      const known = this.#partitions.get(keyOf(wanted))
      this.#partitions.set(keyOf(wanted), {
        wanted,
        highWatermark: known?.highWatermark ?? untold,
        logStartOffset: known?.logStartOffset ?? untold,
      })
    }
  }

  forget(partition: Pick<WantedPartition, 'topic' | 'topicId' | 'partition'>): void {
    this.#partitions.delete(keyOf(partition))
  }

  /** Remembers what is about to be answered. @returns whether it must be, or may be left out. */
  tell(wanted: WantedPartition, answer: AnsweredPartition): boolean {
    const key = keyOf(wanted)
    const known = this.#partitions.get(key)
    if (known === undefined) return true
    const failed = answer.errorCode !== 0
    // Who got data goes to the end, so that a busy partition does not starve the others.
    if (answer.recordBytes > 0) this.#partitions.delete(key)
    this.#partitions.set(key, {
      wanted,
      highWatermark: failed ? untold : answer.highWatermark,
      logStartOffset: answer.logStartOffset,
    })
    return (
      failed ||
      answer.recordBytes > 0 ||
      answer.highWatermark !== known.highWatermark ||
      answer.logStartOffset !== known.logStartOffset
    )
  }
}

function keyOf({
  topic,
  topicId,
  partition,
}: Pick<WantedPartition, 'topic' | 'topicId' | 'partition'>): string {
  return `${topicId}/${topic}/${partition}`
}
