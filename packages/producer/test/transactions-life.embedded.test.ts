import { systemClock } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Producer, type ProducerTuning, type Transaction, LinkError } from '../src/index.ts'
import { committedValues } from './committed-values.ts'
import { producersUnderTest, until } from './producers.ts'

const id = 't1'

describe('a transactional producer', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ topics: { orders: { partitions: 3 }, input: {} } })
  })
  afterEach(() => kafka.close())

  const transactional = (tuning: ProducerTuning = {}): Producer =>
    producerFor(kafka, { transactionalId: id, ...tuning })
  const committed = (): Promise<readonly string[]> => committedValues(kafka, 'orders')
  const sendIn = (tx: Transaction, value: string, partition = 0): Promise<unknown> =>
    tx.send({ topic: 'orders', partition, value })
  const send = (producer: Producer, ...values: string[]): Promise<unknown> =>
    producer.transaction((tx) => Promise.all(values.map((value) => sendIn(tx, value))))

  it('writes in transactions only', async () => {
    const producer = transactional()
    const record = { topic: 'orders', value: 'x' }
    const refused = { code: 'TRANSACTION_REQUIRED', outcome: 'not-sent', retriable: false }
    await expect(producer.send(record)).rejects.toMatchObject(refused)
    expect(await producer.trySend(record)).toMatchObject({ status: 'not-sent', error: refused })
    expect(await producer.sendMany([record])).toMatchObject([{ error: refused }])
    expect(producer.post(record)).toBe(false)
    expect(kafka.journal.count('Produce')).toBe(0)
  })

  it('takes nothing into a transaction that has ended', async () => {
    const producer = transactional()
    let kept: Transaction | undefined
    await producer.transaction((tx) => sendIn((kept = tx), 'a'))
    const ended = { code: 'TRANSACTION_ENDED' }
    await expect(sendIn(kept!, 'b')).rejects.toMatchObject(ended)
    await expect(kept!.commitConsumed({ group: 'g', consumed: [] })).rejects.toMatchObject(ended)
    await producer.transaction(async (tx) => {
      await sendIn(tx, 'c')
      await expect(sendIn(kept!, 'd')).rejects.toMatchObject(ended)
    })
    expect(await committed()).toEqual(['a', 'c'])
  })

  it('has no transactions without an id', async () => {
    const producer = producerFor(kafka)
    await expect(send(producer, 'a')).rejects.toMatchObject({ code: 'TRANSACTIONS_OFF' })
  })

  it('asks nothing of anybody for a transaction that writes nothing, but for its id', async () => {
    const producer = transactional()
    expect(await producer.transaction(() => Promise.resolve(7))).toBe(7)
    for (const api of ['AddPartitionsToTxn', 'EndTxn']) expect(kafka.journal.count(api)).toBe(0)
    expect(kafka.journal.count('InitProducerId')).toBe(1)
  })

  it('runs one transaction at a time, in the order of the calls', async () => {
    const producer = transactional()
    const running: string[] = []
    await Promise.all(
      ['a', 'b', 'c'].map((value) =>
        producer.transaction(async (tx) => {
          running.push(`${value} begins`)
          await sendIn(tx, value)
          running.push(`${value} ends`)
        }),
      ),
    )
    expect(running).toEqual(['a', 'b', 'c'].flatMap((value) => [`${value} begins`, `${value} ends`]))
    expect(await committed()).toEqual(['a', 'b', 'c'])
  })

  it('lets a transaction wait for its turn no longer than maxBlockMs, so one inside of another fails', async () => {
    const producer = transactional({ maxBlockMs: 300 })
    await producer.ready()
    await producer.transaction(async (tx) => {
      await sendIn(tx, 'outer')
      await expect(send(producer, 'inner')).rejects.toMatchObject({
        code: 'TRANSACTION_BUSY',
        retriable: true,
      })
    })
    expect(await committed()).toEqual(['outer'])
  })

  it('is ready when it has the id of its transactional id', async () => {
    const producer = transactional()
    await producer.ready({ timeoutMs: 2000 })
    expect(kafka.txn(id)).toMatchObject({ state: 'Empty', producerEpoch: 0 })
    await send(producer, 'a')
    expect(kafka.txn(id).producerEpoch).toBe(0)
  })

  it('is not ready when it may not have the id, and says why', async () => {
    const lifting = kafka.deny({ transactionalId: id })
    const producer = transactional()
    await expect(producer.ready({ timeoutMs: 2000 })).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringContaining('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'),
    })
    await expect(send(producer, 'a')).rejects.toMatchObject({ code: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED' })
    lifting.lift()
    await send(producer, 'b')
    expect(await committed()).toEqual(['b'])
  })

  it('hears that its timeout is too long', async () => {
    const producer = transactional({ transactionTimeoutMs: 900_001 })
    await expect(send(producer, 'a')).rejects.toMatchObject({
      code: 'INVALID_TRANSACTION_TIMEOUT',
      retriable: false,
    })
  })

  it('gives up to begin when no coordinator can be had within maxBlockMs', async () => {
    // Long enough for an answer to come on a busy computer: it is the cause.
    const producer = transactional({ maxBlockMs: 2000 })
    const fault = kafka.faults.on('FindCoordinator').reply('COORDINATOR_NOT_AVAILABLE').always()
    await expect(send(producer, 'a')).rejects.toMatchObject({
      code: 'NOT_READY',
      retriable: true,
      cause: { code: 'COORDINATOR_NOT_AVAILABLE' },
    })
    fault.lift()
    await send(producer, 'b')
    expect(await committed()).toEqual(['b'])
  })

  describe('whose call is given up by its signal', () => {
    it('begins nothing when that was before', async () => {
      const producer = transactional()
      const options = { signal: AbortSignal.abort('why') }
      const running = producer.transaction((tx) => sendIn(tx, 'a'), options)
      await expect(running).rejects.toMatchObject({ code: 'ABORTED', cause: 'why' })
      expect(kafka.journal.count('InitProducerId')).toBe(0)
    })

    it('leaves at once while it waits for its turn, or for its id', async () => {
      const producer = transactional()
      const gate = kafka.faults.on('InitProducerId').hold()
      const stop = new AbortController()
      const first = producer.transaction((tx) => sendIn(tx, 'a'), { signal: stop.signal })
      const second = producer.transaction((tx) => sendIn(tx, 'b'), { signal: stop.signal })
      await gate.reached
      stop.abort()
      await expect(first).rejects.toMatchObject({ code: 'ABORTED' })
      await expect(second).rejects.toMatchObject({ code: 'ABORTED' })
      gate.release()
      await send(producer, 'c')
      expect(await committed()).toEqual(['c'])
    })

    it('aborts in the middle of the work, which cannot write any more', async () => {
      const producer = transactional()
      const stop = new AbortController()
      const working = Promise.withResolvers<unknown>()
      const running = producer.transaction(
        async (tx) => {
          await sendIn(tx, 'a')
          stop.abort()
          await new Promise((resolve) => setImmediate(resolve))
          working.resolve(await sendIn(tx, 'b').catch((error: unknown) => error))
        },
        { signal: stop.signal },
      )
      await expect(running).rejects.toMatchObject({ code: 'ABORTED' })
      expect(await working.promise).toMatchObject({ code: 'TRANSACTION_ENDED' })
      expect(await kafka.records('orders')).toHaveLength(1)
      expect(await committed()).toEqual([])
    })

    it('commits when that comes too late', async () => {
      const producer = transactional()
      const gate = kafka.faults.on('EndTxn').holdBeforeReply()
      const stop = new AbortController()
      const running = producer.transaction((tx) => sendIn(tx, 'a'), { signal: stop.signal })
      await gate.reached
      stop.abort()
      gate.release()
      await running
      expect(await committed()).toEqual(['a'])
    })
  })

  describe('that is closed', () => {
    it('aborts the transaction whose work goes on, and lets nobody wait', async () => {
      const producer = transactional()
      const never = new Promise<never>(() => undefined)
      const running = producer.transaction(async (tx) => {
        await sendIn(tx, 'a')
        await never
      })
      const waiting = send(producer, 'b')
      await until(() => kafka.journal.count('Produce') === 1)
      const closed = { code: 'PRODUCER_CLOSED' }
      const refused = [running, waiting].map((one) => expect(one).rejects.toMatchObject(closed))
      expect(await producer.close({ timeoutMs: 2000 })).toEqual({ undelivered: [] })
      await Promise.all(refused)
      await until(() => kafka.txn(id).state === 'CompleteAbort')
      expect(await committed()).toEqual([])
      await expect(send(producer, 'c')).rejects.toMatchObject(closed)
    })

    it('finishes the commit that is under way', async () => {
      const producer = transactional()
      const gate = kafka.faults.on('EndTxn').hold()
      const running = send(producer, 'a')
      await gate.reached
      const closing = producer.close({ timeoutMs: 2000 })
      gate.release()
      await running
      await closing
      expect(await committed()).toEqual(['a'])
    })

    it('does not wait for a coordinator longer than it is given', async () => {
      const producer = transactional()
      const gate = kafka.faults.on('EndTxn').hold()
      const running = send(producer, 'a')
      await gate.reached
      const [, reason] = await Promise.all([
        producer.close({ timeoutMs: 100 }),
        running.catch((error: unknown) => error),
      ])
      expect(reason).toMatchObject({ code: 'TRANSACTION_UNKNOWN' })
      gate.release()
    })

    it('ends a transaction that could not be ended before', async () => {
      const producer = transactional({ maxBlockMs: 500 })
      // What a first transaction begins with, connections and numbers, must not use up the time of this one.
      await send(producer, 'before')
      const fault = kafka.faults.on('EndTxn').reply('COORDINATOR_LOAD_IN_PROGRESS').always()
      await expect(send(producer, 'a')).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' })
      fault.lift()
      await producer.close({ timeoutMs: 2000 })
      await until(() => kafka.txn(id).state === 'CompleteAbort')
    })
  })

  describe('commits what was consumed', () => {
    const offsets = async (group: string): Promise<bigint | undefined> => {
      const { Kafka, logLevel } = await import('kafkajs')
      const brokers = kafka.bootstrapServers.split(',')
      const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
      await admin.connect()
      const [found] = await admin.fetchOffsets({ groupId: group, topics: ['input'] })
      await admin.disconnect()
      return BigInt(found!.partitions[0]!.offset)
    }

    it('one after the newest of each partition, with the transaction', async () => {
      const producer = transactional()
      const consumed = [
        { topic: 'input', partition: 0, offset: '41' },
        { topic: 'input', partition: 0, offset: 9_007_199_254_740_993n },
        { topic: 'input', partition: 0, offset: 7n },
      ]
      await producer.transaction(async (tx) => {
        await tx.commitConsumed({ group: 'g', consumed })
        await tx.commitConsumed({ group: 'other', consumed: consumed.slice(0, 1) })
        await tx.commitConsumed({ group: 'other', consumed: consumed.slice(0, 1) })
      })
      expect(await offsets('g')).toBe(9_007_199_254_740_994n)
      expect(await offsets('other')).toBe(42n)
      expect(kafka.journal.count('AddOffsetsToTxn')).toBe(2)
    })

    it('or not, with the transaction', async () => {
      const producer = transactional()
      const running = producer.transaction(async (tx) => {
        await tx.commitConsumed({ group: 'g', consumed: [{ topic: 'input', partition: 0, offset: '41' }] })
        throw new Error('no')
      })
      await expect(running).rejects.toThrow('no')
      await until(() => kafka.txn(id).state === 'CompleteAbort')
      expect(await offsets('g')).toBe(-1n)
    })

    it.each([
      [{ group: '' }, /group must be/],
      [{ consumed: 'x' }, /consumed must be a list/],
      [{ consumed: [{ topic: '', partition: 0, offset: 1n }] }, /has no topic/],
      [{ consumed: [{ topic: 'input', partition: -1, offset: 1n }] }, /has the partition -1/],
      [
        { consumed: [{ topic: 'input', partition: 0, offset: '1.5' }] },
        /must be a bigint or digits, not 1.5/,
      ],
      [{ consumed: [{ topic: 'input', partition: 0, offset: 5 }] }, /must be a bigint or digits, not 5/],
      [{ consumed: [{ topic: 'input', partition: 0, offset: -1n }] }, /is -1, which no record has/],
      [{ consumed: [{ topic: 'input', partition: 0, offset: 2n ** 63n }] }, /which no record has/],
      [{ groupMetadata: { memberId: 'm' } }, /groupMetadata must have/],
    ])('unless it is no offset (%#)', async (wrong, message) => {
      const producer = transactional()
      const right = { group: 'g', consumed: [{ topic: 'input', partition: 0, offset: 1n }] }
      const running = producer.transaction(async (tx) => {
        await tx.commitConsumed({ ...right, ...wrong } as never)
      })
      await expect(running).rejects.toMatchObject({
        code: 'INVALID_OFFSETS',
        message: expect.stringMatching(message),
      })
    })
  })

  describe('forgets a topic that nobody used for long', () => {
    const forgetful = (): { readonly producer: Producer; readonly pass: () => Promise<void> } => {
      let passedMs = 0
      const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + passedMs }
      const producer = transactional({ clock, metadataMaxAgeMs: 10 })
      const pass = async (): Promise<void> => {
        passedMs += 400_000
        const asked = kafka.journal.count('Metadata')
        await until(() => kafka.journal.count('Metadata') > asked + 2)
      }
      return { producer, pass }
    }

    it('between two transactions, and counts anew under a higher epoch', async () => {
      const { producer, pass } = forgetful()
      await send(producer, 'a')
      await pass()
      await pass()
      await send(producer, 'b')
      expect(kafka.txn(id).producerEpoch).toBe(1)
      expect(await committed()).toEqual(['a', 'b'])
    })

    it('in the middle of one, and does so at its end', async () => {
      const { producer, pass } = forgetful()
      await producer.transaction(async (tx) => {
        await sendIn(tx, 'a')
        await pass()
        await pass()
        await sendIn(tx, 'b')
      })
      expect(kafka.txn(id).producerEpoch).toBe(0)
      await send(producer, 'c')
      expect(kafka.txn(id).producerEpoch).toBe(1)
      expect(await committed()).toEqual(['a', 'b', 'c'])
    })
  })

  it('says that a broker has no transactions', async () => {
    const links = {
      seeds: () => Promise.resolve([{ host: '127.0.0.1', port: 1 }]),
      open: () =>
        Promise.reject(
          new LinkError('LINK_UNSUPPORTED_API', 'no version of FindCoordinator', { sent: false }),
        ),
      close: () => Promise.resolve(),
    }
    const { createProducer } = await import('../src/index.ts')
    await using producer = createProducer({ links, transactionalId: id })
    await expect(send(producer, 'a')).rejects.toMatchObject({
      code: 'LINK_UNSUPPORTED_API',
      retriable: false,
    })
  })
})
