import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import {
  createProducer,
  type Producer,
  type ProducerIdRenewed,
  type ProducerTuning,
} from '@headwater/producer'
import { createTopics, describeProducers, metadata } from '@headwater/protocol'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BrokerBench } from '../src/broker/broker-bench.ts'
import { readTopic } from '../src/index.ts'

const possible = await canStartRealKafka()
const topic = 'orders'
const patience = { timeout: 60_000, interval: 200 }
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => String(from + i))

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible)('idempotence without end, on real brokers', () => {
  let kafka: RealKafka | undefined
  let renewed: ProducerIdRenewed[]

  afterEach(async () => {
    await kafka?.close()
    kafka = undefined
  })

  const brokersOf = ({ bootstrapServers }: RealKafka): string[] => bootstrapServers.split(',')

  /** Makes the topic on these replicas, and gives a bench on a broker that stays. */
  const benchOn = async (cluster: RealKafka, replicas: readonly number[]): Promise<BrokerBench> => {
    const bench = new BrokerBench({
      name: 'real',
      brokers: brokersOf(cluster).slice(-1),
      replicationFactor: 1,
    })
    const client = await bench.client()
    const { topics } = await client.send(createTopics, 7, {
      topics: [
        {
          name: topic,
          numPartitions: -1,
          replicationFactor: -1,
          assignments: [{ partitionIndex: 0, brokerIds: [...replicas] }],
          configs: [],
        },
      ],
    })
    expect(topics).toMatchObject([{ errorCode: 0 }])
    await vi.waitUntil(async () => (await partition(bench))?.isrNodes.length === replicas.length, patience)
    return bench
  }
  const partition = async (bench: BrokerBench) => {
    const { topics } = await (await bench.client()).send(metadata, 12, { topics: [{ name: topic }] })
    return topics[0]!.partitions[0]
  }

  /** Each record in a batch of its own. */
  const producerFor = (cluster: RealKafka, tuning: ProducerTuning = {}): Producer => {
    renewed = []
    return createProducer({
      connection: { brokers: brokersOf(cluster) },
      batchSize: 0,
      ...tuning,
      hooks: { onProducerIdRenewed: (event) => void renewed.push(event) },
    })
  }
  const send = async (producer: Producer, values: readonly string[]): Promise<Set<string>> => {
    const results = await producer.sendMany(values.map((value) => ({ topic, partition: 0, value })))
    return new Set(results.map(({ status }) => status))
  }
  const delivered = new Set(['delivered'])

  it('goes on where brokers have forgotten a producer that was silent', async () => {
    kafka = await startRealKafka({
      config: { 'producer.id.expiration.ms': '1500', 'producer.id.expiration.check.interval.ms': '300' },
    })
    const bench = await benchOn(kafka, [0])
    const client = await bench.client()
    await using producer = producerFor(kafka)
    for (const round of [0, 1]) {
      expect(await send(producer, numbers(10 * round, 10 * round + 10))).toEqual(delivered)
      await vi.waitUntil(async () => {
        const { topics } = await client.send(describeProducers, 0, {
          topics: [{ name: topic, partitionIndexes: [0] }],
        })
        return topics[0]!.partitions[0]!.activeProducers.length === 0
      }, patience)
    }
    expect(await send(producer, numbers(20, 30))).toEqual(delivered)
    await bench.close()
    const log = await readTopic(brokersOf(kafka), topic)
    expect(log.map(({ value }) => value)).toEqual(numbers(0, 30))
    expect(renewed).toEqual([])
  }, 120_000)

  it('goes on under the next epoch, in order, when an unclean election has cut the log', async () => {
    kafka = await startRealKafka({
      nodes: 3,
      controller: 'own-process',
      config: { 'unclean.leader.election.enable': 'true', 'min.insync.replicas': '1' },
    })
    const cluster = kafka
    const bench = await benchOn(cluster, [0, 1])
    await using producer = producerFor(cluster, { requestTimeoutMs: 3000 })
    expect(await send(producer, numbers(0, 10))).toEqual(delivered)
    await cluster.kill(1)
    await vi.waitUntil(async () => (await partition(bench))?.isrNodes.length === 1, patience)
    expect(await send(producer, numbers(10, 20))).toEqual(delivered)
    // The only broker that has these ten goes, and one that has not comes back and leads.
    await cluster.kill(0)
    const sent = send(producer, numbers(20, 40))
    await cluster.start(1)
    await vi.waitUntil(async () => (await partition(bench))?.leaderId === 1, patience)
    expect(await sent).toEqual(delivered)
    await bench.close()
    const log = await readTopic(brokersOf(cluster), topic)
    expect(log.map(({ value }) => value)).toEqual([...numbers(0, 10), ...numbers(20, 40)])
    expect(renewed).toMatchObject([{ reason: 'OUT_OF_ORDER_SEQUENCE_NUMBER', producerEpoch: 1 }])
  }, 240_000)
})
