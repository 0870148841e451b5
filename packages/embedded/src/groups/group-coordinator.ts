import { errorCode } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import { CoordinatorTopic } from '../cluster/coordinator-topic.ts'
import { Group } from './group.ts'

/** The groups of a cluster. They outlive the broker that coordinates them, as if the next one had read them back. */
export class GroupCoordinator {
  /** Who coordinates which group. */
  readonly topic: CoordinatorTopic
  readonly #cluster: Cluster
  readonly #groups = new Map<string, Group>()
  /** Epochs of the producers that have pending offsets, by partition of the topic and producer. */
  readonly #openTransactions = new Map<number, Map<bigint, number>>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.topic = new CoordinatorTopic(cluster, {
      name: '__consumer_offsets',
      partitions: cluster.config['offsets.topic.num.partitions'],
      replicationFactor: cluster.config['offsets.topic.replication.factor'],
    })
    cluster.life.onEnd(() => {
      for (const group of this.#groups.values()) group.delete()
    })
  }

  get groups(): readonly Group[] {
    return [...this.#groups.values()]
  }

  group(id: string): Group | undefined {
    return this.#groups.get(id)
  }

  groupOrNew(id: string): Group {
    const known = this.#groups.get(id)
    if (known !== undefined) return known
    const { clock, config } = this.#cluster
    const group = new Group(id, clock, config['group.initial.rebalance.delay.ms'])
    this.#groups.set(id, group)
    return group
  }

  /** Deletes a group that nobody is in. @returns the code for it. */
  deleteGroup(id: string): number {
    const group = this.#groups.get(id)
    if (group === undefined) return errorCode.GROUP_ID_NOT_FOUND
    if (group.state !== 'Empty') return errorCode.NON_EMPTY_GROUP
    group.delete()
    this.#groups.delete(id)
    return 0
  }

  /** Offsets of a topic go with it. */
  topicDeleted(name: string): void {
    for (const { offsets } of this.#groups.values()) offsets.forgetTopic(name)
  }

  /** Whether a producer in this epoch has committed offsets of the group's partition in its open transaction. */
  isInTransaction(groupId: string, producerId: bigint, producerEpoch: number): boolean {
    return this.#openTransactions.get(this.topic.partitionOf(groupId))?.get(producerId) === producerEpoch
  }

  /** A producer is about to commit offsets of the group in a transaction. */
  openTransaction(groupId: string, producerId: bigint, producerEpoch: number): void {
    const partition = this.topic.partitionOf(groupId)
    const open = this.#openTransactions.get(partition) ?? new Map<bigint, number>()
    this.#openTransactions.set(partition, open.set(producerId, producerEpoch))
  }

  /** The marker of a transaction reached a partition of the topic: pending offsets of its groups count, or are void. */
  endTransaction(partition: number, producerId: bigint, committed: boolean): void {
    this.#openTransactions.get(partition)?.delete(producerId)
    for (const { id, offsets } of this.#groups.values()) {
      if (this.topic.partitionOf(id) === partition) offsets.endTransaction(producerId, committed)
    }
  }

  /** Why a broker does not answer for a group; 0 when it does. */
  coordinatorError(groupId: string, broker: number): number {
    if (groupId === '') return errorCode.INVALID_GROUP_ID
    const coordinator = this.topic.coordinatorOf(groupId)
    if (coordinator === broker) return 0
    return coordinator === -1 ? errorCode.COORDINATOR_NOT_AVAILABLE : errorCode.NOT_COORDINATOR
  }
}
