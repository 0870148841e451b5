import { describeProducers, errorCode } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { until, type BrokerBench, type FactTopic } from './broker-bench.ts'
import { makeBatch, someTimeMs } from './make-batch.ts'
import { missingTopic, produceTo } from './produce-to.ts'
import type { RawClient } from './raw-client.ts'
import { TransactionalProducer } from './transactional-producer.ts'

/** What a partition tells of the producers that it remembers. */
export function describeActiveProducers(getBench: () => BrokerBench): void {
  const ask = async (topic: FactTopic, partition = 0, client?: RawClient) => {
    const asked = client ?? (await getBench().leader(topic))
    const { topics } = await asked.send(describeProducers, 0, {
      topics: [{ name: topic.name, partitionIndexes: [partition] }],
    })
    expect(topics).toMatchObject([{ name: topic.name, partitions: [{ partitionIndex: partition }] }])
    return topics[0]!.partitions[0]!
  }
  const nothingOpen = { coordinatorEpoch: -1, currentTxnStartOffset: -1n }

  describe('DescribeProducers', () => {
    it('knows nobody where nobody wrote, nor who wrote without an id', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const nobody = { errorCode: 0, errorMessage: null, activeProducers: [] }
      expect(await ask(topic)).toMatchObject(nobody)
      await produceTo(bench, topic, makeBatch(['a']))
      expect(await ask(topic)).toMatchObject(nobody)
    })

    it('tells of an idempotent producer its epoch, its last sequence and its last time', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const producerId = await bench.producerId()
      const values = ['a', { value: 'b', timestamp: someTimeMs + 7 }, 'c']
      await produceTo(bench, topic, makeBatch(values, { producerId, producerEpoch: 0, baseSequence: 0 }))
      const [first] = (await ask(topic)).activeProducers
      const lastTimestamp = BigInt(someTimeMs + 7)
      expect(first).toEqual({ producerId, producerEpoch: 0, lastSequence: 2, lastTimestamp, ...nothingOpen })
      await produceTo(bench, topic, makeBatch(['d'], { producerId, producerEpoch: 3, baseSequence: 0 }))
      expect((await ask(topic)).activeProducers).toEqual([
        {
          producerId,
          producerEpoch: 3,
          lastSequence: 0,
          lastTimestamp: BigInt(someTimeMs),
          ...nothingOpen,
        },
      ])
    })

    it('tells where the open transaction of a producer begins, and of its end', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      await produceTo(bench, topic, makeBatch(['before it']))
      const producer = new TransactionalProducer(bench, bench.name('txn'))
      await producer.initPatiently()
      await producer.begin(topic)
      await producer.produce(topic, ['1'])
      await producer.produce(topic, ['2', '3'])
      const open = (await ask(topic)).activeProducers
      expect(open).toMatchObject([{ ...producer.identity, lastSequence: 2, currentTxnStartOffset: 1n }])
      expect(open[0]!.coordinatorEpoch).toBe(-1)
      await producer.finish(true)
      const [ended] = (await ask(topic)).activeProducers
      expect(ended).toMatchObject({ ...producer.identity, lastSequence: 2, currentTxnStartOffset: -1n })
      expect(ended!.coordinatorEpoch).toBeGreaterThanOrEqual(0)
      expect(ended!.lastTimestamp).toBeGreaterThanOrEqual(open[0]!.lastTimestamp)
    })

    it('is answered by every replica', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const producerId = await bench.producerId()
      await produceTo(bench, topic, makeBatch(['a'], { producerId, producerEpoch: 0, baseSequence: 0 }))
      for (const address of bench.cluster.brokers) {
        const client = await bench.client(address)
        const found = await until(`the producer on ${address}`, async () => {
          const answer = await ask(topic, 0, client)
          return answer.activeProducers.length > 0 ? answer : undefined
        })
        expect(found).toMatchObject({ errorCode: 0, activeProducers: [{ producerId, lastSequence: 0 }] })
      }
    })

    it('knows neither a missing topic nor a missing partition', async () => {
      const bench = getBench()
      const unknown = { errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, activeProducers: [] }
      expect(await ask(missingTopic(bench), 0, await bench.client())).toMatchObject(unknown)
      const topic = await bench.topic()
      expect(await ask(topic, 7)).toMatchObject(unknown)
    })
  })
}
