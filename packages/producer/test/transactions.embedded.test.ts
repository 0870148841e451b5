import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Producer, ProducerTuning } from '../src/index.ts'
import { committedValues } from './committed-values.ts'
import { producersUnderTest } from './producers.ts'

describe('Producer.transaction', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 3, topics: { orders: { partitions: 3 }, payments: {} } })
  })
  afterEach(() => kafka.close())

  const transactional = (tuning: ProducerTuning = {}): Producer =>
    producerFor(kafka, { transactionalId: 't1', ...tuning })

  const committed = (topic = 'orders'): Promise<readonly string[]> => committedValues(kafka, topic)

  const send = (producer: Producer, ...values: string[]): Promise<unknown> =>
    producer.transaction((tx) => Promise.all(values.map((value) => tx.send({ topic: 'orders', value }))))

  it('commits all records of all partitions and topics when the work returns, and gives its result', async () => {
    const producer = transactional()
    const result = await producer.transaction(async (tx) => {
      const receipts = await Promise.all(
        [0, 1, 2].map((partition) => tx.send({ topic: 'orders', partition, value: `o${partition}` })),
      )
      await tx.send({ topic: 'payments', value: 'p' })
      expect(await committed()).toEqual([])
      return receipts.map(({ offset }) => offset)
    })
    expect(result).toEqual([0n, 0n, 0n])
    expect(await committed()).toEqual(['o0', 'o1', 'o2'])
    expect(await committed('payments')).toEqual(['p'])
  })

  it.each([null, 5000, { signal: null }, { signal: { aborted: false } }])(
    'begins nothing with the options %o',
    async (given) => {
      // With a signal of null the call rejected, and the transaction went on and was committed.
      const producer = transactional()
      const running = producer.transaction(
        (tx) => tx.send({ topic: 'orders', value: 'a' }),
        given as unknown as undefined,
      )
      await expect(running).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
      await send(producer, 'b')
      expect(await committed()).toEqual(['b'])
    },
  )

  it('commits sends that the work did not await', async () => {
    const producer = transactional({ lingerMs: 50 })
    await producer.transaction((tx) => {
      void tx.send({ topic: 'orders', value: 'a' })
      return Promise.resolve()
    })
    expect(await committed()).toEqual(['a'])
  })

  it('runs many transactions, each under the same id and epoch', async () => {
    const producer = transactional()
    for (let i = 0; i < 10; i++) await send(producer, `a${i}`, `b${i}`)
    expect(await committed()).toHaveLength(20)
    expect(kafka.txn('t1').producerEpoch).toBe(0)
  })

  it('aborts when the work throws, and throws what the work threw', async () => {
    const producer = transactional()
    const thrown = new Error('no')
    const running = producer.transaction(async (tx) => {
      await tx.send({ topic: 'orders', value: 'a' })
      throw thrown
    })
    await expect(running).rejects.toBe(thrown)
    expect(await kafka.records('orders')).toHaveLength(1)
    expect(await committed()).toEqual([])
    await send(producer, 'b')
    expect(await committed()).toEqual(['b'])
  })

  it('asks in versions that add partitions by requests of their own, whatever brokers know', async () => {
    await send(transactional(), 'a')
    const apis = ['AddPartitionsToTxn', 'Produce', 'EndTxn']
    const asked = kafka.journal.entries.flatMap((entry) =>
      entry.kind === 'request' && apis.includes(entry.api ?? '') ? [[entry.api, entry.version]] : [],
    )
    expect(asked).toEqual([
      ['AddPartitionsToTxn', 3],
      ['Produce', 11],
      ['EndTxn', 4],
    ])
  })

  it('is fenced by a younger producer with the same id, and stays so', async () => {
    const older = transactional()
    await send(older, 'a')
    const younger = transactional()
    await send(younger, 'b')
    for (let i = 0; i < 2; i++) {
      await expect(send(older, 'c')).rejects.toMatchObject({ code: 'PRODUCER_FENCED', retriable: false })
    }
    await send(younger, 'd')
    expect(await committed()).toEqual(['a', 'b', 'd'])
  })
})
