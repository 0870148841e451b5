import { errorCode, fetch, listOffsets, produce, splitBatches } from '@headwater/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startKafka } from '../src/index.ts'
import { RawClient, makeBatch } from './raw-client.ts'
import { RawProducer } from './raw-producer.ts'
import { TransactionBench, committed, idOf } from './transaction-bench.ts'

/** Transactions on the wire, as Kafka has them with `transaction.version` 1. */
let bench: TransactionBench

beforeAll(async () => {
  bench = await TransactionBench.start()
})
afterEach(() => bench.kafka.faults.clear())
afterAll(() => bench.close())

describe('Produce in a transaction', () => {
  it('wants the partition to be added first', async () => {
    const topic = bench.newTopic(2)
    const producer = await bench.newProducer()
    const codeIn = async (version: number): Promise<number> =>
      (await producer.produce(topic, ['1'], { version })).errorCode
    expect(await codeIn(10)).toBe(errorCode.INVALID_TXN_STATE)
    expect(await codeIn(11)).toBe(errorCode.TRANSACTION_ABORTABLE)
    await producer.add(topic, [1])
    expect(await codeIn(10)).toBe(errorCode.INVALID_TXN_STATE)
    await producer.add(topic, [0])
    expect(await codeIn(10)).toBe(0)
  })

  it('adds the partition by itself from v12 on', async () => {
    const topic = bench.newTopic()
    const producer = await bench.newProducer()
    expect((await producer.produce(topic, ['1'], { version: 12 })).errorCode).toBe(0)
    expect(bench.kafka.txn(producer.transactionalId)).toMatchObject({
      state: 'Ongoing',
      partitions: [{ topic }],
    })
  })

  it('knows neither strangers nor other epochs', async () => {
    const topic = bench.newTopic()
    const nobody = bench.stranger()
    nobody.producerId = 99_999n
    nobody.producerEpoch = 0
    expect((await nobody.produce(topic, ['1'])).errorCode).toBe(errorCode.INVALID_PRODUCER_ID_MAPPING)
    const producer = await bench.newProducer()
    await producer.add(topic)
    producer.producerEpoch = 3
    expect((await producer.produce(topic, ['1'])).errorCode).toBe(errorCode.INVALID_PRODUCER_EPOCH)
  })

  it('is to be tried again while markers are on their way', async () => {
    const [topic, other] = [bench.newTopic(), bench.newTopic()]
    const producer = await bench.withOpen(topic, ['1'])
    const gate = bench.kafka.txn(producer.transactionalId).holdMarkers()
    await producer.end(true)
    await gate.reached
    expect((await producer.produce(other, ['2'])).errorCode).toBe(errorCode.NOT_ENOUGH_REPLICAS)
    expect((await producer.produce(other, ['2'], { version: 12 })).errorCode).toBe(
      errorCode.CONCURRENT_TRANSACTIONS,
    )
  })

  it('wants a transactional id, or refuses the whole request', async () => {
    const [topic, other] = [bench.newTopic(), bench.newTopic()]
    const { producerId, producerEpoch } = await bench.newProducer()
    const answer = await bench.client.send(produce, 9, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        { name: topic, partitionData: [{ index: 0, records: makeBatch(['plain']) }] },
        {
          name: other,
          partitionData: [
            { index: 0, records: makeBatch(['1'], { producerId, producerEpoch, transactional: true }) },
          ],
        },
      ],
    })
    const codes = answer.responses.map(({ partitionResponses }) => partitionResponses[0]!.errorCode)
    expect(codes).toEqual(Array(2).fill(errorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED))
    expect(await bench.valuesOf(topic)).toEqual([])
  })

  it('takes nothing outside the transaction from its producer while it is open', async () => {
    const topic = bench.newTopic()
    const producer = await bench.withOpen(topic, ['1'])
    const plain = await bench.client.send(produce, 9, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        {
          name: topic,
          partitionData: [{ index: 0, records: makeBatch(['2'], { ...idOf(producer), baseSequence: 1 }) }],
        },
      ],
    })
    expect(plain.responses[0]!.partitionResponses[0]!.errorCode).toBe(errorCode.INVALID_TXN_STATE)
  })

  it('wants a new epoch to begin at 0, also where the markers brought it', async () => {
    const topic = bench.newTopic()
    const old = await bench.withOpen(topic, ['1', '2'])
    const next = new RawProducer(bench.client, old.transactionalId)
    await next.init()
    await bench.settled(old, 'CompleteAbort')
    await next.init()
    await next.add(topic)
    const records = makeBatch(['3'], { ...idOf(next), baseSequence: 2, transactional: true })
    const request = { transactionalId: next.transactionalId, acks: -1, timeoutMs: 1000 }
    const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }]
    const refused = await bench.client.send(produce, 9, { ...request, topicData })
    expect(refused.responses[0]!.partitionResponses[0]!.errorCode).toBe(
      errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
    )
    expect((await next.produce(topic, ['3'])).errorCode).toBe(0)
  })

  it('is not verified where that is switched off', async () => {
    const config = { 'transaction.partition.verification.enable': false }
    await using cluster = await startKafka({ config, topics: { t: {} } })
    using one = await RawClient.open(cluster.broker(1).port)
    const producer = new RawProducer(one, 'x')
    producer.producerId = 5n
    producer.producerEpoch = 0
    expect((await producer.produce('t', ['1'])).errorCode).toBe(0)
    expect(cluster.partition('t', 0).lastStableOffset).toBe(0n)
  })
})

