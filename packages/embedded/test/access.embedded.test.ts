import {
  addPartitionsToTxn,
  createTopics,
  describeConfigs,
  describeGroups,
  describeLogDirs,
  errorCode,
  fetch,
  findCoordinator,
  heartbeat,
  initProducerId,
  listOffsets,
  metadata,
  offsetFetch,
} from '@headwater/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKafka, type AccessRule, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo } from './raw-client.ts'

const noTopicId = '00000000-0000-0000-0000-000000000000'
let kafka: EmbeddedKafka
let client: RawClient

beforeEach(async () => {
  kafka = await startKafka({ topics: { secret: {}, open: {} } })
  client = await RawClient.open(kafka.broker(1).port)
})
afterEach(async () => {
  client[Symbol.dispose]()
  await kafka.close()
})

/** What each request answers about the topic "secret", the group "g" or the transactional id "x". */
const asked: Readonly<Record<string, () => Promise<number>>> = {
  Produce: async () => (await produceTo(client, 'secret', makeBatch(['1']))).errorCode,
  Fetch: async () => {
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100 }]
    const topics = [{ topic: 'secret', topicId: noTopicId, partitions }]
    const answer = await client.send(fetch, 11, {
      maxWaitMs: 0,
      minBytes: 0,
      topics,
      forgottenTopicsData: [],
    })
    return answer.responses[0]!.partitions[0]!.errorCode
  },
  Metadata: async () =>
    (await client.send(metadata, 9, { topics: [{ name: 'secret' }] })).topics[0]!.errorCode,
  ListOffsets: async () => {
    const topics = [{ name: 'secret', partitions: [{ partitionIndex: 0, timestamp: -1n }] }]
    return (await client.send(listOffsets, 5, { replicaId: -1, topics })).topics[0]!.partitions[0]!.errorCode
  },
  CreateTopics: async () => {
    const topic = { name: 'new', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
    return (await client.send(createTopics, 5, { topics: [topic] })).topics[0]!.errorCode
  },
  DescribeConfigs: async () => {
    const resources = [{ resourceType: 2, resourceName: 'secret', configurationKeys: null }]
    return (await client.send(describeConfigs, 4, { resources })).results[0]!.errorCode
  },
  FindCoordinator: async () =>
    (await client.send(findCoordinator, 4, { keyType: 0, coordinatorKeys: ['g'] })).coordinators[0]!
      .errorCode,
  'FindCoordinator of a transactional id': async () =>
    (await client.send(findCoordinator, 4, { keyType: 1, coordinatorKeys: ['x'] })).coordinators[0]!
      .errorCode,
  Heartbeat: async () =>
    (await client.send(heartbeat, 4, { groupId: 'g', generationId: 1, memberId: 'm' })).errorCode,
  OffsetFetch: async () => (await client.send(offsetFetch, 5, { groupId: 'g', topics: [] })).errorCode,
  DescribeGroups: async () => (await client.send(describeGroups, 5, { groups: ['g'] })).groups[0]!.errorCode,
  InitProducerId: async () =>
    (await client.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 1000 })).errorCode,
  'InitProducerId with a transactional id': async () =>
    (await client.send(initProducerId, 4, { transactionalId: 'x', transactionTimeoutMs: 1000 })).errorCode,
  AddPartitionsToTxn: async () => {
    const txn = { v3AndBelowTransactionalId: 'x', v3AndBelowProducerId: 0n, v3AndBelowProducerEpoch: 0 }
    const answer = await client.send(addPartitionsToTxn, 3, {
      ...txn,
      v3AndBelowTopics: [{ name: 'secret', partitions: [0] }],
    })
    return answer.resultsByTopicV3AndBelow![0]!.resultsByPartition[0]!.partitionErrorCode
  },
  DescribeLogDirs: async () => (await client.send(describeLogDirs, 4, { topics: null })).errorCode,
}

describe('EmbeddedKafka.deny', () => {
  it.each<[AccessRule, string, keyof typeof errorCode]>([
    [{ topic: 'secret', operations: ['Write'] }, 'Produce', 'TOPIC_AUTHORIZATION_FAILED'],
    [{ topic: 'secret', operations: ['Read'] }, 'Fetch', 'TOPIC_AUTHORIZATION_FAILED'],
    [{ topic: 'secret', operations: ['Describe'] }, 'Metadata', 'TOPIC_AUTHORIZATION_FAILED'],
    [{ topic: '*' }, 'ListOffsets', 'TOPIC_AUTHORIZATION_FAILED'],
    [{ topic: 'new', operations: ['Create'] }, 'CreateTopics', 'TOPIC_AUTHORIZATION_FAILED'],
    [{ topic: 'secret', operations: ['DescribeConfigs'] }, 'DescribeConfigs', 'TOPIC_AUTHORIZATION_FAILED'],
    [{ topic: 'secret' }, 'AddPartitionsToTxn', 'TOPIC_AUTHORIZATION_FAILED'],
    [{ group: 'g', operations: ['Describe'] }, 'FindCoordinator', 'GROUP_AUTHORIZATION_FAILED'],
    [{ group: 'g', operations: ['Read'] }, 'Heartbeat', 'GROUP_AUTHORIZATION_FAILED'],
    [{ group: 'g' }, 'OffsetFetch', 'GROUP_AUTHORIZATION_FAILED'],
    [{ group: '*' }, 'DescribeGroups', 'GROUP_AUTHORIZATION_FAILED'],
    [{ cluster: true }, 'DescribeLogDirs', 'CLUSTER_AUTHORIZATION_FAILED'],
    [
      { transactionalId: 'x', operations: ['Write'] },
      'InitProducerId with a transactional id',
      'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    ],
    [{ transactionalId: 'x' }, 'AddPartitionsToTxn', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
    [
      { transactionalId: 'x' },
      'FindCoordinator of a transactional id',
      'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    ],
  ])('%j answers %s with %s until it is lifted', async (rule, request, code) => {
    const before = await asked[request]!()
    expect(before).not.toBe(errorCode[code])
    const denied = kafka.deny(rule)
    expect(await asked[request]!()).toBe(errorCode[code])
    denied.lift()
    expect(await asked[request]!()).not.toBe(errorCode[code])
  })

  it('leaves alone what it does not name', async () => {
    kafka.deny({ topic: 'secret', operations: ['Write'] })
    kafka.deny({ topic: 'secret', principal: 'somebody' })
    kafka.deny({ group: 'other' })
    expect((await produceTo(client, 'open', makeBatch(['1']))).errorCode).toBe(0)
    expect(await asked['Fetch']!()).toBe(0)
    expect(await asked['FindCoordinator']!()).toBe(0)
    expect(await asked['InitProducerId']!()).toBe(0)
  })

  it('appends nothing that may not be written, and shows no topic that may not be known', async () => {
    kafka.deny({ topic: 'secret', principal: 'ANONYMOUS' })
    await asked['Produce']!()
    expect(await kafka.records('secret')).toEqual([])
    const all = await client.send(metadata, 9, { topics: null })
    expect(all.topics.map(({ name }) => name)).toEqual(['open'])
    const named = await client.send(metadata, 10, { topics: [{ name: 'secret', topicId: noTopicId }] })
    expect(named.topics[0]).toMatchObject({ topicId: noTopicId, partitions: [] })
  })

  it('refuses rules that protect nothing, or two things', () => {
    expect(() => kafka.deny({ operations: ['Read'] })).toThrow(/exactly one of topic/u)
    expect(() => kafka.deny({ topic: 'a', group: 'b' })).toThrow(TypeError)
  })
})
