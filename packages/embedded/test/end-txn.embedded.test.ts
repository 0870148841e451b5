import { ManualClock } from '@headwater/base'
import {
  deleteTopics,
  errorCode,
  findCoordinator,
  decodeControlRecord,
  endTxn,
  isControlBatch,
} from '@headwater/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'
import { RawProducer } from './raw-producer.ts'
import { TransactionBench, committed, idOf } from './transaction-bench.ts'

/** Transactions on the wire, as Kafka has them with `transaction.version` 1. */
let bench: TransactionBench

beforeAll(async () => {
  bench = await TransactionBench.start()
})
afterEach(() => bench.kafka.faults.clear())
afterAll(() => bench.close())

describe('EndTxn', () => {
  it('answers before the markers are written', async () => {
    const producer = await bench.withOpen(bench.newTopic(), ['1'])
    const gate = bench.kafka.txn(producer.transactionalId).holdMarkers()
    expect(await producer.end(true)).toBe(0)
    expect(bench.kafka.txn(producer.transactionalId).state).toBe('PrepareCommit')
    expect(await producer.end(true)).toBe(errorCode.CONCURRENT_TRANSACTIONS)
    expect(await producer.end(false)).toBe(errorCode.INVALID_TXN_STATE)
    gate.release()
    await bench.settled(producer, 'CompleteCommit')
  })

  it.each([true, false])('may be repeated, and not be turned round (commit: %s)', async (commit) => {
    const producer = await bench.withOpen(bench.newTopic(), ['1'])
    await bench.end(producer, commit)
    expect(await producer.end(commit)).toBe(0)
    expect(await producer.end(!commit)).toBe(errorCode.INVALID_TXN_STATE)
  })

  it('has nothing to end in a new producer', async () => {
    const producer = await bench.newProducer()
    expect(await producer.end(true)).toBe(errorCode.INVALID_TXN_STATE)
    expect(await producer.end(false)).toBe(errorCode.INVALID_TXN_STATE)
    expect(await bench.stranger().end(true)).toBe(errorCode.INVALID_PRODUCER_ID_MAPPING)
  })

  it('writes a marker to each partition, with records or without; it takes an offset', async () => {
    const topic = bench.newTopic(2)
    const producer = await bench.newProducer()
    await producer.add(topic, [0, 1])
    await producer.produce(topic, ['1', '2'])
    await bench.end(producer, true)
    expect([0, 1].map((index) => bench.kafka.partition(topic, index).endOffset)).toEqual([3n, 1n])
    const { batches } = await bench.fetchFrom(topic, 2n, committed)
    const { header, records } = batches[0]!
    expect(isControlBatch(header)).toBe(true)
    expect(header).toMatchObject({ ...idOf(producer), baseSequence: -1, attributes: 0x30, recordCount: 1 })
    expect(decodeControlRecord(records[0]!)).toEqual({ type: 'commit', coordinatorEpoch: 0 })
  })

  it('gives a partition that nobody leads its marker when somebody does', async () => {
    await using cluster = await startKafka({
      brokers: 2,
      topics: { t: { replicationFactor: 1, partitions: 2 } },
      config: { 'transaction.state.log.num.partitions': 1 },
    })
    using one = await RawClient.open(cluster.broker(1).port)
    await one.send(findCoordinator, 4, { keyType: 1, coordinatorKeys: ['x'] })
    const producer = new RawProducer(one, 'x')
    await producer.init()
    await producer.add('t', [0, 1])
    await cluster.broker(2).stop()
    expect(await producer.end(true)).toBe(0)
    await expect.poll(() => cluster.partition('t', 0).endOffset, { interval: 2 }).toBe(1n)
    expect(cluster.txn('x').state).toBe('PrepareCommit')
    await cluster.broker(2).start()
    await expect.poll(() => cluster.txn('x').state, { interval: 2 }).toBe('CompleteCommit')
    expect(cluster.partition('t', 1).endOffset).toBe(1n)
  })

  it('goes on where a topic of the transaction was deleted', async () => {
    await using cluster = await startKafka({ topics: { gone: {} } })
    using one = await RawClient.open(cluster.broker(1).port)
    await one.send(findCoordinator, 4, { keyType: 1, coordinatorKeys: ['x'] })
    const producer = new RawProducer(one, 'x')
    await producer.init()
    await producer.add('gone')
    await one.send(deleteTopics, 5, { topicNames: ['gone'], timeoutMs: 1000 })
    expect(await producer.end(true)).toBe(0)
    await expect.poll(() => cluster.txn('x').state, { interval: 2 }).toBe('CompleteCommit')
  })

  it('answers a producer in v5 that repeats itself by its old epoch, while markers are held and afterwards', async () => {
    const producer = await bench.withOpen(bench.newTopic(), ['1'])
    const { transactionalId, producerId, producerEpoch } = producer
    const old = { transactionalId, producerId, producerEpoch }
    const end = (committed: boolean, changes = {}) =>
      bench.client.send(endTxn, 5, { ...old, committed, ...changes })
    const gate = bench.kafka.txn(transactionalId).holdMarkers()
    const raised = { errorCode: 0, producerId, producerEpoch: producerEpoch + 1 }
    expect(await end(true)).toMatchObject(raised)
    expect((await end(true)).errorCode).toBe(errorCode.CONCURRENT_TRANSACTIONS)
    expect((await end(false)).errorCode).toBe(errorCode.INVALID_TXN_STATE)
    expect((await end(true, { producerEpoch: producerEpoch + 1 })).errorCode).toBe(errorCode.PRODUCER_FENCED)
    gate.release()
    await bench.settled(producer, 'CompleteCommit')
    expect(await end(true)).toMatchObject(raised)
    expect((await end(false)).errorCode).toBe(errorCode.INVALID_TXN_STATE)
  })

  it('gives a new producer id in v5 when the epochs of the old one are used up', async () => {
    const producer = await bench.newProducer()
    const { transactionalId, producerId } = producer
    const lastEpoch = 32_766
    for (let epoch = 0; epoch < lastEpoch; epoch += 50) {
      const many = Array.from({ length: Math.min(50, lastEpoch - epoch) }, () => producer.init())
      await Promise.all(many)
    }
    // Aborting nothing raises the epoch, too.
    const request = { transactionalId, producerId, producerEpoch: lastEpoch, committed: false }
    const renewed = await bench.client.send(endTxn, 5, request)
    expect(renewed).toMatchObject({ errorCode: 0, producerEpoch: 0 })
    expect(renewed.producerId).not.toBe(producerId)
    await bench.settled(producer, 'CompleteAbort')
    expect(await bench.client.send(endTxn, 5, request)).toEqual(renewed)
    expect(bench.kafka.txn(transactionalId).producerEpoch).toBe(0)
  })

  it('keeps the sequence going over a commit', async () => {
    const topic = bench.newTopic()
    const producer = await bench.withOpen(topic, ['1', '2'])
    await bench.end(producer, true)
    await producer.add(topic)
    expect(await producer.produce(topic, ['3'])).toMatchObject({ errorCode: 0, baseOffset: 3n })
  })
})

