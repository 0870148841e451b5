import { addPartitionsToTxn, errorCode, findCoordinator, initProducerId } from '@headwater/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient } from './raw-client.ts'
import { RawProducer } from './raw-producer.ts'
import { TransactionBench, idOf } from './transaction-bench.ts'

/** Transactions on the wire, as Kafka has them with `transaction.version` 1. */
let bench: TransactionBench

beforeAll(async () => {
  bench = await TransactionBench.start()
})
afterEach(() => bench.kafka.faults.clear())
afterAll(() => bench.close())

describe('FindCoordinator', () => {
  it('spreads transactional ids over brokers, and every broker says the same', async () => {
    await using cluster = await startKafka({ brokers: 3 })
    using one = await RawClient.open(cluster.broker(1).port)
    using three = await RawClient.open(cluster.broker(3).port)
    const keys = Array.from({ length: 30 }, (_, at) => `tx-${at}`)
    const ask = async (from: RawClient): Promise<number[]> => {
      const answer = await from.send(findCoordinator, 4, { keyType: 1, coordinatorKeys: keys })
      return answer.coordinators.map(({ nodeId }) => nodeId)
    }
    const found = await ask(one)
    expect(new Set(found)).toEqual(new Set([1, 2, 3]))
    expect(await ask(three)).toEqual(found)
    expect(cluster.txn('tx-7').coordinator).toBe(found[7])
  })

  it('leads to the next broker when the coordinator stops, which knows the producer', async () => {
    await using cluster = await startKafka({ brokers: 2 })
    using one = await RawClient.open(cluster.broker(1).port)
    using two = await RawClient.open(cluster.broker(2).port)
    cluster.txn('x').moveCoordinator(2)
    const [old, other] = cluster.txn('x').coordinator === 1 ? [one, two] : [two, one]
    const producer = new RawProducer(old, 'x')
    await producer.init()
    expect((await new RawProducer(other, 'x').init()).errorCode).toBe(errorCode.NOT_COORDINATOR)
    await cluster.broker(cluster.txn('x').coordinator).stop()
    const again = new RawProducer(other, 'x')
    expect(await again.init()).toMatchObject({ producerId: producer.producerId, producerEpoch: 1 })
  })
})

