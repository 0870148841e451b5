import { ManualClock } from '@headwater/base'
import {
  decodeBatch,
  deleteRecords,
  errorCode,
  fetch,
  listOffsets,
  splitBatches,
  type ResponseOf,
} from '@headwater/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo, topicIdOf } from './raw-client.ts'

let kafka: EmbeddedKafka
let client: RawClient
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock(1_700_000_000_000)
  kafka = await startKafka({
    clock,
    brokers: 2,
    topics: { t: { partitions: 3, replicationFactor: 1 }, both: { replicationFactor: 2 } },
  })
  client = await RawClient.open(kafka.broker(1).port)
})
afterEach(async () => {
  client[Symbol.dispose]()
  await kafka.close()
  expect(clock.pendingTimers).toBe(0)
})

type Answer = ResponseOf<typeof fetch>
interface Asked {
  readonly version?: number
  readonly topic?: string
  readonly partitions?: readonly {
    readonly partition: number
    readonly fetchOffset?: bigint
    readonly max?: number
    readonly currentLeaderEpoch?: number
  }[]
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly maxBytes?: number
}

const ask = (asked: Asked = {}): Promise<Answer> =>
  client.send(fetch, asked.version ?? 11, {
    maxWaitMs: asked.maxWaitMs ?? 0,
    minBytes: asked.minBytes ?? 1,
    maxBytes: asked.maxBytes ?? 1_000_000,
    topics: [
      {
        topic: asked.topic ?? 't',
        partitions: (asked.partitions ?? [{ partition: 0 }]).map(
          ({ partition, fetchOffset = 0n, max = 1_000_000, currentLeaderEpoch = -1 }) => ({
            partition,
            fetchOffset,
            partitionMaxBytes: max,
            currentLeaderEpoch,
          }),
        ),
      },
    ],
  })
const put = (value: string, partition: number = 0, timestamp: number = clock.now()) =>
  produceTo(client, 't', makeBatch([value], undefined, timestamp), { partition })
const partitionsOf = (answer: Answer) => answer.responses.flatMap(({ partitions }) => partitions)

async function valuesIn(records: Buffer | null): Promise<string[]> {
  const batches = await Promise.all(
    splitBatches(records ?? Buffer.alloc(0)).map((batch) => decodeBatch(batch)),
  )
  return batches.flatMap((batch) => batch.records.map(({ offset, value }) => `${offset}=${String(value)}`))
}

