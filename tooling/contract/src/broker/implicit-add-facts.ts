import { errorCode, listOffsets } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { until, type BrokerBench, type FactTopic } from './broker-bench.ts'
import { TransactionalProducer } from './transactional-producer.ts'

/** The first version of Produce that adds its partition to the transaction itself (KIP-890). */
const addsSince = 12
const readCommitted = 1
const readUncommitted = 0

/** Records that come without AddPartitionsToTxn, in a version that needs none, whatever `transaction.version` is. */
export function describeImplicitAdds(getBench: () => BrokerBench): void {
  const newProducer = async (): Promise<TransactionalProducer> => {
    const producer = new TransactionalProducer(getBench(), getBench().name('txn'))
    expect((await producer.initPatiently()).errorCode).toBe(0)
    return producer
  }
  const endOf = async (topic: FactTopic, isolationLevel: number): Promise<bigint> => {
    const topics = [{ name: topic.name, partitions: [{ partitionIndex: 0, timestamp: -1n }] }]
    const body = { replicaId: -1, isolationLevel, topics }
    return (await (await getBench().leader(topic)).send(listOffsets, 7, body)).topics[0]!.partitions[0]!
      .offset
  }
  /** Where records of open transactions begin, and where the log ends. */
  const ends = async (topic: FactTopic): Promise<bigint[]> => [
    await endOf(topic, readCommitted),
    await endOf(topic, readUncommitted),
  ]

  describe('Produce v12 to a partition that was not added', () => {
    it('opens a transaction', async () => {
      const topic = await getBench().topic()
      const producer = await newProducer()
      expect(await producer.produce(topic, ['1'], addsSince)).toBe(0)
      expect(await ends(topic)).toEqual([0n, 1n])
      await producer.finish(true)
      expect(await ends(topic)).toEqual([2n, 2n])
    })

    it('takes part in the transaction that is open', async () => {
      const [added, other] = [await getBench().topic(), await getBench().topic()]
      const producer = await newProducer()
      await producer.begin(added)
      expect(await producer.produce(added, ['1'], addsSince)).toBe(0)
      expect(await producer.produceAfresh(other, ['1'], addsSince)).toBe(0)
      expect(await ends(other)).toEqual([0n, 1n])
      await producer.finish(false)
      expect(await ends(added)).toEqual([2n, 2n])
      expect(await ends(other)).toEqual([2n, 2n])
    })

    it('waits for a transaction that is ending, and opens the next', async () => {
      const [first, next] = [await getBench().topic(), await getBench().topic()]
      const producer = await newProducer()
      expect(await producer.produce(first, ['1'], addsSince)).toBe(0)
      expect(await producer.end(true)).toBe(0)
      const code = await until('the markers', async () => {
        const answer = await producer.produceAfresh(next, ['1'], addsSince)
        return answer === errorCode.CONCURRENT_TRANSACTIONS ? undefined : answer
      })
      expect(code).toBe(0)
      expect(await ends(first)).toEqual([2n, 2n])
      expect(await ends(next)).toEqual([0n, 1n])
      await producer.finish(false)
      expect(await ends(next)).toEqual([2n, 2n])
    })
  })
}