describe('InitProducerId with a transactional id', () => {
  it('gives the same producer id each time, and the next epoch', async () => {
    const producer = bench.stranger()
    const first = await producer.init()
    expect(first).toMatchObject({ errorCode: 0, producerEpoch: 0 })
    expect(await producer.init()).toMatchObject({ producerId: first.producerId, producerEpoch: 1 })
  })

  it.each([0, -1, 900_001])('refuses a timeout of %i ms', async (timeoutMs) => {
    const answer = await bench.stranger().init(undefined, { timeoutMs })
    expect(answer).toMatchObject({ errorCode: errorCode.INVALID_TRANSACTION_TIMEOUT, producerId: -1n })
  })

  it('takes the longest timeout that is allowed', async () => {
    expect((await bench.stranger().init(undefined, { timeoutMs: 900_000 })).errorCode).toBe(0)
  })

  it('wants an id and an epoch together', async () => {
    const { INVALID_REQUEST } = errorCode
    expect((await bench.stranger().init({ producerId: 1n, producerEpoch: -1 })).errorCode).toBe(
      INVALID_REQUEST,
    )
    expect((await bench.stranger().init({ producerId: -1n, producerEpoch: 0 })).errorCode).toBe(
      INVALID_REQUEST,
    )
  })

  it('takes any id and epoch where the transactional id is new', async () => {
    const answer = await bench.stranger().init({ producerId: 777_777n, producerEpoch: 5 })
    expect(answer).toMatchObject({ errorCode: 0, producerEpoch: 0 })
    expect(answer.producerId).not.toBe(777_777n)
  })

  it('raises the epoch of who says what it has, and repeats itself for who asks again (KIP-360)', async () => {
    const producer = await bench.newProducer()
    const before = { producerId: producer.producerId, producerEpoch: 0 }
    expect(await producer.init(before)).toMatchObject({ errorCode: 0, producerEpoch: 1 })
    expect(await producer.init(before)).toMatchObject({ errorCode: 0, producerEpoch: 1 })
  })

  it('fences who has another producer id, or an epoch that is neither this nor the last one', async () => {
    const producer = await bench.newProducer()
    const { producerId } = producer
    for (let epoch = 0; epoch < 3; epoch++) await producer.init({ producerId, producerEpoch: epoch })
    const { PRODUCER_FENCED } = errorCode
    expect((await producer.init({ producerId, producerEpoch: 1 })).errorCode).toBe(PRODUCER_FENCED)
    expect((await producer.init({ producerId, producerEpoch: 4 })).errorCode).toBe(PRODUCER_FENCED)
    const other = { producerId: producerId + 1000n, producerEpoch: 3 }
    expect((await producer.init(other)).errorCode).toBe(PRODUCER_FENCED)
    expect((await producer.init({ producerId, producerEpoch: 3 })).producerEpoch).toBe(4)
  })

  it('tells of fencing as INVALID_PRODUCER_EPOCH before v4', async () => {
    const producer = await bench.newProducer()
    const other = { producerId: producer.producerId + 1000n, producerEpoch: 0 }
    expect((await producer.init(other, { version: 3 })).errorCode).toBe(errorCode.INVALID_PRODUCER_EPOCH)
  })

  it('gives a new id when the epochs are used up, also to who asks again', async () => {
    const producer = await bench.newProducer()
    for (let epoch = 0; epoch < 32766; epoch += 50) {
      const many = Array.from({ length: Math.min(50, 32766 - epoch) }, () => producer.init())
      await Promise.all(many)
    }
    expect(bench.kafka.txn(producer.transactionalId).producerEpoch).toBe(32766)
    const last = { producerId: producer.producerId, producerEpoch: 32766 }
    const renewed = await producer.init(last)
    expect(renewed).toMatchObject({ errorCode: 0, producerEpoch: 0 })
    expect(renewed.producerId).not.toBe(last.producerId)
    expect(await producer.init(last)).toMatchObject({ producerId: renewed.producerId, producerEpoch: 0 })
  })

  it('aborts what the producer before has left open, and lets the new one ask again', async () => {
    const topic = bench.newTopic()
    const old = await bench.withOpen(topic, ['lost'])
    const gate = bench.kafka.txn(old.transactionalId).holdMarkers()
    const next = new RawProducer(bench.client, old.transactionalId)
    expect((await next.init()).errorCode).toBe(errorCode.CONCURRENT_TRANSACTIONS)
    await gate.reached
    expect(bench.kafka.txn(old.transactionalId).state).toBe('PrepareAbort')
    expect((await next.init()).errorCode).toBe(errorCode.CONCURRENT_TRANSACTIONS)
    gate.release()
    await bench.settled(old, 'CompleteAbort')
    expect(await next.init()).toMatchObject({ producerId: old.producerId, producerEpoch: 2 })
    expect(await bench.valuesOf(topic, 'read_committed')).toEqual([])
    expect(await old.end(true)).toBe(errorCode.PRODUCER_FENCED)
    expect((await old.produce(topic, ['zombie'])).errorCode).toBe(errorCode.INVALID_PRODUCER_EPOCH)
  })
})

