import { endTxn, errorCode, fetch, readBatchHeader, splitBatches, type ResponseOf } from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { until, type BrokerBench, type FactTopic } from './broker-bench.ts'
import { fetchRequest, partitionsOf } from './fetch-from.ts'
import { TransactionalProducer, type ProducerIdentity } from './transactional-producer.ts'

type Ended = ResponseOf<typeof endTxn>

/** EndTxn in the version that raises the epoch with each transaction (KIP-890), whatever `transaction.version` is. */
export function describeEpochBumps(getBench: () => BrokerBench): void {
  const newProducer = async (): Promise<TransactionalProducer> => {
    const producer = new TransactionalProducer(getBench(), getBench().name('txn'))
    expect((await producer.initPatiently()).errorCode).toBe(0)
    return producer
  }
  const withOpen = async (topic: FactTopic): Promise<TransactionalProducer> => {
    const producer = await newProducer()
    await producer.begin(topic)
    expect(await producer.produce(topic, ['1', '2'])).toBe(0)
    return producer
  }
  const ask = async (
    producer: TransactionalProducer,
    committed: boolean,
    as: ProducerIdentity = producer.identity,
  ): Promise<Ended> => {
    const { transactionalId } = producer
    const coordinator = await producer.coordinator()
    return until('the markers', async () => {
      const answer = await coordinator.send(endTxn, 5, { transactionalId, ...as, committed })
      return answer.errorCode === errorCode.CONCURRENT_TRANSACTIONS ? undefined : answer
    })
  }
  const next = ({ producerId, producerEpoch }: ProducerIdentity): Ended & ProducerIdentity => ({
    throttleTimeMs: 0,
    errorCode: 0,
    producerId,
    producerEpoch: producerEpoch + 1,
  })
  const nobody = { producerId: -1n, producerEpoch: -1 }

  describe('EndTxn v5', () => {
    it.each([true, false])('gives the next epoch, and says so again (commit: %s)', async (commit) => {
      const producer = await withOpen(await getBench().topic())
      expect(await ask(producer, commit)).toEqual(next(producer.identity))
      expect(await ask(producer, commit)).toEqual(next(producer.identity))
      expect(await ask(producer, !commit)).toMatchObject({
        errorCode: errorCode.INVALID_TXN_STATE,
        ...nobody,
      })
    })

    it('writes markers of the next epoch, in which the sequence begins anew', async () => {
      const topic = await getBench().topic()
      const producer = await withOpen(topic)
      const old = producer.identity
      const { producerId, producerEpoch } = await ask(producer, true)
      await ask(producer, true)
      const client = await getBench().leader(topic)
      const answer = await client.send(fetch, 12, fetchRequest(topic, { offset: 2n }))
      const [marker] = splitBatches(partitionsOf(answer)[0]!.records!)
      expect(readBatchHeader(marker!)).toMatchObject({
        baseOffset: 2n,
        attributes: 0x30,
        producerId,
        producerEpoch,
      })
      expect(await producer.produce(topic, ['zombie'])).toBe(errorCode.INVALID_PRODUCER_EPOCH)
      expect(await producer.add(topic)).toEqual([errorCode.PRODUCER_FENCED])
      producer.identity = { producerId, producerEpoch }
      await producer.begin(topic)
      expect(await producer.produceAfresh(topic, ['3'], 9)).toBe(0)
      expect(await ask(producer, true)).toEqual(next({ ...old, producerEpoch: old.producerEpoch + 1 }))
    })

    it('lets a producer abort that has opened nothing, and not commit', async () => {
      const producer = await newProducer()
      expect(await ask(producer, true)).toMatchObject({ errorCode: errorCode.INVALID_TXN_STATE, ...nobody })
      expect(await ask(producer, false)).toEqual(next(producer.identity))
    })

    it.each([true, false])(
      'lets a producer abort between transactions (after a commit: %s)',
      async (commit) => {
        const producer = await withOpen(await getBench().topic())
        const { producerId, producerEpoch } = await ask(producer, commit)
        const second = { producerId, producerEpoch }
        expect(await ask(producer, false, second)).toEqual(next(second))
      },
    )

    it('knows neither strangers nor other ids and epochs', async () => {
      const producer = await withOpen(await getBench().topic())
      const { producerId, producerEpoch } = producer.identity
      const stranger = new TransactionalProducer(getBench(), getBench().name('txn'))
      expect(await ask(stranger, true, producer.identity)).toMatchObject({
        errorCode: errorCode.INVALID_PRODUCER_ID_MAPPING,
        ...nobody,
      })
      expect(await ask(producer, true, { producerId: producerId + 5000n, producerEpoch })).toMatchObject({
        errorCode: errorCode.INVALID_PRODUCER_ID_MAPPING,
      })
      for (const epoch of [producerEpoch + 1, producerEpoch + 7]) {
        expect(await ask(producer, true, { producerId, producerEpoch: epoch })).toMatchObject({
          errorCode: errorCode.PRODUCER_FENCED,
          ...nobody,
        })
      }
    })
  })
}
