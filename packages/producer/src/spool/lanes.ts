import type { Turn } from '../engine/backlog.ts'
import { Lane, type LaneState } from './lane.ts'

interface Topic {
  whole: Lane | undefined
  readonly parts: Map<number, Lane>
}

const turns: Readonly<Record<LaneState, Turn>> = {
  collecting: 'behind',
  replaying: 'behind',
  closing: 'wait',
  passing: 'go',
}

/**
 * All rows of spooled records. A partition has one, and a topic has one for records whose partition nobody knew when
 * they were spooled. While a topic's row is there, all newer records of the topic join it, whatever is known by then;
 * so the records of its partitions' rows are always older.
 */
export class Lanes {
  readonly #topics = new Map<string, Topic>()
  #all = new Set<Lane>()

  get size(): number {
    return this.#all.size
  }

  /** All rows, those first that were served least lately. */
  all(): readonly Lane[] {
    return [...this.#all]
  }

  /** The number of the record that came to the disk first, of all rows. */
  get firstRef(): number | undefined {
    let first: number | undefined
    for (const { firstRef } of this.#all)
      if (firstRef !== undefined && firstRef < (first ?? Infinity)) first = firstRef
    return first
  }

  turn(topicName: string, partition: number | undefined): Turn {
    const topic = this.#topics.get(topicName)
    if (topic === undefined) return 'go'
    if (topic.whole !== undefined) return turns[topic.whole.state]
    const lane = partition === undefined ? undefined : topic.parts.get(partition)
    return lane === undefined ? 'go' : turns[lane.state]
  }

  /** The rows that concern a partition. */
  of(topicName: string, partition: number): readonly Lane[] {
    const topic = this.#topics.get(topicName)
    return [topic?.whole, topic?.parts.get(partition)].filter((lane) => lane !== undefined)
  }

  /** Whether rows of a topic's partitions are there. */
  hasParts(topicName: string): boolean {
    return (this.#topics.get(topicName)?.parts.size ?? 0) > 0
  }

  has(topicName: string): boolean {
    return this.#topics.has(topicName)
  }

  /** The row of a record that this process took; what was taken before the topic's row began is older than it. */
  choose(topicName: string, partition: number | undefined, order: number): Lane | undefined {
    const topic = this.#topics.get(topicName)
    const { whole } = topic ?? {}
    if (partition === undefined || (whole !== undefined && order > whole.leastOrder)) return whole
    return topic?.parts.get(partition)
  }

  find(topicName: string, partition: number | undefined): Lane | undefined {
    const topic = this.#topics.get(topicName)
    return partition === undefined ? topic?.whole : topic?.parts.get(partition)
  }

  create(topicName: string, partition: number | undefined): Lane {
    const lane = new Lane(topicName, partition)
    let topic = this.#topics.get(topicName)
    if (topic === undefined) this.#topics.set(topicName, (topic = { whole: undefined, parts: new Map() }))
    if (partition === undefined) topic.whole = lane
    else topic.parts.set(partition, lane)
    this.#all.add(lane)
    return lane
  }

  /** Puts a row behind the others. */
  served(lane: Lane): void {
    if (this.#all.delete(lane)) this.#all.add(lane)
  }

  delete(lane: Lane): void {
    const topic = this.#topics.get(lane.topic)
    if (topic === undefined || !this.#all.delete(lane)) return
    if (lane.partition === undefined) topic.whole = undefined
    else topic.parts.delete(lane.partition)
    if (topic.whole === undefined && topic.parts.size === 0) this.#topics.delete(lane.topic)
  }
}