describe('a transaction that takes too long', () => {
  const clock = new ManualClock(Date.now())
  let slow: EmbeddedKafka
  let other: RawClient

  beforeAll(async () => {
    slow = await startKafka({ clock, topics: { t: {} } })
    other = await RawClient.open(slow.broker(1).port)
    await other.send(findCoordinator, 4, { keyType: 1, coordinatorKeys: ['x'] })
  })
  afterAll(async () => {
    other[Symbol.dispose]()
    await slow.close()
    expect(clock.pendingTimers).toBe(0)
  })

  it('is aborted and fences its producer, when the coordinator next looks', async () => {
    const producer = new RawProducer(other, 'x')
    await producer.init(undefined, { timeoutMs: 12_000 })
    await producer.add('t')
    await producer.produce('t', ['late'])
    clock.advance(19_999)
    expect(slow.txn('x').state).toBe('Ongoing')
    clock.advance(1)
    await expect.poll(() => slow.txn('x').state, { interval: 2 }).toBe('CompleteAbort')
    expect(slow.txn('x').producerEpoch).toBe(1)
    expect(await producer.add('t')).toEqual([errorCode.PRODUCER_FENCED])
    expect((await producer.produce('t', ['zombie'])).errorCode).toBe(errorCode.INVALID_PRODUCER_EPOCH)
    const fenced = await producer.init({ producerId: producer.producerId, producerEpoch: 0 })
    expect(fenced.errorCode).toBe(errorCode.PRODUCER_FENCED)
    expect(await producer.init()).toMatchObject({ errorCode: 0, producerEpoch: 2 })
  })

  it('is left alone when it has ended in time', async () => {
    const producer = new RawProducer(other, 'in-time')
    await producer.init(undefined, { timeoutMs: 12_000 })
    await producer.add('t')
    await producer.end(true)
    await expect.poll(() => slow.txn('in-time').state, { interval: 2 }).toBe('CompleteCommit')
    clock.advance(60_000)
    expect(slow.txn('in-time')).toMatchObject({ state: 'CompleteCommit', producerEpoch: 0 })
  })

  it('has its markers later, when that was ordered', async () => {
    const producer = new RawProducer(other, 'delayed')
    await producer.init()
    await producer.add('t')
    const order = slow.txn('delayed').delayMarkers(300)
    await producer.end(true)
    clock.advance(299)
    expect((await producer.init()).errorCode).toBe(errorCode.CONCURRENT_TRANSACTIONS)
    expect(order.fired).toBe(1)
    clock.advance(1)
    await expect.poll(() => slow.txn('delayed').state, { interval: 2 }).toBe('CompleteCommit')
    slow.faults.assertSpent()
  })
})
