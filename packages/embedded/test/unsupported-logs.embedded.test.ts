import {
  BatchBuilder,
  compress,
  compressionTypes,
  describeConfigs,
  describeLogDirs,
  errorCode,
  fetch,
  listOffsets,
  noProducer,
  type ResponseOf,
} from '@headwater/protocol'
import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient, makeBatch, makeBatchOf, produceTo } from './raw-client.ts'

type FetchedPartition = ResponseOf<typeof fetch>['responses'][number]['partitions'][number]

async function fetched(client: RawClient, partitionMaxBytes: number = 1e6): Promise<FetchedPartition> {
  const topics = [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes }] }]
  const answer = await client.send(fetch, 11, { maxWaitMs: 0, minBytes: 0, maxBytes: 1e6, topics })
  return answer.responses[0]!.partitions[0]!
}

async function offsetOf(client: RawClient, timestamp: bigint): Promise<bigint> {
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }]
  const answer = await client.send(listOffsets, 9, { replicaId: -1, topics })
  return answer.topics[0]!.partitions[0]!.offset
}
const earliest = -2n

describe('UNSUPPORTED.md of logs', () => {
  it('Compaction: `cleanup.policy=compact` is kept and shown, and records stay', async () => {
    const clock = new ManualClock(Date.now())
    const config = { 'cleanup.policy': 'compact', 'max.compaction.lag.ms': '1000' }
    await using kafka = await startKafka({ clock, topics: { t: { config } } })
    using client = await RawClient.open(kafka.broker(1).port)
    const asked = { resourceType: 2, resourceName: 't', configurationKeys: ['cleanup.policy'] }
    const { results } = await client.send(describeConfigs, 4, { resources: [asked] })
    expect(results[0]!.configs).toMatchObject([{ name: 'cleanup.policy', value: 'compact' }])
    const batch = makeBatchOf([{ key: 'same', value: 'x', timestamp: clock.now() }])
    for (let n = 0; n < 3; n++) await produceTo(client, 't', batch)
    clock.advance(24 * 3600 * 1000)
    expect((await fetched(client)).records).toHaveLength(3 * batch.length)
  })

  it('Retention works by batch, where Kafka takes whole segments, and by size at once', async () => {
    const batch = makeBatch(['x'.repeat(1000)])
    const config = { 'retention.bytes': String(2 * batch.length) }
    await using kafka = await startKafka({ topics: { t: { config } } })
    using client = await RawClient.open(kafka.broker(1).port)
    const starts: bigint[] = []
    for (let n = 0; n < 5; n++) {
      await produceTo(client, 't', batch)
      starts.push(await offsetOf(client, earliest))
    }
    expect(starts).toEqual([0n, 0n, 1n, 2n, 3n])
  })

  it('All logs together hold at most `maxLogBytes` and a batch a partition', async () => {
    const config = { 'retention.bytes': '-1', 'retention.ms': '-1' }
    await using kafka = await startKafka({ maxLogBytes: 10_000, topics: { t: { config } } })
    using client = await RawClient.open(kafka.broker(1).port)
    const batch = makeBatch(['x'.repeat(1000)])
    for (let n = 0; n < 20; n++) await produceTo(client, 't', batch)
    const { results } = await client.send(describeLogDirs, 4, { topics: null })
    expect(results[0]!.topics[0]!.partitions[0]!.partitionSize).toBeLessThanOrEqual(
      10_000n + BigInt(batch.length),
    )
    expect((await fetched(client)).errorCode).toBe(errorCode.OFFSET_OUT_OF_RANGE)
  })

  it('`compression.type` other than `producer`: batches are kept as the producer compressed them', async () => {
    await using kafka = await startKafka({ topics: { t: { config: { 'compression.type': 'gzip' } } } })
    using client = await RawClient.open(kafka.broker(1).port)
    const batch = makeBatch(['x'.repeat(1000)])
    await produceTo(client, 't', batch)
    expect((await fetched(client)).records).toHaveLength(batch.length)
  })

  it('A compressed batch whose offset deltas have gaps is INVALID_RECORD', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    const builder = new BatchBuilder()
    for (const value of ['a', 'b']) builder.tryAppend({ key: null, value, timestamp: Date.now() }, Infinity)
    const records = Buffer.from(builder.recordBytes())
    const sealed = async (): Promise<Buffer> =>
      builder.sealCompressed(noProducer, compressionTypes.gzip, await compress('gzip', records))
    expect((await produceTo(client, 't', await sealed())).errorCode).toBe(0)
    // Of the second half, which is the second record: size, attributes, timestamp and, fourth, the delta as a zigzag.
    records[records.length / 2 + 3] = 4
    expect((await produceTo(client, 't', await sealed())).errorCode).toBe(errorCode.INVALID_RECORD)
  })

  it('Produce with null for records is INVALID_RECORD', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    expect(await produceTo(client, 't', null)).toMatchObject({ errorCode: errorCode.INVALID_RECORD })
  })

  it('What is appended with acks 1 while fewer than `min.insync.replicas` are in sync can be read', async () => {
    const config = { 'min.insync.replicas': '2' }
    await using kafka = await startKafka({ brokers: 2, topics: { t: { config } } })
    using client = await RawClient.open(kafka.broker(1).port)
    kafka.partition('t', 0).shrinkIsr([1])
    const batch = makeBatch(['x'])
    expect((await produceTo(client, 't', batch)).errorCode).toBe(errorCode.NOT_ENOUGH_REPLICAS)
    expect((await produceTo(client, 't', batch, { acks: 1 })).errorCode).toBe(0)
    const read = await fetched(client)
    expect(read).toMatchObject({ errorCode: 0, highWatermark: 1n })
    expect(read.records).toHaveLength(batch.length)
  })

  it('Fetch never cuts the last batch', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    const batch = makeBatch(['x'.repeat(100)])
    for (let n = 0; n < 2; n++) await produceTo(client, 't', batch)
    expect((await fetched(client, 1.5 * batch.length)).records).toHaveLength(batch.length)
    expect((await fetched(client, 2 * batch.length)).records).toHaveLength(2 * batch.length)
  })

  it('DescribeLogDirs names one directory, `/embedded`, of unknown size', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    const { results } = await client.send(describeLogDirs, 4, { topics: null })
    expect(results).toMatchObject([{ logDir: '/embedded', totalBytes: -1n, usableBytes: -1n }])
  })

  it('ListOffsets: nothing is tiered; the earliest local offset is the earliest one', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    await produceTo(client, 't', makeBatch(['1', '2', '3']))
    kafka.partition('t', 0).setLogStart(3)
    const [earliestLocal, latestTiered] = [-4n, -5n]
    expect(await offsetOf(client, earliest)).toBe(3n)
    expect(await offsetOf(client, earliestLocal)).toBe(3n)
    expect(await offsetOf(client, latestTiered)).toBe(-1n)
  })

  it('ListOffsets for the largest timestamp finds no deleted record', async () => {
    await using kafka = await startKafka({ topics: { t: {} } })
    using client = await RawClient.open(kafka.broker(1).port)
    await produceTo(client, 't', makeBatch(['x']))
    const ofLargestTimestamp = -3n
    expect(await offsetOf(client, ofLargestTimestamp)).toBe(0n)
    kafka.partition('t', 0).setLogStart(1)
    expect(await offsetOf(client, ofLargestTimestamp)).toBe(-1n)
  })
})