describe('Fetch of what is committed', () => {
  it('stops where the first open transaction begins', async () => {
    const topic = bench.newTopic()
    const first = await bench.withOpen(topic, ['a1', 'a2'])
    const second = await bench.withOpen(topic, ['b1'])
    await bench.end(second, true)
    expect(await bench.fetchFrom(topic, 0n, committed)).toMatchObject({
      highWatermark: 4n,
      lastStableOffset: 0n,
      abortedTransactions: [],
      batches: [],
    })
    expect((await bench.fetchFrom(topic, 0n, 0)).batches).toHaveLength(3)
    expect((await bench.fetchFrom(topic, 0n, 0)).abortedTransactions).toBeNull()
    await bench.end(first, true)
    expect((await bench.fetchFrom(topic, 0n, committed)).batches).toHaveLength(4)
    expect(bench.kafka.partition(topic, 0).lastStableOffset).toBe(5n)
  })

  it('names the aborted transactions among the batches, and no others', async () => {
    const topic = bench.newTopic()
    const aborted = await bench.withOpen(topic, ['a'])
    const kept = await bench.withOpen(topic, ['b'])
    await bench.end(kept, true)
    await bench.end(aborted, false)
    const later = await bench.withOpen(topic, ['c'])
    await bench.end(later, false)
    // Offsets: 0 a, 1 b, 2 commit b, 3 abort a, 4 c, 5 abort c.
    const { abortedTransactions, batches } = await bench.fetchFrom(topic, 0n, committed)
    expect(batches).toHaveLength(6)
    expect(abortedTransactions).toEqual([
      { producerId: aborted.producerId, firstOffset: 0n },
      { producerId: later.producerId, firstOffset: 4n },
    ])
    const from = async (offset: bigint) =>
      (await bench.fetchFrom(topic, offset, committed)).abortedTransactions
    expect(await from(3n)).toHaveLength(2)
    expect(await from(4n)).toEqual([{ producerId: later.producerId, firstOffset: 4n }])
    expect(await from(6n)).toEqual([])
    expect((await bench.fetchFrom(topic, 0n, committed, 1)).abortedTransactions).toHaveLength(1)
  })

  it('waits for the marker, and is answered with it', async () => {
    const topic = bench.newTopic()
    const producer = await bench.withOpen(topic, ['1'])
    using waiting = await RawClient.open(bench.kafka.broker(1).port)
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1e6 }]
    const answer = waiting.send(fetch, 12, {
      maxWaitMs: 30_000,
      minBytes: 1,
      isolationLevel: committed,
      topics: [{ topic, partitions }],
    })
    await bench.end(producer, true)
    expect(splitBatches((await answer).responses[0]!.partitions[0]!.records!)).toHaveLength(2)
  })

  it('is what records() gives, when it is told to', async () => {
    const topic = bench.newTopic()
    const aborted = await bench.withOpen(topic, ['a1'])
    const kept = await bench.withOpen(topic, ['b1'])
    await aborted.produce(topic, ['a2'])
    await bench.end(kept, true)
    await bench.end(aborted, false)
    await bench.end(await again(aborted, topic, 'a3'), true)
    await bench.withOpen(topic, ['open'])
    expect(await bench.valuesOf(topic)).toEqual(['a1', 'b1', 'a2', 'a3', 'open'])
    expect(await bench.valuesOf(topic, 'read_committed')).toEqual(['b1', 'a3'])
  })
})

describe('ListOffsets of what is committed', () => {
  const ask = async (topic: string, timestamp: bigint, isolationLevel: number): Promise<bigint> => {
    const partitions = [{ partitionIndex: 0, timestamp }]
    const answer = await bench.client.send(listOffsets, 7, {
      replicaId: -1,
      isolationLevel,
      topics: [{ name: topic, partitions }],
    })
    return answer.topics[0]!.partitions[0]!.offset
  }

  it('ends where the first open transaction begins', async () => {
    const topic = bench.newTopic()
    await bench.end(await bench.withOpen(topic, ['1']), true)
    await bench.withOpen(topic, ['2'])
    expect(await ask(topic, -1n, committed)).toBe(2n)
    expect(await ask(topic, -1n, 0)).toBe(3n)
    expect(await ask(topic, 0n, committed)).toBe(0n)
    const future = BigInt(Date.now()) + 1000n
    expect(await ask(topic, future, 0)).toBe(-1n)
  })

  it('finds no record by time that is not stable', async () => {
    const topic = bench.newTopic()
    await bench.withOpen(topic, ['1'])
    expect(await ask(topic, 0n, 0)).toBe(0n)
    expect(await ask(topic, 0n, committed)).toBe(-1n)
    expect(await ask(topic, -3n, committed)).toBe(-1n)
  })
})

async function again(producer: RawProducer, topic: string, value: string): Promise<RawProducer> {
  await producer.add(topic)
  await producer.produce(topic, [value])
  return producer
}
