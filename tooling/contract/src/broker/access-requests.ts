import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  alterConfigs,
  alterPartitionReassignments,
  createPartitions,
  createTopics,
  deleteGroups,
  deleteRecords,
  deleteTopics,
  describeConfigs,
  describeGroups,
  describeLogDirs,
  describeProducers,
  describeTopicPartitions,
  endTxn,
  fetch,
  findCoordinator,
  heartbeat,
  incrementalAlterConfigs,
  initProducerId,
  joinGroup,
  kafkaError,
  leaveGroup,
  listGroups,
  listOffsets,
  listPartitionReassignments,
  metadata,
  noProducer as noBatchProducer,
  offsetCommit,
  offsetDelete,
  offsetFetch,
  offsetForLeaderEpoch,
  produce,
  syncGroup,
  txnOffsetCommit,
} from '@headwater/protocol'
import { noTopicId, type FactTopic } from './broker-bench.ts'
import { fetchRequest, partitionsOf } from './fetch-from.ts'
import { makeBatch } from './make-batch.ts'
import { produceRequest } from './produce-to.ts'
import type { RawClient } from './raw-client.ts'

/** What a request names, `a` of which somebody may be kept from. */
export interface AccessNames {
  readonly a: FactTopic
  readonly b: FactTopic
  readonly groups: readonly [a: string, b: string]
  readonly ids: readonly [a: string, b: string]
}

/** Asks, and gives Kafka's names of the errors in the answer, one for each thing that it says something of. */
export type AccessRequest = (client: RawClient, names: AccessNames) => Promise<readonly string[]>

type Coded = { readonly errorCode: number }

const topicResource = 2
const brokerResource = 4
const noProducer = { producerId: 0n, producerEpoch: 0 }
const member = { generationId: 1, memberId: 'm' }
const protocol = { protocolType: 'consumer', protocolName: 'range' }

const named = (entries: readonly Coded[]): string[] =>
  entries.map(({ errorCode }) => kafkaError(errorCode).name)
const partitionsIn = (topics: readonly { readonly partitions: readonly Coded[] }[]): string[] =>
  named(topics.flatMap(({ partitions }) => partitions))

/** What an answer says of these topics, in the order of the question, which Kafka does not keep. */
const inOrder = <T extends { readonly name: string | null }>(
  asked: readonly FactTopic[],
  answered: readonly T[],
): T[] => asked.flatMap(({ name }) => answered.filter((topic) => topic.name === name))
const commitsFor = (...topics: readonly FactTopic[]) =>
  topics.map(({ name }) => ({
    name,
    partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }],
  }))

