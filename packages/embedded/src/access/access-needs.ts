import type { Operation, ResourceType } from './access-rule.ts'

/** What a client must be allowed to do with the things that a request names. */
export type AccessNeeds = Readonly<Partial<Record<ResourceType, Operation>>>

/**
 * What each request needs (`KafkaApis`); requests that are not here are for everybody. `cluster` is asked where a
 * request names nothing else.
 */
export const accessNeeds: Readonly<Record<string, AccessNeeds>> = {
  Produce: { topic: 'Write', transactionalId: 'Write' },
  Fetch: { topic: 'Read' },
  ListOffsets: { topic: 'Describe' },
  Metadata: { topic: 'Describe' },
  OffsetCommit: { topic: 'Read', group: 'Read' },
  OffsetFetch: { group: 'Describe' },
  FindCoordinator: { group: 'Describe', transactionalId: 'Describe' },
  JoinGroup: { group: 'Read' },
  Heartbeat: { group: 'Read' },
  LeaveGroup: { group: 'Read' },
  SyncGroup: { group: 'Read' },
  DescribeGroups: { group: 'Describe' },
  CreateTopics: { topic: 'Create' },
  DeleteTopics: { topic: 'Delete' },
  DeleteRecords: { topic: 'Delete' },
  InitProducerId: { transactionalId: 'Write', cluster: 'IdempotentWrite' },
  OffsetForLeaderEpoch: { topic: 'Describe' },
  AddPartitionsToTxn: { topic: 'Write', transactionalId: 'Write' },
  AddOffsetsToTxn: { group: 'Read', transactionalId: 'Write' },
  EndTxn: { transactionalId: 'Write' },
  TxnOffsetCommit: { topic: 'Read', group: 'Read', transactionalId: 'Write' },
  DescribeConfigs: { topic: 'DescribeConfigs' },
  AlterConfigs: { topic: 'AlterConfigs' },
  DescribeLogDirs: { cluster: 'Describe' },
  CreatePartitions: { topic: 'Alter' },
  DeleteGroups: { group: 'Delete' },
  IncrementalAlterConfigs: { topic: 'AlterConfigs' },
  AlterPartitionReassignments: { cluster: 'Alter' },
  ListPartitionReassignments: { cluster: 'Describe' },
  OffsetDelete: { topic: 'Read', group: 'Delete' },
  DescribeProducers: { topic: 'Read' },
  DescribeTopicPartitions: { topic: 'Describe' },
}
