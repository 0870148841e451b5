import { errorCode, findCoordinator, joinGroup, offsetDelete, offsetFetch } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'
import { RawMember } from './raw-member.ts'

/** What a consumer sends that reads the topic "t". */
const subscription = Buffer.from([0, 0, 0, 0, 0, 1, 0, 1, 0x74, 0xff, 0xff, 0xff, 0xff])

describe('OffsetDelete', () => {
  it('forgets offsets of topics that nobody in the group reads', async () => {
    await using kafka = await startKafka({ topics: { t: {}, u: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    await client.send(findCoordinator, 3, { key: 'g', keyType: 0 })
    const remove = async (...names: readonly string[]): Promise<readonly number[]> => {
      const answer = await client.send(offsetDelete, 0, {
        groupId: 'g',
        topics: names.map((name) => ({ name, partitions: [{ partitionIndex: 0 }] })),
      })
      return [answer.errorCode, ...answer.topics.map(({ partitions }) => partitions[0]!.errorCode)]
    }
    const committed = async (): Promise<bigint> => {
      const topics = [{ name: 't', partitionIndexes: [0] }]
      const answer = await client.send(offsetFetch, 5, { groupId: 'g', topics })
      return answer.topics[0]!.partitions[0]!.committedOffset
    }
    expect(await remove('t')).toEqual([errorCode.GROUP_ID_NOT_FOUND])
    await new RawMember(client).commit(5n)
    expect(await committed()).toBe(5n)
    using other = await RawClient.open(kafka.broker(1).port)
    const joined = await other.send(joinGroup, 3, {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: '',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription }],
    })
    expect(joined.errorCode).toBe(0)
    expect(await remove('t', 'u', 'v')).toEqual([
      0,
      errorCode.GROUP_SUBSCRIBED_TO_TOPIC,
      0,
      errorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ])
    expect(await committed()).toBe(5n)
    const left = new RawMember(other)
    left.id = joined.memberId
    await left.leave()
    expect(await remove('t')).toEqual([0, 0])
    expect(await committed()).toBe(-1n)
  })
  // The topic went on standing in the list, without a partition.
  it('leaves nothing of a topic whose last offset it forgets', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    await client.send(findCoordinator, 3, { key: 'g', keyType: 0 })
    await new RawMember(client).commit(5n)
    const all = () => client.send(offsetFetch, 5, { groupId: 'g', topics: null })
    expect((await all()).topics).toMatchObject([{ name: 't' }])
    await client.send(offsetDelete, 0, {
      groupId: 'g',
      topics: [{ name: 't', partitions: [{ partitionIndex: 0 }] }],
    })
    expect((await all()).topics).toEqual([])
  })
})
