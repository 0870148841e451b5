import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Producer, ProducerTuning, Transaction } from '../src/index.ts'
import { committedValues } from './committed-values.ts'
import { producersUnderTest, until } from './producers.ts'

const id = 't1'

describe('the end of a transaction', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({
      topics: { orders: { partitions: 3 }, input: {} },
      config: { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': 10 },
    })
  })
  afterEach(() => kafka.close())

  const transactional = (tuning: ProducerTuning = {}): Producer =>
    producerFor(kafka, { transactionalId: id, ...tuning })

  const committed = (topic = 'orders'): Promise<readonly string[]> => committedValues(kafka, topic)

  const sendIn = (tx: Transaction, value: string, partition = 0): Promise<unknown> =>
    tx.send({ topic: 'orders', partition, value })
  const send = (producer: Producer, ...values: string[]): Promise<unknown> =>
    producer.transaction((tx) => Promise.all(values.map((value) => sendIn(tx, value))))

  describe('is unknown', () => {
    it('when the commit was written and nobody answered in time; the next call finds out and goes on', async () => {
      const producer = transactional({ maxBlockMs: 1000 })
      await send(producer, 'a')
      kafka.faults.on('EndTxn').loseResponse().always()
      await expect(send(producer, 'b')).rejects.toMatchObject({
        code: 'TRANSACTION_UNKNOWN',
        retriable: false,
      })
      kafka.faults.clear()
      await send(producer, 'c')
      expect(await committed()).toEqual(['a', 'b', 'c'])
    })

    it('when no coordinator read the commit; then it was none', async () => {
      const producer = transactional({ maxBlockMs: 1000 })
      kafka.faults.on('EndTxn').loseRequest().always()
      await expect(send(producer, 'a')).rejects.toMatchObject({ code: 'TRANSACTION_UNKNOWN' })
      kafka.faults.clear()
      await send(producer, 'b')
      expect(await committed()).toEqual(['b'])
    })

    it('when a younger producer came before the answer; and then the older one is fenced', async () => {
      const older = transactional()
      kafka.faults.on('EndTxn').loseResponse()
      const gate = kafka.faults.on('EndTxn').hold()
      const running = send(older, 'a')
      await gate.reached
      await send(transactional(), 'b')
      gate.release()
      await expect(running).rejects.toMatchObject({
        code: 'TRANSACTION_UNKNOWN',
        cause: { code: 'PRODUCER_FENCED' },
      })
      await expect(send(older, 'c')).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
      expect(await committed()).toEqual(['a', 'b'])
    })
  })

  it('is unknown, and leaves a younger producer alone that came before the older one could ask again', async () => {
    const older = transactional({ maxBlockMs: 1000, transactionTimeoutMs: 100 })
    const fault = kafka.faults.on('EndTxn').loseResponse().always()
    await expect(send(older, 'a')).rejects.toMatchObject({ code: 'TRANSACTION_UNKNOWN' })
    fault.lift()
    const younger = transactional()
    await younger.ready({ timeoutMs: 2000 })
    await expect(send(older, 'b')).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
    await send(younger, 'c')
    expect(await committed()).toEqual(['a', 'c'])
  })

  it('is an abort when the coordinator never took the commit', async () => {
    // Whatever the jitter: the second attempt has 300 ms for its answer at least, and there is no third.
    const producer = transactional({ maxBlockMs: 2000, retryBackoffMs: 1400, retryBackoffMaxMs: 1400 })
    kafka.faults.on('EndTxn').reply('COORDINATOR_LOAD_IN_PROGRESS').always()
    await expect(send(producer, 'a')).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED', retriable: true })
    await expect(send(producer, 'b')).rejects.toMatchObject({ code: 'NOT_READY', retriable: true })
    kafka.faults.clear()
    await send(producer, 'c')
    expect(await committed()).toEqual(['c'])
  })

  describe('is the work of the coordinator after transactionTimeoutMs', () => {
    const timedOut = async (): Promise<void> => {
      await until(() => kafka.txn(id).state === 'CompleteAbort')
    }
    const later = {
      'the commit': () => Promise.resolve(),
      'a send': (tx: Transaction) => sendIn(tx, 'b'),
      'a send to another partition': (tx: Transaction) => sendIn(tx, 'b', 1),
      'a commit of offsets': (tx: Transaction) =>
        tx.commitConsumed({ group: 'g', consumed: [{ topic: 'input', partition: 0, offset: 1n }] }),
      'a throw': () => Promise.reject(new Error('own')),
    }

    it.each(Object.entries(later))(
      'and %s hears of it, and the next transaction works',
      async (name, then) => {
        const producer = transactional({ transactionTimeoutMs: 400 })
        const running = producer.transaction(async (tx) => {
          await sendIn(tx, 'a')
          await timedOut()
          await then(tx)
        })
        if (name === 'a throw') {
          await expect(running).rejects.toMatchObject({
            message: 'own',
            abortFailure: { code: 'TRANSACTION_ABORTED' },
          })
        } else {
          await expect(running).rejects.toMatchObject({
            code: 'TRANSACTION_ABORTED',
            retriable: true,
            message: expect.stringContaining('transactionTimeoutMs'),
          })
        }
        await send(producer, 'c', 'd')
        await send(producer, 'e')
        expect(await committed()).toEqual(['c', 'd', 'e'])
      },
    )

    it('but a younger producer that came since then stays the one', async () => {
      const older = transactional({ transactionTimeoutMs: 400 })
      const younger = transactional()
      await expect(
        older.transaction(async (tx) => {
          await sendIn(tx, 'a')
          await timedOut()
          await send(younger, 'b')
        }),
      ).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' })
      for (let i = 0; i < 2; i++)
        await expect(send(older, 'c')).rejects.toMatchObject({ code: 'PRODUCER_FENCED' })
      await send(younger, 'd')
      expect(await committed()).toEqual(['b', 'd'])
    })
  })

  describe('is fenced by a younger producer', () => {
    const fencedWhile = (then: (tx: Transaction) => Promise<unknown>): Promise<unknown> =>
      transactional().transaction(async (tx) => {
        await sendIn(tx, 'a')
        await send(transactional(), 'b')
        await then(tx)
      })

    it.each([
      ['the commit', () => Promise.resolve()],
      ['a send', (tx: Transaction) => sendIn(tx, 'c')],
      ['a send to another partition', (tx: Transaction) => sendIn(tx, 'c', 1)],
      [
        'a commit of offsets',
        (tx: Transaction) =>
          tx.commitConsumed({ group: 'g', consumed: [{ topic: 'input', partition: 0, offset: 1n }] }),
      ],
    ])('and %s says so', async (_, then) => {
      await expect(fencedWhile(then)).rejects.toMatchObject({ code: 'PRODUCER_FENCED', retriable: false })
      expect(await committed()).toEqual(['b'])
    })

    it('and an error of the work is not hidden by that', async () => {
      const own = new Error('own')
      await expect(fencedWhile(() => Promise.reject(own))).rejects.toBe(own)
      expect(own).toHaveProperty('abortFailure.code', 'PRODUCER_FENCED')
    })
  })

  it('keeps the error of the work when the abort fails', async () => {
    const producer = transactional({ maxBlockMs: 800 })
    kafka.faults.on('EndTxn').reply('COORDINATOR_NOT_AVAILABLE').always()
    const own = new Error('own')
    const running = producer.transaction(async (tx) => {
      await sendIn(tx, 'a')
      throw own
    })
    await expect(running).rejects.toBe(own)
    expect(own).toHaveProperty('abortFailure.code', 'COORDINATOR_NOT_AVAILABLE')
    kafka.faults.clear()
    await send(producer, 'b')
    expect(await committed()).toEqual(['b'])
  })

  describe('is safe from what is read late', () => {
    const hasty: ProducerTuning = { requestTimeoutMs: 100, deliveryTimeoutMs: 400 }

    it('a record of an aborted transaction is not in the next one', async () => {
      const producer = transactional(hasty)
      await send(producer, 'a')
      const late = kafka.faults.on('Produce').delayRequest(300)
      const stop = new AbortController()
      const running = producer.transaction((tx) => sendIn(tx, 'late'), { signal: stop.signal })
      await until(() => late.fired === 1)
      stop.abort()
      await expect(running).rejects.toMatchObject({ code: 'ABORTED' })
      await producer.transaction(async (tx) => {
        await sendIn(tx, 'b')
        await until(() => kafka.journal.count('Produce') >= 3)
      })
      await until(() => kafka.journal.count('Produce') >= 3)
      await send(producer, 'c')
      expect(await committed()).toEqual(['a', 'b', 'c'])
    })

    it('a commit that was asked for twice does not commit the next one', async () => {
      const producer = transactional(hasty)
      const late = kafka.faults.on('EndTxn').delayRequest(300)
      await send(producer, 'a')
      expect(late.fired).toBe(1)
      const own = new Error('own')
      await expect(
        producer.transaction(async (tx) => {
          await sendIn(tx, 'b')
          // The second answer was to the repeated request; the third request is the late one.
          await until(() => kafka.journal.count('EndTxn') >= 2)
          throw own
        }),
      ).rejects.toBe(own)
      await send(producer, 'c')
      expect(await committed()).toEqual(['a', 'c'])
    })
  })

  it('leaves records that were never written not sent, and says why', async () => {
    const producer = transactional({ maxRequestSize: 1000 })
    const gate = kafka.faults.on('AddPartitionsToTxn').hold()
    let results: unknown
    const running = producer.transaction(async (tx) => {
      const waiting = tx.sendMany([0, 1, 2].map((partition) => ({ topic: 'orders', partition, value: 'x' })))
      await gate.reached
      const tooLarge = tx.sendMany([{ topic: 'orders', value: 'x'.repeat(2000) }])
      const afterwards = tx.sendMany([{ topic: 'orders', value: 'y' }])
      results = (await Promise.all([waiting, tooLarge, afterwards])).flat()
    })
    await until(() => results !== undefined)
    gate.release()
    await expect(running).rejects.toMatchObject({
      code: 'TRANSACTION_ABORTED',
      retriable: false,
      cause: { code: 'RECORD_TOO_LARGE' },
    })
    const unwritten = {
      status: 'not-sent',
      error: { code: 'TRANSACTION_ABORTED', cause: { code: 'RECORD_TOO_LARGE' } },
    }
    expect(results).toMatchObject([
      unwritten,
      unwritten,
      unwritten,
      { status: 'rejected', error: { code: 'RECORD_TOO_LARGE' } },
      unwritten,
    ])
    expect(await kafka.records('orders')).toEqual([])
    await send(producer, 'ok')
    expect(await committed()).toEqual(['ok'])
  })

  it('raises the epoch after a gap, and counts all partitions from 0 under it', async () => {
    const renewed: unknown[] = []
    const producer = transactional({ hooks: { onProducerIdRenewed: (event) => renewed.push(event) } })
    await producer.transaction((tx) => Promise.all([sendIn(tx, 'a', 0), sendIn(tx, 'b', 1)]))
    kafka.faults.on('Produce').reply('INVALID_RECORD')
    await expect(send(producer, 'c')).rejects.toMatchObject({ code: 'INVALID_RECORD', outcome: 'rejected' })
    await producer.transaction((tx) => Promise.all([sendIn(tx, 'd', 0), sendIn(tx, 'e', 1)]))
    expect(kafka.txn(id).producerEpoch).toBe(1)
    expect(renewed).toMatchObject([
      { topic: 'orders', partition: 0, producerEpoch: 1, reason: 'INVALID_RECORD' },
      { topic: 'orders', partition: 1, producerEpoch: 1 },
    ])
    expect(await committed()).toEqual(['a', 'b', 'd', 'e'])
  })
})