describe('Fetch', () => {
  it('gives whole batches from the one that holds the offset on', async () => {
    await produceTo(client, 't', makeBatch(['a', 'b', 'c'], undefined, clock.now()))
    await put('d')
    const [one] = partitionsOf(await ask({ partitions: [{ partition: 0, fetchOffset: 1n }] }))
    expect(one).toMatchObject({ errorCode: 0, highWatermark: 4n, lastStableOffset: 4n, logStartOffset: 0n })
    expect(await valuesIn(one!.records)).toEqual(['0=a', '1=b', '2=c', '3=d'])
  })

  it('gives the first batch even above the limits, and then only what fits', async () => {
    const size = makeBatch(['x'], undefined, clock.now()).length
    for (const partition of [0, 0, 2]) await put('x', partition)
    const partitions = [
      { partition: 2, max: 1 },
      { partition: 0, max: size + 1 },
    ]
    const counts = async (maxBytes: number): Promise<number[]> =>
      partitionsOf(await ask({ partitions, maxBytes })).map(({ records }) => splitBatches(records!).length)
    expect(await counts(1)).toEqual([1, 0])
    expect(await counts(1_000_000)).toEqual([1, 1])
  })

  it('gives empty bytes, not null, where there is nothing', async () => {
    expect(partitionsOf(await ask())[0]!.records).toEqual(Buffer.alloc(0))
  })

  it('answers at once when the bytes are there, else when they come', async () => {
    const waiting = ask({ maxWaitMs: 60_000 })
    await expect.poll(() => clock.pendingTimers).toBe(1)
    using writer = await RawClient.open(kafka.broker(1).port)
    await produceTo(writer, 't', makeBatch(['x'], undefined, clock.now()))
    expect(await valuesIn(partitionsOf(await waiting)[0]!.records)).toEqual(['0=x'])
    await ask({ maxWaitMs: 60_000 })
  })

  it('answers with what it has when the time is over', async () => {
    await put('x')
    const waiting = ask({ maxWaitMs: 500, minBytes: 10_000 })
    await expect.poll(() => clock.pendingTimers).toBe(1)
    clock.advance(500)
    expect(await valuesIn(partitionsOf(await waiting)[0]!.records)).toEqual(['0=x'])
  })

  it('stops waiting when leadership moves', async () => {
    const waiting = ask({ version: 10, topic: 'both', maxWaitMs: 60_000 })
    await expect.poll(() => clock.pendingTimers).toBe(1)
    kafka.partition('both', 0).moveLeader(2)
    expect(partitionsOf(await waiting)[0]!.errorCode).toBe(errorCode.NOT_LEADER_OR_FOLLOWER)
  })

  it('serves followers to clients since v11', async () => {
    kafka.partition('both', 0).moveLeader(2)
    expect(partitionsOf(await ask({ version: 10, topic: 'both' }))[0]!.errorCode).toBe(
      errorCode.NOT_LEADER_OR_FOLLOWER,
    )
    expect(partitionsOf(await ask({ version: 11, topic: 'both' }))[0]!.errorCode).toBe(0)
  })

  it.each<[string, Asked, keyof typeof errorCode]>([
    ['an offset past the end', { partitions: [{ partition: 0, fetchOffset: 1n }] }, 'OFFSET_OUT_OF_RANGE'],
    ['a negative offset', { partitions: [{ partition: 0, fetchOffset: -1n }] }, 'OFFSET_OUT_OF_RANGE'],
    ['an unknown partition', { partitions: [{ partition: 9 }] }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['an unknown topic', { topic: 'nowhere' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['a partition of another broker', { partitions: [{ partition: 1 }] }, 'NOT_LEADER_OR_FOLLOWER'],
    [
      'a leader epoch to come',
      { partitions: [{ partition: 0, currentLeaderEpoch: 1 }] },
      'UNKNOWN_LEADER_EPOCH',
    ],
  ])('answers %s at once, however long it may wait', async (_what, asked, code) => {
    expect(partitionsOf(await ask({ ...asked, maxWaitMs: 60_000 }))[0]!.errorCode).toBe(errorCode[code])
  })

  it('refuses a leader epoch that is over', async () => {
    kafka.partition('both', 0).moveLeader(2)
    kafka.partition('both', 0).moveLeader(1)
    const [one] = partitionsOf(
      await ask({ topic: 'both', partitions: [{ partition: 0, currentLeaderEpoch: 1 }] }),
    )
    expect(one!.errorCode).toBe(errorCode.FENCED_LEADER_EPOCH)
  })

  it('leaves out of a session what has not changed', async () => {
    const topicId = await topicIdOf(client, 't')
    const askSession = (
      sessionId: number,
      sessionEpoch: number,
      partitions: readonly number[],
      forgotten: readonly number[] = [],
    ) =>
      client.send(fetch, 17, {
        maxWaitMs: 0,
        minBytes: 1,
        sessionId,
        sessionEpoch,
        topics:
          partitions.length === 0
            ? []
            : [
                {
                  topicId,
                  partitions: partitions.map((partition) => ({
                    partition,
                    fetchOffset: 0n,
                    partitionMaxBytes: 1000,
                  })),
                },
              ],
        forgottenTopicsData: forgotten.length === 0 ? [] : [{ topicId, partitions: forgotten }],
      })
    const indexes = (answer: Answer): number[] =>
      partitionsOf(answer).map(({ partitionIndex }) => partitionIndex)
    const first = await askSession(0, 0, [0, 2])
    expect(indexes(first)).toEqual([0, 2])
    expect(first.sessionId).toBeGreaterThan(0)
    expect(indexes(await askSession(first.sessionId, 1, []))).toEqual([])
    await put('x', 2)
    expect(indexes(await askSession(first.sessionId, 2, []))).toEqual([2])
    expect(indexes(await askSession(first.sessionId, 3, [], [2]))).toEqual([])
    expect((await askSession(first.sessionId, 3, [])).errorCode).toBe(errorCode.INVALID_FETCH_SESSION_EPOCH)
    expect((await askSession(first.sessionId + 1, 1, [])).errorCode).toBe(
      errorCode.FETCH_SESSION_ID_NOT_FOUND,
    )
    expect((await askSession(first.sessionId, -1, [0])).sessionId).toBe(0)
    expect((await askSession(first.sessionId, 4, [])).errorCode).toBe(errorCode.FETCH_SESSION_ID_NOT_FOUND)
  })

  it('tells a session of a high watermark that has moved, even where the bytes did not reach', async () => {
    const topicId = await topicIdOf(client, 't')
    const askSession = (sessionId: number, sessionEpoch: number, partitions: readonly number[]) =>
      client.send(fetch, 17, {
        maxWaitMs: 0,
        minBytes: 1,
        maxBytes: 1,
        sessionId,
        sessionEpoch,
        topics: partitions.map((partition) => ({
          topicId,
          partitions: [{ partition, fetchOffset: 0n, partitionMaxBytes: 1000 }],
        })),
      })
    const { sessionId } = await askSession(0, 0, [0, 2])
    await put('x', 0)
    await put('x', 2)
    const told = partitionsOf(await askSession(sessionId, 1, []))
    expect(told.map(({ highWatermark, records }) => [highWatermark, records!.length > 0])).toEqual([
      [1n, true],
      [1n, false],
    ])
  })

  it('names the new leader from v16 on', async () => {
    const topicId = await topicIdOf(client, 't')
    const answer = await client.send(fetch, 16, {
      maxWaitMs: 0,
      minBytes: 1,
      topics: [{ topicId, partitions: [{ partition: 1, fetchOffset: 0n, partitionMaxBytes: 1000 }] }],
    })
    expect(partitionsOf(answer)[0]).toMatchObject({
      errorCode: errorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 2 },
    })
    expect(answer.nodeEndpoints).toMatchObject([{ nodeId: 2, port: kafka.broker(2).port }])
  })
})

describe('ListOffsets', () => {
  const find = async (timestamp: bigint, version: number = 7) => {
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }]
    const answer = await client.send(listOffsets, version, { replicaId: -1, topics })
    return answer.topics[0]!.partitions[0]!
  }

  it('finds the first record at or after a time, the ends, and the largest time', async () => {
    const start = clock.now()
    for (const [at, seconds] of [1, 5, 3].entries()) await put(`${at}`, 0, start + seconds * 1000)
    const at = (seconds: number) => find(BigInt(start + seconds * 1000))
    expect(await at(0)).toMatchObject({ offset: 0n, timestamp: BigInt(start + 1000), leaderEpoch: 0 })
    expect(await at(2)).toMatchObject({ offset: 1n, timestamp: BigInt(start + 5000) })
    expect(await at(6)).toMatchObject({ offset: -1n, timestamp: -1n, errorCode: 0 })
    expect(await find(-1n)).toMatchObject({ offset: 3n, timestamp: -1n })
    expect(await find(-2n)).toMatchObject({ offset: 0n })
    expect(await find(-3n)).toMatchObject({ offset: 1n, timestamp: BigInt(start + 5000) })
  })
})

describe('DeleteRecords', () => {
  it('moves the start of the log', async () => {
    for (const value of ['0', '1', '2']) await put(value)
    const remove = async (offset: bigint) => {
      const topics = [{ name: 't', partitions: [{ partitionIndex: 0, offset }] }]
      const answer = await client.send(deleteRecords, 2, { topics, timeoutMs: 1000 })
      return answer.topics[0]!.partitions[0]!
    }
    expect(await remove(2n)).toMatchObject({ errorCode: 0, lowWatermark: 2n })
    expect(await remove(4n)).toMatchObject({ errorCode: errorCode.OFFSET_OUT_OF_RANGE })
    expect(partitionsOf(await ask())[0]!.errorCode).toBe(errorCode.OFFSET_OUT_OF_RANGE)
    expect((await kafka.records('t')).map(({ offset }) => offset)).toEqual([2n])
    expect(await remove(-1n)).toMatchObject({ errorCode: 0, lowWatermark: 3n })
    expect(await put('3')).toMatchObject({ baseOffset: 3n })
  })
})
