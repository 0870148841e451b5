import { errorCode } from '@headwater/protocol'
import type { MetadataView, ViewedPartition } from '../cluster/metadata-view.ts'

/** A partition as Metadata and DescribeTopicPartitions tell of it. */
export interface DescribedPartition {
  readonly errorCode: number
  readonly partitionIndex: number
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly replicaNodes: readonly number[]
  readonly isrNodes: readonly number[]
  readonly offlineReplicas: readonly number[]
}

/** Puts a partition into words, as the broker that is asked sees it. */
export function describePartition(partition: ViewedPartition, view: MetadataView): DescribedPartition {
  const alive = new Set(view.nodes.filter((node) => node.alive).map(({ id }) => id))
  return {
    errorCode: partition.leader === -1 ? errorCode.LEADER_NOT_AVAILABLE : 0,
    partitionIndex: partition.index,
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: partition.replicas,
    isrNodes: partition.inSync,
    offlineReplicas: partition.replicas.filter((id) => !alive.has(id)),
  }
}
