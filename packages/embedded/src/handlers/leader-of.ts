import { errorCode } from '@headwater/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Partition } from '../cluster/partition.ts'
import type { Topic } from '../cluster/topic.ts'

/** A topic by name or, in the versions that have them, by id. */
export function findTopic(cluster: Cluster, name: string, topicId: string, byId: boolean): Topic | undefined {
  return byId ? cluster.topicById(topicId) : cluster.topic(name)
}

/** The code for a topic that is not there. */
export function unknownTopicCode(byId: boolean): number {
  return byId ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION
}

/** Why a broker does not answer for a partition as its leader; 0 when it does. */
export function leaderError(partition: Partition, broker: number, currentLeaderEpoch: number = -1): number {
  if (currentLeaderEpoch >= 0 && currentLeaderEpoch < partition.leaderEpoch)
    return errorCode.FENCED_LEADER_EPOCH
  if (currentLeaderEpoch > partition.leaderEpoch) return errorCode.UNKNOWN_LEADER_EPOCH
  return partition.leader === broker ? 0 : errorCode.NOT_LEADER_OR_FOLLOWER
}

/** The leader of a partition in the words of an error (KIP-951). */
export function currentLeaderOf({ leader, leaderEpoch }: Partition): {
  readonly leaderId: number
  readonly leaderEpoch: number
} {
  return { leaderId: leader, leaderEpoch }
}

/** Where the brokers listen that a response has named as leaders. */
export function endpointsOf(
  cluster: Cluster,
  leaders: Iterable<number>,
): { readonly nodeId: number; readonly host: string; readonly port: number; readonly rack: null }[] {
  return [...new Set(leaders)].flatMap((id) => {
    const node = cluster.node(id)
    return node === undefined ? [] : [{ nodeId: id, host: node.host, port: node.port, rack: null }]
  })
}
