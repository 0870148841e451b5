import { ManualClock } from '@headwater/base'
import { alterConfigs, errorCode, fetch, listOffsets } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient, makeBatch, makeBatchOf, produceTo } from './raw-client.ts'

const kibibyte = 'x'.repeat(1024)
const noTopicId = '00000000-0000-0000-0000-000000000000'

async function offsetFor(client: RawClient, timestamp: bigint, partitionIndex = 0): Promise<bigint> {
  const answer = await client.send(listOffsets, 9, {
    replicaId: -1,
    topics: [{ name: 't', partitions: [{ partitionIndex, timestamp }] }],
  })
  return answer.topics[0]!.partitions[0]!.offset
}
const earliest = -2n
const latest = -1n

async function produceMany(client: RawClient, batches: number, partition = 0): Promise<void> {
  for (let n = 0; n < batches; n++) {
    expect((await produceTo(client, 't', makeBatch([kibibyte]), { partition })).errorCode).toBe(0)
  }
}

describe('retention', () => {
  // They counted as older than anything, and were gone with the first look at retention.
  it('keeps records without a timestamp as long as others that came with them', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock, topics: { t: { config: { 'retention.ms': '3600000' } } } })
    using client = await RawClient.open(kafka.broker(1).port)
    expect((await produceTo(client, 't', makeBatch(['timeless'], undefined, -1))).errorCode).toBe(0)
    clock.advance(3_000_000)
    expect(await kafka.records('t')).toHaveLength(1)
    clock.advance(1_000_000)
    expect(await kafka.records('t')).toEqual([])
  })

  it('keeps the newest retention.bytes of a partition, and tells who reads before them', async () => {
    await using kafka = await startKafka({ topics: { t: { config: { 'retention.bytes': '10000' } } } })
    using client = await RawClient.open(kafka.broker(1).port)
    await produceMany(client, 50)
    const start = await offsetFor(client, earliest)
    expect(await offsetFor(client, latest)).toBe(50n)
    // Each batch is a little larger than its kibibyte: nine of them are less than the limit, ten more.
    expect(start).toBe(40n)
    expect(await kafka.records('t')).toHaveLength(10)
    const read = await client.send(fetch, 11, {
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: 1_000_000,
      topics: [
        {
          topic: 't',
          topicId: noTopicId,
          partitions: [{ partition: 0, fetchOffset: 39n, partitionMaxBytes: 1_000_000 }],
        },
      ],
      forgottenTopicsData: [],
    })
    expect(read.responses[0]!.partitions[0]!.errorCode).toBe(errorCode.OFFSET_OUT_OF_RANGE)
  })

  it('drops what is older than retention.ms when the time for a check has come', async () => {
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock, topics: { t: { config: { 'retention.ms': '1000' } } } })
    using client = await RawClient.open(kafka.broker(1).port)
    await produceTo(client, 't', makeBatch(['old'], undefined, clock.now()))
    clock.advance(299_500)
    await produceTo(client, 't', makeBatch(['young'], undefined, clock.now()))
    expect(await offsetFor(client, earliest)).toBe(0n)
    clock.advance(500)
    expect(await offsetFor(client, earliest)).toBe(1n)
    clock.advance(300_000)
    expect(await offsetFor(client, earliest)).toBe(2n)
    expect(await offsetFor(client, latest)).toBe(2n)
  })

  it('leaves topics alone that are only compacted', async () => {
    const config = { 'retention.bytes': '1000', 'retention.ms': '1', 'cleanup.policy': 'compact' }
    const clock = new ManualClock(Date.now())
    await using kafka = await startKafka({ clock, topics: { t: { config } } })
    kafka.createTopic('d', { config: { 'retention.ms': '1' } })
    using client = await RawClient.open(kafka.broker(1).port)
    const keyed = { key: 'k', value: kibibyte, timestamp: clock.now() }
    for (let n = 0; n < 5; n++) await produceTo(client, 't', makeBatchOf([keyed]))
    await produceTo(client, 'd', makeBatchOf([keyed]))
    clock.advance(300_000)
    expect(await kafka.records('t')).toHaveLength(5)
    expect(await kafka.records('d')).toHaveLength(0)
  })

  it('bounds all logs together by maxLogBytes, each giving its share', async () => {
    await using kafka = await startKafka({ maxLogBytes: 100_000, topics: { t: { partitions: 2 } } })
    using client = await RawClient.open(kafka.broker(1).port)
    await produceMany(client, 20, 1)
    await produceMany(client, 300, 0)
    const records = await kafka.records('t')
    const bytes = records.length * 1024
    expect(bytes).toBeGreaterThan(80_000)
    expect(bytes).toBeLessThan(100_000)
    expect(records.some(({ partition }) => partition === 1)).toBe(true)
    expect(records.filter(({ partition }) => partition === 0).at(-1)!.offset).toBe(299n)
  })

  it('takes up a limit that is set later', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    await produceMany(client, 20)
    const configs = [{ name: 'retention.bytes', value: '2000' }]
    const resources = [{ resourceType: 2, resourceName: 't', configs }]
    const answer = await client.send(alterConfigs, 2, { resources, validateOnly: false })
    expect(answer.responses[0]!.errorCode).toBe(0)
    await produceMany(client, 1)
    expect(await offsetFor(client, earliest)).toBe(19n)
  })
})