describe('AddPartitionsToTxn', () => {
  it.each([0, 1, 2, 3, 4, 5])('opens a transaction in v%i', async (version) => {
    const topic = bench.newTopic(2)
    const producer = await bench.newProducer()
    expect(await producer.add(topic, [0, 1], version)).toEqual([0, 0])
    expect(bench.kafka.txn(producer.transactionalId)).toMatchObject({
      state: 'Ongoing',
      partitions: [
        { topic, partition: 0 },
        { topic, partition: 1 },
      ],
    })
  })

  it('adds nothing when one partition is not there', async () => {
    const topic = bench.newTopic()
    const producer = await bench.newProducer()
    const { OPERATION_NOT_ATTEMPTED, UNKNOWN_TOPIC_OR_PARTITION } = errorCode
    expect(await producer.add(topic, [0, 9])).toEqual([OPERATION_NOT_ATTEMPTED, UNKNOWN_TOPIC_OR_PARTITION])
    expect(bench.kafka.txn(producer.transactionalId).state).toBe('Empty')
  })

  it('knows neither strangers nor other producer ids', async () => {
    const topic = bench.newTopic()
    const { INVALID_PRODUCER_ID_MAPPING } = errorCode
    expect(await bench.stranger().add(topic)).toEqual([INVALID_PRODUCER_ID_MAPPING])
    const producer = await bench.newProducer()
    producer.producerId += 1000n
    expect(await producer.add(topic)).toEqual([INVALID_PRODUCER_ID_MAPPING])
  })

  it('fences another epoch, in the words of its version', async () => {
    const topic = bench.newTopic()
    const producer = await bench.newProducer()
    producer.producerEpoch = 7
    expect(await producer.add(topic, [0], 2)).toEqual([errorCode.PRODUCER_FENCED])
    expect(await producer.add(topic, [0], 1)).toEqual([errorCode.INVALID_PRODUCER_EPOCH])
    expect(await producer.addOffsets('g', 2)).toBe(errorCode.PRODUCER_FENCED)
    expect(await producer.addOffsets('g', 1)).toBe(errorCode.INVALID_PRODUCER_EPOCH)
    expect(await producer.end(true, 2)).toBe(errorCode.PRODUCER_FENCED)
    expect(await producer.end(true, 1)).toBe(errorCode.INVALID_PRODUCER_EPOCH)
  })

  it('refuses an empty transactional id', async () => {
    const nobody = new RawProducer(bench.client, '')
    expect(await nobody.add(bench.newTopic())).toEqual([errorCode.INVALID_REQUEST])
    expect(await nobody.end(true)).toBe(errorCode.INVALID_REQUEST)
  })

  it('waits for the markers of the transaction before', async () => {
    const topic = bench.newTopic()
    const producer = await bench.withOpen(topic, ['1'])
    const gate = bench.kafka.txn(producer.transactionalId).holdMarkers()
    await producer.end(true)
    await gate.reached
    expect(await producer.add(topic)).toEqual([errorCode.CONCURRENT_TRANSACTIONS])
    expect(await producer.addOffsets('g')).toBe(errorCode.CONCURRENT_TRANSACTIONS)
    gate.release()
    await bench.settled(producer, 'CompleteCommit')
    expect(await producer.add(topic)).toEqual([0])
  })

  it('only looks when it is told to verify', async () => {
    const topic = bench.newTopic(2)
    const producer = await bench.newProducer()
    await producer.add(topic, [1])
    const { transactionalId, producerId, producerEpoch } = producer
    const topics = [{ name: topic, partitions: [0, 1] }]
    const answer = await bench.client.send(addPartitionsToTxn, 5, {
      transactions: [{ transactionalId, producerId, producerEpoch, verifyOnly: true, topics }],
    })
    const codes = answer.resultsByTransaction[0]!.topicResults[0]!.resultsByPartition
    expect(codes.map(({ partitionErrorCode }) => partitionErrorCode)).toEqual([
      errorCode.TRANSACTION_ABORTABLE,
      0,
    ])
    expect(bench.kafka.txn(transactionalId).partitions).toEqual([{ topic, partition: 1 }])
  })
})

describe('faults of transactions', () => {
  it('hit the producer with that transactional id', async () => {
    const [one, two] = [await bench.newProducer(), await bench.newProducer()]
    bench.kafka.faults
      .on('InitProducerId', { transactionalId: two.transactionalId })
      .reply('COORDINATOR_NOT_AVAILABLE')
    expect((await one.init()).errorCode).toBe(0)
    expect((await two.init()).errorCode).toBe(errorCode.COORDINATOR_NOT_AVAILABLE)
    bench.kafka.faults.assertSpent()
  })

  it('leave the others of the request out when one partition is refused', async () => {
    const topic = bench.newTopic(2)
    const producer = await bench.newProducer()
    bench.kafka.faults.on('AddPartitionsToTxn', { topic, partition: 1 }).reply('TOPIC_AUTHORIZATION_FAILED')
    expect(await producer.add(topic, [0, 1])).toEqual([
      errorCode.OPERATION_NOT_ATTEMPTED,
      errorCode.TOPIC_AUTHORIZATION_FAILED,
    ])
    expect(bench.kafka.txn(producer.transactionalId).state).toBe('Empty')
    expect(bench.kafka.journal.entries.at(-1)?.errorCodes).toEqual([
      errorCode.OPERATION_NOT_ATTEMPTED,
      errorCode.TOPIC_AUTHORIZATION_FAILED,
    ])
  })

  it('end a transaction whose answer is lost', async () => {
    const topic = bench.newTopic()
    using own = await RawClient.open(bench.kafka.broker(1).port)
    const producer = await bench.withOpen(topic, ['1'])
    bench.kafka.faults.on('EndTxn', { transactionalId: producer.transactionalId }).loseResponse()
    const cut = new RawProducer(own, producer.transactionalId)
    Object.assign(cut, idOf(producer))
    await expect(cut.end(true)).rejects.toThrow('hung up')
    await bench.settled(producer, 'CompleteCommit')
    expect(await producer.end(true)).toBe(0)
  })
})

describe('InitProducerId without a transactional id', () => {
  it('does not look at timeouts, ids and epochs', async () => {
    const answer = await bench.client.send(initProducerId, 5, {
      transactionalId: null,
      transactionTimeoutMs: 0,
      producerId: 3n,
      producerEpoch: 1,
    })
    expect(answer).toMatchObject({ errorCode: 0, producerEpoch: 0 })
  })
})
