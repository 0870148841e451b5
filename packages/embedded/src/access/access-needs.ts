import type { Operation } from './access-rule.ts'

/** What a client must be allowed to do with the things that a request names. */
export interface AccessNeeds {
  readonly topic?: Operation
  readonly group?: Operation
  readonly transactionalId?: Operation
  /** With the cluster, where the request names no group and no transactional id. */
  readonly cluster?: Operation
  /** With the cluster, for those entries of the request that are about a broker. */
  readonly broker?: Operation
  /** Who may do this with the cluster needs no right to the groups. */
  readonly orCluster?: Operation
  /** Who may do this with any topic at all needs no right to the cluster (KIP-679). */
  readonly orAnyTopic?: Operation
}

/** What each request needs (`KafkaApis`); requests that are not here are for everybody. */
export const accessNeeds: Readonly<Record<string, AccessNeeds>> = {
  Produce: { topic: 'Write', transactionalId: 'Write' },
  Fetch: { topic: 'Read' },
  ListOffsets: { topic: 'Describe' },
  Metadata: { topic: 'Describe' },
  OffsetCommit: { topic: 'Read', group: 'Read' },
  OffsetFetch: { group: 'Describe', topic: 'Describe' },
  FindCoordinator: { group: 'Describe', transactionalId: 'Describe' },
  JoinGroup: { group: 'Read' },
  Heartbeat: { group: 'Read' },
  LeaveGroup: { group: 'Read' },
  SyncGroup: { group: 'Read' },
  DescribeGroups: { group: 'Describe' },
  ListGroups: { group: 'Describe', orCluster: 'Describe' },
  CreateTopics: { topic: 'Create' },
  DeleteTopics: { topic: 'Delete' },
  DeleteRecords: { topic: 'Delete' },
  InitProducerId: { transactionalId: 'Write', cluster: 'IdempotentWrite', orAnyTopic: 'Write' },
  OffsetForLeaderEpoch: { topic: 'Describe' },
  AddPartitionsToTxn: { topic: 'Write', transactionalId: 'Write' },
  AddOffsetsToTxn: { group: 'Read', transactionalId: 'Write' },
  EndTxn: { transactionalId: 'Write' },
  TxnOffsetCommit: { topic: 'Read', group: 'Read', transactionalId: 'Write' },
  DescribeConfigs: { topic: 'DescribeConfigs', broker: 'DescribeConfigs' },
  AlterConfigs: { topic: 'AlterConfigs', broker: 'AlterConfigs' },
  DescribeLogDirs: { cluster: 'Describe' },
  CreatePartitions: { topic: 'Alter' },
  DeleteGroups: { group: 'Delete' },
  IncrementalAlterConfigs: { topic: 'AlterConfigs', broker: 'AlterConfigs' },
  AlterPartitionReassignments: { cluster: 'Alter' },
  ListPartitionReassignments: { cluster: 'Describe' },
  OffsetDelete: { topic: 'Read', group: 'Delete' },
  DescribeProducers: { topic: 'Read' },
  DescribeTopicPartitions: { topic: 'Describe' },
}
