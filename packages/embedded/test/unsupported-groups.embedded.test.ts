import {
  describeGroups,
  errorCode,
  fetch,
  findCoordinator,
  joinGroup,
  metadata,
  offsetCommit,
} from '@headwater/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, produceTo, makeBatch } from './raw-client.ts'
import { RawMember } from './raw-member.ts'

let kafka: EmbeddedKafka
let client: RawClient

beforeEach(async () => {
  const config = { 'offsets.topic.num.partitions': 1, 'group.initial.rebalance.delay.ms': 0 }
  kafka = await startKafka({ config, topics: { t: {} } })
  client = await RawClient.open(kafka.broker(1).port)
  await client.send(findCoordinator, 3, { key: 'g', keyType: 0 })
})
afterEach(async () => {
  client[Symbol.dispose]()
  await kafka.close()
})

async function commit(groupId: string): Promise<number> {
  const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }]
  const request = { groupId, memberId: '', topics: [{ name: 't', partitions }] }
  return (await client.send(offsetCommit, 9, request)).topics[0]!.partitions[0]!.errorCode
}

describe('UNSUPPORTED.md of groups and access', () => {
  it('`__consumer_offsets` exists and places coordinators, but holds no records', async () => {
    expect(await commit('g')).toBe(0)
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }]
    const topics = [{ topic: '__consumer_offsets', partitions }]
    const answer = await client.send(fetch, 11, { maxWaitMs: 0, minBytes: 0, maxBytes: 1000, topics })
    const [read] = answer.responses[0]!.partitions
    expect(read).toMatchObject({ errorCode: 0, highWatermark: 0n })
    expect(read!.records ?? []).toHaveLength(0)
  })

  it('What a consumer says of itself in JoinGroup is bytes', async () => {
    const member = new RawMember(client)
    const request = {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from([0xff, 0xff, 0xff]) }],
    }
    const { memberId } = await client.send(joinGroup, 5, { ...request, memberId: member.id })
    const joined = await client.send(joinGroup, 5, { ...request, memberId })
    expect(joined).toMatchObject({ errorCode: 0, leader: memberId })
    expect(joined.members.map(({ metadata: said }) => Buffer.from(said))).toEqual([
      request.protocols[0]!.metadata,
    ])
  })

  it('A group without a name commits nothing: INVALID_GROUP_ID', async () => {
    expect(await commit('')).toBe(errorCode.INVALID_GROUP_ID)
  })

  it('Access: rules deny (`kafka.deny`), everything else is allowed', async () => {
    const produced = async (): Promise<number> => (await produceTo(client, 't', makeBatch(['x']))).errorCode
    expect(await produced()).toBe(0)
    const rule = kafka.deny({ topic: 't', operations: ['Write'] })
    expect(await produced()).toBe(errorCode.TOPIC_AUTHORIZATION_FAILED)
    rule.lift()
    expect(await produced()).toBe(0)
  })

  it('Access: Metadata and DescribeGroups never tell of authorized operations', async () => {
    await commit('g')
    const told = await client.send(metadata, 10, {
      topics: null,
      includeClusterAuthorizedOperations: true,
      includeTopicAuthorizedOperations: true,
    })
    const { groups } = await client.send(describeGroups, 5, {
      groups: ['g'],
      includeAuthorizedOperations: true,
    })
    const notTold = -(2 ** 31)
    expect(told.clusterAuthorizedOperations).toBe(notTold)
    expect(new Set(told.topics.map((topic) => topic.topicAuthorizedOperations))).toEqual(new Set([notTold]))
    expect(groups).toMatchObject([{ errorCode: 0, authorizedOperations: notTold }])
  })
})