/** What the authorizer of a broker is asked about. */
export const accessRequests: Readonly<Record<string, AccessRequest>> = {
  Produce: async (client, { a }) => {
    const { responses } = await client.send(produce, 9, produceRequest(a, makeBatch(['1'])))
    return named(responses.flatMap(({ partitionResponses }) => partitionResponses))
  },
  'Produce in a transaction': async (client, { a, ids }) => {
    const records = makeBatch(['1'], { ...noBatchProducer, baseSequence: 0, transactional: true })
    const request = { ...produceRequest(a, records), transactionalId: ids[0] }
    const { responses } = await client.send(produce, 9, request)
    return named(responses.flatMap(({ partitionResponses }) => partitionResponses))
  },
  'Fetch by name': async (client, { a }) =>
    named(partitionsOf(await client.send(fetch, 12, fetchRequest(a)))),
  'Fetch by id': async (client, { a }) => named(partitionsOf(await client.send(fetch, 13, fetchRequest(a)))),
  ListOffsets: async (client, { a }) => {
    const topics = [{ name: a.name, partitions: [{ partitionIndex: 0, timestamp: -1n }] }]
    return partitionsIn((await client.send(listOffsets, 7, { replicaId: -1, topics })).topics)
  },
  'Metadata by name': async (client, { a, b }) => {
    const { topics } = await client.send(metadata, 9, { topics: [{ name: a.name }, { name: b.name }] })
    return named(inOrder([a, b], topics))
  },
  'Metadata by id': async (client, { a }) =>
    named((await client.send(metadata, 12, { topics: [{ name: null, topicId: a.id }] })).topics),
  'Metadata of all topics': async (client, { a, b }) => {
    const { topics } = await client.send(metadata, 12, { topics: null })
    return [a, b].map(({ name }) => (topics.some((topic) => topic.name === name) ? 'shown' : 'hidden'))
  },
  DescribeTopicPartitions: async (client, { a, b }) => {
    const topics = [{ name: a.name }, { name: b.name }]
    const asked = { topics, responsePartitionLimit: 10, cursor: null }
    const answer = await client.send(describeTopicPartitions, 0, asked)
    return named(inOrder([a, b], answer.topics))
  },
  OffsetForLeaderEpoch: async (client, { a }) => {
    const partitions = [{ partition: 0, currentLeaderEpoch: -1, leaderEpoch: 0 }]
    const topics = [{ topic: a.name, partitions }]
    return partitionsIn((await client.send(offsetForLeaderEpoch, 4, { replicaId: -1, topics })).topics)
  },
  DescribeProducers: async (client, { a }) => {
    const topics = [{ name: a.name, partitionIndexes: [0] }]
    return partitionsIn((await client.send(describeProducers, 0, { topics })).topics)
  },
  CreateTopics: async (client, { groups }) => {
    // A name that no topic has, and that nobody else takes.
    const topic = { name: groups[0], numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    return named((await client.send(createTopics, 7, { topics: [topic], timeoutMs: 5000 })).topics)
  },
  'DeleteTopics by name': async (client, { a }) => {
    const topics = [{ name: a.name, topicId: noTopicId }]
    return named((await client.send(deleteTopics, 6, { topics, timeoutMs: 5000 })).responses)
  },
  'DeleteTopics by id': async (client, { a }) => {
    const topics = [{ name: null, topicId: a.id }]
    return named((await client.send(deleteTopics, 6, { topics, timeoutMs: 5000 })).responses)
  },
  CreatePartitions: async (client, { a }) => {
    const topics = [{ name: a.name, count: 2, assignments: null }]
    const request = { topics, timeoutMs: 5000, validateOnly: true }
    return named((await client.send(createPartitions, 3, request)).results)
  },
  DeleteRecords: async (client, { a }) => {
    const topics = [{ name: a.name, partitions: [{ partitionIndex: 0, offset: 0n }] }]
    return partitionsIn((await client.send(deleteRecords, 2, { topics, timeoutMs: 5000 })).topics)
  },
  'DescribeConfigs of a topic': async (client, { a }) => {
    const resources = [{ resourceType: topicResource, resourceName: a.name, configurationKeys: null }]
    return named((await client.send(describeConfigs, 4, { resources })).results)
  },
  'DescribeConfigs of a broker': async (client) => {
    const resources = [{ resourceType: brokerResource, resourceName: '', configurationKeys: null }]
    return named((await client.send(describeConfigs, 4, { resources })).results)
  },
  'AlterConfigs of a broker': async (client) => {
    const resources = [{ resourceType: brokerResource, resourceName: '', configs: [] }]
    return named((await client.send(alterConfigs, 2, { resources, validateOnly: true })).responses)
  },
  'IncrementalAlterConfigs of a broker': async (client) => {
    const resources = [{ resourceType: brokerResource, resourceName: '', configs: [] }]
    return named((await client.send(incrementalAlterConfigs, 1, { resources, validateOnly: true })).responses)
  },
  AlterConfigs: async (client, { a }) => {
    const resources = [{ resourceType: topicResource, resourceName: a.name, configs: [] }]
    return named((await client.send(alterConfigs, 2, { resources, validateOnly: true })).responses)
  },
  IncrementalAlterConfigs: async (client, { a }) => {
    const resources = [{ resourceType: topicResource, resourceName: a.name, configs: [] }]
    return named((await client.send(incrementalAlterConfigs, 1, { resources, validateOnly: true })).responses)
  },
  DescribeLogDirs: async (client) => {
    // The error of the whole stands in the answer from v3 on.
    return named([await client.send(describeLogDirs, 4, { topics: [] })])
  },
  AlterPartitionReassignments: async (client) =>
    named([await client.send(alterPartitionReassignments, 0, { topics: [], timeoutMs: 5000 })]),
  ListPartitionReassignments: async (client) =>
    named([await client.send(listPartitionReassignments, 0, { topics: null, timeoutMs: 5000 })]),
  'FindCoordinator of groups': async (client, { groups }) =>
    named((await client.send(findCoordinator, 4, { keyType: 0, coordinatorKeys: [...groups] })).coordinators),
  'FindCoordinator of transactions': async (client, { ids }) =>
    named((await client.send(findCoordinator, 4, { keyType: 1, coordinatorKeys: [...ids] })).coordinators),
  JoinGroup: async (client, { groups }) => {
    const protocols = [{ name: 'range', metadata: Buffer.alloc(0) }]
    const times = { sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000 }
    const { protocolType } = protocol
    const request = { groupId: groups[0], memberId: 'm', protocolType, protocols, ...times }
    return named([await client.send(joinGroup, 5, request)])
  },
  SyncGroup: async (client, { groups }) =>
    named([await client.send(syncGroup, 5, { groupId: groups[0], ...member, ...protocol, assignments: [] })]),
  Heartbeat: async (client, { groups }) =>
    named([await client.send(heartbeat, 4, { groupId: groups[0], ...member })]),
  LeaveGroup: async (client, { groups }) =>
    named([await client.send(leaveGroup, 2, { groupId: groups[0], memberId: 'm' })]),
  DescribeGroups: async (client, { groups }) =>
    named((await client.send(describeGroups, 5, { groups: [...groups] })).groups),
  ListGroups: async (client, { groups, a }) => {
    const topics = commitsFor(a)
    for (const groupId of groups) await client.send(offsetCommit, 9, { groupId, memberId: '', topics })
    const listed = (await client.send(listGroups, 4, {})).groups.map(({ groupId }) => groupId)
    return groups.map((group) => (listed.includes(group) ? 'shown' : 'hidden'))
  },
  DeleteGroups: async (client, { groups }) => {
    const { results } = await client.send(deleteGroups, 2, { groupsNames: [...groups] })
    return groups.flatMap((group) => named(results.filter(({ groupId }) => groupId === group)))
  },
  OffsetCommit: async (client, { groups, a, b }) => {
    const topics = commitsFor(a, b)
    const answer = await client.send(offsetCommit, 9, { groupId: groups[0], memberId: '', topics })
    return partitionsIn(inOrder([a, b], answer.topics))
  },
  'OffsetFetch of a group': async (client, { groups, a, b }) => {
    const topics = [a, b].map(({ name }) => ({ name, partitionIndexes: [0] }))
    const answer = await client.send(offsetFetch, 7, { groupId: groups[0], topics })
    if (answer.errorCode !== 0) return named([answer])
    return partitionsIn(inOrder([a, b], answer.topics))
  },
  'OffsetFetch of groups': async (client, { groups, a }) => {
    const topics = [{ name: a.name, partitionIndexes: [0] }]
    const asked = groups.map((groupId) => ({ groupId, topics }))
    const answer = await client.send(offsetFetch, 8, { groups: asked })
    return groups.flatMap((group) => named(answer.groups.filter(({ groupId }) => groupId === group)))
  },
  OffsetDelete: async (client, { groups, a, b }) => {
    const topics = [a, b].map(({ name }) => ({ name, partitions: [{ partitionIndex: 0 }] }))
    const answer = await client.send(offsetDelete, 0, { groupId: groups[0], topics })
    if (answer.errorCode !== 0) return named([answer])
    return partitionsIn(inOrder([a, b], answer.topics))
  },
  InitProducerId: async (client) =>
    named([await client.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 })]),
  'InitProducerId with a transactional id': async (client, { ids }) =>
    named([await client.send(initProducerId, 4, { transactionalId: ids[0], transactionTimeoutMs: 1000 })]),
  AddPartitionsToTxn: async (client, { ids, a, b }) => {
    const answer = await client.send(addPartitionsToTxn, 3, {
      v3AndBelowTransactionalId: ids[0],
      v3AndBelowProducerId: 0n,
      v3AndBelowProducerEpoch: 0,
      v3AndBelowTopics: [a, b].map(({ name }) => ({ name, partitions: [0] })),
    })
    return inOrder([a, b], answer.resultsByTopicV3AndBelow ?? [])
      .flatMap(({ resultsByPartition }) => resultsByPartition)
      .map(({ partitionErrorCode }) => kafkaError(partitionErrorCode).name)
  },
  AddOffsetsToTxn: async (client, { ids, groups }) => {
    const request = { transactionalId: ids[0], groupId: groups[0], ...noProducer }
    return named([await client.send(addOffsetsToTxn, 3, request)])
  },
  EndTxn: async (client, { ids }) =>
    named([await client.send(endTxn, 3, { transactionalId: ids[0], committed: true, ...noProducer })]),
  TxnOffsetCommit: async (client, { ids, groups, a, b }) => {
    const topics = commitsFor(a, b)
    const request = { transactionalId: ids[0], groupId: groups[0], ...noProducer, topics }
    const answer = await client.send(txnOffsetCommit, 3, request)
    return partitionsIn(inOrder([a, b], answer.topics))
  },
}
