import { createProducer, type Producer, type ProducerTuning } from '@headwater/producer'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { compareWithLog, type Acknowledged } from './delivery-report.ts'
import { FaultProxy, type ProxyFault } from './fault-proxy.ts'
import { readTopic } from './log-reader.ts'

const requestTimeoutMs = 700

/** An acknowledgement that is lost once, on each of its three ways. */
const lostAcknowledgements: Readonly<Record<string, ProxyFault>> = {
  'the connection dropped after the append': { kind: 'lose-response' },
  'the connection dropped before the append': { kind: 'lose-request' },
  'the response delayed past the request timeout': { kind: 'delay-response', ms: 3 * requestTimeoutMs },
}

const none = { lost: 0, duplicated: 0, reordered: 0, misplaced: 0 }

/** What a producer promises, whatever happens to its connections; `topic` gives a fresh name. */
export function describeDelivery(getCluster: () => ClusterUnderTest, topicName: () => string): void {
  let proxy: FaultProxy
  let kafka: Kafka

  beforeAll(async () => {
    const { brokers } = getCluster()
    proxy = await FaultProxy.start(brokers)
    kafka = new Kafka({
      brokers: [...brokers],
      clientId: 'contract',
      logLevel: logLevel.NOTHING,
      socketFactory: proxy.socketFactory,
      requestTimeout: requestTimeoutMs,
    })
  })

  afterAll(() => proxy.close())

  const withProducer = async <Result>(
    tuning: ProducerTuning,
    run: (producer: Producer) => Promise<Result>,
  ): Promise<Result> => {
    await using producer = createProducer({ kafka, requestTimeoutMs, deliveryTimeoutMs: 30_000, ...tuning })
    return await run(producer)
  }

  const createTopic = async (partitions: number): Promise<string> => {
    const topic = topicName()
    const { brokers, replicationFactor } = getCluster()
    const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: partitions, replicationFactor }],
    })
    await admin.disconnect()
    return topic
  }

  const acknowledge = async (
    producer: Producer,
    topic: string,
    key: string,
    number: number,
  ): Promise<Acknowledged> => {
    const id = `${key}/${number}`
    const { partition, offset } = await producer.send({ topic, key, value: id })
    return { id, key, partition, offset }
  }

  describe.each(Object.entries(lostAcknowledgements))('with %s', (_, fault) => {
    it('delivers concurrent sends once and in order', async () => {
      const topic = await createTopic(3)
      const keys = ['a', 'b', 'c', 'd', 'e']
      const acknowledged = await withProducer({}, async (producer) => {
        await acknowledge(producer, topic, 'warm', 0)
        const firedBefore = proxy.fired
        proxy.order(fault)
        const all: Promise<Acknowledged>[] = []
        for (let number = 0; number < 200; number++) {
          for (const key of keys) all.push(acknowledge(producer, topic, key, number))
          // Some sends of each turn meet a request that is under way.
          if (number % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
        const settled = await Promise.all(all)
        expect(proxy.fired - firedBefore).toBe(1)
        return settled
      })
      expect(compareWithLog(acknowledged, await readTopic(getCluster().brokers, topic))).toEqual({
        acknowledged: 1000,
        stored: 1001,
        ...none,
      })
    })

    it('delivers one send after the other once and in order', async () => {
      const topic = await createTopic(1)
      const acknowledged = await withProducer({}, async (producer) => {
        const all = [await acknowledge(producer, topic, 'a', 0)]
        proxy.order(fault)
        for (let number = 1; number < 20; number++) all.push(await acknowledge(producer, topic, 'a', number))
        return all
      })
      expect(compareWithLog(acknowledged, await readTopic(getCluster().brokers, topic))).toEqual({
        acknowledged: 20,
        stored: 20,
        ...none,
      })
    })
  })

  it('keeps the order of records that were sent while every request fails for a while', async () => {
    const topic = await createTopic(2)
    const faults: ProxyFault[] = [
      { kind: 'lose-response' },
      { kind: 'lose-request' },
      { kind: 'lose-response' },
    ]
    const acknowledged = await withProducer({ retryBackoffMs: 20 }, async (producer) => {
      await acknowledge(producer, topic, 'warm', 0)
      proxy.order(...faults, ...faults, ...faults)
      const all: Promise<Acknowledged>[] = []
      for (let number = 0; number < 300; number++) {
        all.push(acknowledge(producer, topic, `k${number % 7}`, number))
        if (number % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      return await Promise.all(all)
    })
    const report = compareWithLog(acknowledged, await readTopic(getCluster().brokers, topic))
    expect(report).toEqual({ acknowledged: 300, stored: 301, ...none })
  })

  it('needs one connection a broker for 1,000 concurrent sends on a cold producer', async () => {
    const topic = await createTopic(6)
    const { brokers } = getCluster()
    const before = new Map(proxy.connections)
    const acknowledged = await withProducer({}, (producer) =>
      Promise.all(
        Array.from({ length: 1000 }, (_, number) => acknowledge(producer, topic, `k${number % 50}`, number)),
      ),
    )
    for (const broker of brokers) {
      expect((proxy.connections.get(broker) ?? 0) - (before.get(broker) ?? 0)).toBeLessThanOrEqual(1)
    }
    const report = compareWithLog(acknowledged, await readTopic(brokers, topic))
    expect(report).toEqual({ acknowledged: 1000, stored: 1000, ...none })
  })

  it('rejects what is no record and delivers its neighbours', async () => {
    const topic = await createTopic(2)
    const bad = [
      { topic: 'no spaces', value: 'x' },
      { topic, value: 'x', partition: 99 },
      { topic, value: 17 as never },
      { topic, value: 'x', key: {} as never },
      { topic, value: 'x', headers: { n: 5 as never } },
      { topic, value: 'x', headers: { u: undefined as never } },
      { topic, value: Buffer.alloc(2_000_000) },
    ]
    const records = bad.flatMap((record, index) => [record, { topic, key: 'good', value: `good/${index}` }])
    const results = await withProducer({}, (producer) => producer.sendMany(records))
    expect(results.filter((_, index) => index % 2 === 0).map((result) => result.status)).toEqual(
      bad.map(() => 'rejected'),
    )
    expect(
      results
        .filter((_, index) => index % 2 === 0)
        .map((result) => (result.status === 'delivered' ? '' : result.error?.code)),
    ).toEqual([
      'INVALID_RECORD_INPUT',
      'INVALID_PARTITION',
      'INVALID_RECORD_INPUT',
      'INVALID_RECORD_INPUT',
      'INVALID_RECORD_INPUT',
      'INVALID_RECORD_INPUT',
      'RECORD_TOO_LARGE',
    ])
    const log = await readTopic(getCluster().brokers, topic)
    expect(log.map(({ value }) => value)).toEqual(bad.map((_, index) => `good/${index}`))
  })

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'writes %s batches that brokers accept',
    async (compressionType) => {
      const topic = await createTopic(1)
      const receipts = await withProducer({ compressionType }, (producer) =>
        Promise.all(
          Array.from({ length: 200 }, (_, i) =>
            producer.send({ topic, key: 'k', value: `${'text '.repeat(20)}${i}` }),
          ),
        ),
      )
      expect(receipts.map(({ offset }) => offset)).toEqual(Array.from({ length: 200 }, (_, i) => BigInt(i)))
    },
  )

  it('carries keys, tombstones, headers and timestamps', async () => {
    const topic = await createTopic(1)
    await withProducer({}, async (producer) => {
      await producer.send({
        topic,
        key: '',
        value: null,
        headers: [
          ['a', '1'],
          ['a', '2'],
        ],
        timestamp: 1_700_000_000_000,
      })
      await producer.send({ topic, value: Buffer.from([0, 255]), headers: { ümlaut: 'ja', none: null } })
    })
    const [tombstone, bytes] = await readTopic(getCluster().brokers, topic)
    expect(tombstone).toMatchObject({ key: '', value: null, headers: { a: '1,2' } })
    expect(bytes).toMatchObject({ key: null, headers: { ümlaut: 'ja' } })
  })
}
