import type { Partition } from './partition.ts'
import type { TopicConfig } from './topic-config.ts'

/** A topic: a name, an id that a later topic of the same name does not share (KIP-516), and its partitions. */
export class Topic {
  readonly name: string
  readonly id: string
  /** Kafka's own topics, which clients list apart. */
  readonly internal: boolean
  config: TopicConfig
  readonly #partitions: Partition[]

  constructor(name: string, id: string, internal: boolean, config: TopicConfig, partitions: Partition[]) {
    this.name = name
    this.id = id
    this.internal = internal
    this.config = config
    this.#partitions = partitions
  }

  get partitions(): readonly Partition[] {
    return this.#partitions
  }

  addPartitions(partitions: readonly Partition[]): void {
    this.#partitions.push(...partitions)
  }
}
