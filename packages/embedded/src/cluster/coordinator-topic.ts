import type { Cluster } from './cluster.ts'

/** What a topic that places coordinators is made of. */
export interface CoordinatorTopicOptions {
  readonly name: string
  readonly partitions: number
  /** As many replicas as this, or as there are brokers. */
  readonly replicationFactor: number
}

/**
 * One of Kafka's own topics, `__consumer_offsets` or `__transaction_state`: the leader of the partition that a key
 * hashes to coordinates it. Here the topic only says who coordinates; nothing is written to it.
 */
export class CoordinatorTopic {
  readonly name: string
  readonly #cluster: Cluster
  readonly #options: CoordinatorTopicOptions

  constructor(cluster: Cluster, options: CoordinatorTopicOptions) {
    this.name = options.name
    this.#cluster = cluster
    this.#options = options
  }

  /** The partition of a key. */
  partitionOf(key: string): number {
    return absolute(javaHash(key)) % this.#options.partitions
  }

  /** The id of the broker that coordinates a key; -1 while there is none, or nobody has asked for one yet. */
  coordinatorOf(key: string): number {
    return this.#cluster.partition(this.name, this.partitionOf(key))?.leader ?? -1
  }

  /** How often the coordinator of a key has changed; it stands in the markers of transactions. */
  epochOf(key: string): number {
    return this.#cluster.partition(this.name, this.partitionOf(key))?.leaderEpoch ?? 0
  }

  /** The same as {@link CoordinatorTopic.coordinatorOf} for who asks first: makes the topic where it is not there. */
  findCoordinator(key: string): number {
    if (this.#cluster.topic(this.name) === undefined) this.#create()
    return this.coordinatorOf(key)
  }

  #create(): void {
    const { name, partitions, replicationFactor } = this.#options
    this.#cluster.createTopic({
      name,
      internal: true,
      partitions,
      replicationFactor: Math.min(replicationFactor, this.#cluster.nodes.length),
      config: [['cleanup.policy', 'compact']],
    })
  }
}

/** `Utils.abs` of Kafka, which is not `Math.abs`: the smallest number has no positive twin in 32 bits. */
function absolute(hash: number): number {
  return hash === -0x80000000 ? 0 : Math.abs(hash)
}

/** `String.hashCode` of Java. */
function javaHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash
}
