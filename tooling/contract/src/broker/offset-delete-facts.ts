import { errorCode, offsetCommit, offsetDelete, offsetFetch, joinGroup } from '@headwater/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import type { BrokerBench, FactTopic } from './broker-bench.ts'
import { leave, sendSync } from './group-member-client.ts'
import { missingTopic } from './produce-to.ts'
import type { RawClient } from './raw-client.ts'

/** What a consumer tells of itself that reads one topic (`ConsumerProtocolSubscription` v0). */
function readerOf(topic: string): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(1, 2)
  head.writeInt16BE(topic.length, 6)
  return Buffer.concat([head, Buffer.from(topic), Buffer.from([0xff, 0xff, 0xff, 0xff])])
}

/** How a group forgets what it has read. */
export function describeOffsetDelete(getBench: () => BrokerBench): void {
  let group: string
  let read: FactTopic
  let left: FactTopic
  let client: RawClient

  beforeEach(async () => {
    const bench = getBench()
    group = bench.name('group')
    read = await bench.topic()
    left = await bench.topic()
    client = await bench.client(await bench.coordinatorAddress(group))
  })

  const commit = async (): Promise<void> => {
    const partitions = [{ partitionIndex: 0, committedOffset: 17n, committedMetadata: '' }]
    await client.send(offsetCommit, 8, {
      groupId: group,
      memberId: '',
      topics: [read, left].map(({ name }) => ({ name, partitions })),
    })
  }
  const offsets = async (): Promise<bigint[]> => {
    const topics = [read, left].map(({ name }) => ({ name, partitionIndexes: [0] }))
    const { groups } = await client.send(offsetFetch, 8, { groups: [{ groupId: group, topics }] })
    const byName = new Map(
      groups[0]!.topics.map(({ name, partitions }) => [name, partitions[0]!.committedOffset]),
    )
    return [byName.get(read.name)!, byName.get(left.name)!]
  }
  const remove = async (topics: readonly FactTopic[], { partition = 0, groupId = group } = {}) => {
    const answer = await client.send(offsetDelete, 0, {
      groupId,
      topics: topics.map(({ name }) => ({ name, partitions: [{ partitionIndex: partition }] })),
    })
    const codes = answer.topics.map(
      ({ name, partitions }) => [name, partitions.map((one) => one.errorCode)] as const,
    )
    return { errorCode: answer.errorCode, topics: new Map(codes) }
  }
  const done = (...codes: readonly (readonly [FactTopic, number])[]) => ({
    errorCode: 0,
    topics: new Map(codes.map(([{ name }, code]) => [name, [code]])),
  })
  const whole = (code: number) => ({ errorCode: code, topics: new Map() })

  /** Joins alone, with what a member of that kind says of itself. */
  const member = async (protocolType: string, metadata: Buffer): Promise<() => Promise<void>> => {
    const own = await getBench().fresh(await getBench().coordinatorAddress(group))
    const request = {
      groupId: group,
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 30_000,
      memberId: '',
      protocolType,
      protocols: [{ name: 'range', metadata }],
    }
    const joined = await own.send(joinGroup, 3, request)
    expect(joined.errorCode).toBe(0)
    await sendSync(own, group, joined, { [joined.memberId]: 'everything' }, 3)
    return () => leave(own, group, joined.memberId)
  }

  describe('OffsetDelete', () => {
    it('forgets what it is told to, and nothing else', async () => {
      await commit()
      expect(await remove([left])).toEqual(done([left, 0]))
      expect(await offsets()).toEqual([17n, -1n])
    })

    it('is content with an offset that was never committed', async () => {
      await commit()
      expect(await remove([left])).toEqual(done([left, 0]))
      expect(await remove([left])).toEqual(done([left, 0]))
    })

    it('keeps what a member reads', async () => {
      await commit()
      const goAway = await member('consumer', readerOf(read.name))
      expect(await remove([read, left])).toEqual(done([read, errorCode.GROUP_SUBSCRIBED_TO_TOPIC], [left, 0]))
      expect(await offsets()).toEqual([17n, -1n])
      await goAway()
      expect(await remove([read])).toEqual(done([read, 0]))
      expect(await offsets()).toEqual([-1n, -1n])
    })

    it('keeps everything of a group that has members and is none of consumers', async () => {
      await commit()
      const goAway = await member('connect', Buffer.from('x'))
      expect(await remove([left])).toEqual(whole(errorCode.NON_EMPTY_GROUP))
      await goAway()
      expect(await remove([left])).toEqual(done([left, 0]))
      expect(await offsets()).toEqual([17n, -1n])
    })

    it('knows neither a missing topic nor a missing partition', async () => {
      await commit()
      const missing = missingTopic(getBench())
      const unknown = errorCode.UNKNOWN_TOPIC_OR_PARTITION
      expect(await remove([missing, left])).toEqual(done([missing, unknown], [left, 0]))
      expect(await remove([read], { partition: 7 })).toEqual(done([read, unknown]))
      expect(await offsets()).toEqual([17n, -1n])
    })

    it('knows no group that is not there', async () => {
      expect(await remove([read])).toEqual(whole(errorCode.GROUP_ID_NOT_FOUND))
    })
  })
}
