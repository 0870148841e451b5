import { errorCode } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import { Group } from './group.ts'

/** Kafka's topic of committed offsets; here it only says who coordinates, nothing is written to it. */
const offsetsTopic = '__consumer_offsets'

/** The groups of a cluster. They outlive the broker that coordinates them, as if the next one had read them back. */
export class GroupCoordinator {
  readonly #cluster: Cluster
  readonly #groups = new Map<string, Group>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
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

  /** The broker that coordinates a group, or -1 when there is none; the topic that decides it is made on first use. */
  findCoordinator(groupId: string): number {
    if (this.#cluster.topic(offsetsTopic) === undefined) this.#createOffsetsTopic()
    return this.#coordinatorOf(groupId)
  }

  /** Why a broker does not answer for a group; 0 when it does. */
  coordinatorError(groupId: string, broker: number): number {
    if (groupId === '') return errorCode.INVALID_GROUP_ID
    const coordinator = this.#coordinatorOf(groupId)
    if (coordinator === broker) return 0
    return coordinator === -1 ? errorCode.COORDINATOR_NOT_AVAILABLE : errorCode.NOT_COORDINATOR
  }

  #coordinatorOf(groupId: string): number {
    const partitions = this.#cluster.topic(offsetsTopic)?.partitions
    if (partitions === undefined) return -1
    return partitions[(javaHash(groupId) & 0x7fffffff) % partitions.length]!.leader
  }

  #createOffsetsTopic(): void {
    const { config, nodes } = this.#cluster
    this.#cluster.createTopic({
      name: offsetsTopic,
      internal: true,
      partitions: config['offsets.topic.num.partitions'],
      replicationFactor: Math.min(config['offsets.topic.replication.factor'], nodes.length),
      config: [['cleanup.policy', 'compact']],
    })
  }
}

/** `String.hashCode` of Java, by which Kafka chooses the partition of a group. */
function javaHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash
}
