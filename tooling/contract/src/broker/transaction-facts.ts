import {
  errorCode,
  fetch,
  isControlBatch,
  listOffsets,
  offsetFetch,
  readBatchHeader,
  splitBatches,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench, FactTopic } from './broker-bench.ts'
import { baseOffsetsOf, fetchRequest, partitionsOf, type FetchAnswer } from './fetch-from.ts'
import { missingTopic } from './produce-to.ts'
import { TransactionalProducer } from './transactional-producer.ts'

const committed = 1

/** Transactions as a producer and a consumer see them, in versions that do not need `transaction.version` 2. */
export function describeTransactions(getBench: () => BrokerBench): void {
  const stranger = (): TransactionalProducer => new TransactionalProducer(getBench(), getBench().name('txn'))
  const newProducer = async (): Promise<TransactionalProducer> => {
    const producer = stranger()
    expect((await producer.initPatiently()).errorCode).toBe(0)
    return producer
  }
  const withOpen = async (topic: FactTopic, values: readonly string[]): Promise<TransactionalProducer> => {
    const producer = await newProducer()
    await producer.begin(topic)
    expect(await producer.produce(topic, values)).toBe(0)
    return producer
  }
  const fetchFrom = async (
    topic: FactTopic,
    offset: bigint,
    isolationLevel: number,
  ): Promise<FetchAnswer> => {
    const client = await getBench().leader(topic)
    return partitionsOf(
      await client.send(fetch, 12, fetchRequest(topic, { offset, isolationLevel, minBytes: 0 })),
    )[0]!
  }
  const endOf = async (topic: FactTopic, isolationLevel: number, timestamp = -1n): Promise<bigint> => {
    const partitions = [{ partitionIndex: 0, timestamp }]
    const body = { replicaId: -1, isolationLevel, topics: [{ name: topic.name, partitions }] }
    return (await (await getBench().leader(topic)).send(listOffsets, 7, body)).topics[0]!.partitions[0]!
      .offset
  }

  describe('InitProducerId with a transactional id', () => {
    it('gives the same id again, and the next epoch', async () => {
      const producer = await newProducer()
      const { producerId } = producer.identity
      expect(producer.identity.producerEpoch).toBe(0)
      expect(await producer.initPatiently()).toMatchObject({ producerId, producerEpoch: 1 })
    })

    it.each([0, -1, 900_001])('refuses a timeout of %i ms', async (timeoutMs) => {
      expect((await stranger().init(undefined, { timeoutMs })).errorCode).toBe(
        errorCode.INVALID_TRANSACTION_TIMEOUT,
      )
    })

    it.each([
      [1n, -1],
      [-1n, 0],
    ])('refuses the id %s with the epoch %i', async (producerId, producerEpoch) => {
      expect((await stranger().init({ producerId, producerEpoch })).errorCode).toBe(errorCode.INVALID_REQUEST)
    })

    it('takes any id and epoch where the transactional id is new', async () => {
      const answer = await stranger().initPatiently({ producerId: 777_777n, producerEpoch: 5 })
      expect(answer).toMatchObject({ errorCode: 0, producerEpoch: 0 })
      expect(answer.producerId).not.toBe(777_777n)
    })

    it('raises the epoch of who names what it has, and repeats itself for who asks again', async () => {
      const producer = await newProducer()
      const before = producer.identity
      expect(await producer.initPatiently(before)).toMatchObject({ errorCode: 0, producerEpoch: 1 })
      expect(await producer.initPatiently(before)).toMatchObject({ errorCode: 0, producerEpoch: 1 })
    })

    it('fences other ids and epochs, in the words of its version', async () => {
      const producer = await newProducer()
      const { producerId } = producer.identity
      const other = { producerId: producerId + 5000n, producerEpoch: 0 }
      expect((await producer.init(other)).errorCode).toBe(errorCode.PRODUCER_FENCED)
      expect((await producer.init({ producerId, producerEpoch: 9 })).errorCode).toBe(
        errorCode.PRODUCER_FENCED,
      )
      expect((await producer.init(other, { version: 3 })).errorCode).toBe(errorCode.INVALID_PRODUCER_EPOCH)
    })

    it('aborts what is open, and fences who opened it', async () => {
      const topic = await getBench().topic()
      const old = await withOpen(topic, ['lost'])
      const next = new TransactionalProducer(getBench(), old.transactionalId)
      expect((await next.init()).errorCode).toBe(errorCode.CONCURRENT_TRANSACTIONS)
      expect(await next.initPatiently()).toMatchObject({
        errorCode: 0,
        producerId: old.identity.producerId,
        producerEpoch: 2,
      })
      expect(await old.end(true)).toBe(errorCode.PRODUCER_FENCED)
      expect(await old.end(true, 1)).toBe(errorCode.INVALID_PRODUCER_EPOCH)
      expect(await old.produce(topic, ['zombie'])).toBe(errorCode.INVALID_PRODUCER_EPOCH)
    })
  })

  describe('AddPartitionsToTxn', () => {
    it.each([0, 1, 2, 3])('opens a transaction in v%i', async (version) => {
      const topic = await getBench().topic({ partitions: 2 })
      expect(await (await newProducer()).add(topic, [0, 1], version)).toEqual([0, 0])
    })

    it.each([4, 5])('opens a transaction in v%i, as brokers do', async (version) => {
      const topic = await getBench().topic()
      expect(await (await newProducer()).add(topic, [0], version)).toEqual([0])
    })

    it('adds nothing when one partition is not there', async () => {
      const topic = await getBench().topic()
      const producer = await newProducer()
      expect(await producer.add(topic, [0, 9])).toEqual([
        errorCode.OPERATION_NOT_ATTEMPTED,
        errorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ])
      expect(await producer.add(missingTopic(getBench()))).toEqual([errorCode.UNKNOWN_TOPIC_OR_PARTITION])
      expect(await producer.end(true)).toBe(errorCode.INVALID_TXN_STATE)
    })

    it('knows neither strangers nor other ids and epochs', async () => {
      const topic = await getBench().topic()
      expect(await stranger().add(topic)).toEqual([errorCode.INVALID_PRODUCER_ID_MAPPING])
      const producer = await newProducer()
      const { producerId, producerEpoch } = producer.identity
      producer.identity = { producerId: producerId + 5000n, producerEpoch }
      expect(await producer.add(topic)).toEqual([errorCode.INVALID_PRODUCER_ID_MAPPING])
      producer.identity = { producerId, producerEpoch: 7 }
      expect(await producer.add(topic, [0], 2)).toEqual([errorCode.PRODUCER_FENCED])
      expect(await producer.add(topic, [0], 1)).toEqual([errorCode.INVALID_PRODUCER_EPOCH])
      expect(await producer.addOffsets('g', 2)).toBe(errorCode.PRODUCER_FENCED)
      expect(await producer.addOffsets('g', 1)).toBe(errorCode.INVALID_PRODUCER_EPOCH)
    })
  })

  describe('EndTxn', () => {
    it.each([true, false])('may be repeated and not be turned round (commit: %s)', async (commit) => {
      const producer = await withOpen(await getBench().topic(), ['1'])
      await producer.finish(commit)
      expect(await producer.end(commit)).toBe(0)
      expect(await producer.end(!commit)).toBe(errorCode.INVALID_TXN_STATE)
    })

    it('has nothing to end in a new producer, and knows no stranger', async () => {
      const producer = await newProducer()
      expect(await producer.end(true)).toBe(errorCode.INVALID_TXN_STATE)
      expect(await producer.end(false)).toBe(errorCode.INVALID_TXN_STATE)
      expect(await stranger().end(true)).toBe(errorCode.INVALID_PRODUCER_ID_MAPPING)
    })

    it('leaves a marker that takes an offset', async () => {
      const topic = await getBench().topic()
      const producer = await withOpen(topic, ['1', '2'])
      await producer.finish(true)
      const { records } = await fetchFrom(topic, 2n, committed)
      const header = readBatchHeader(splitBatches(records!)[0]!)
      expect(isControlBatch(header)).toBe(true)
      expect(header).toMatchObject({
        ...producer.identity,
        baseOffset: 2n,
        attributes: 0x30,
        baseSequence: -1,
        recordCount: 1,
      })
      expect(await endOf(topic, 0)).toBe(3n)
    })

    it('leaves one in a partition without records, too', async () => {
      const topic = await getBench().topic()
      const producer = await newProducer()
      await producer.begin(topic)
      await producer.finish(false)
      expect(await endOf(topic, 0)).toBe(1n)
    })

    it('leaves the sequence as it is', async () => {
      const topic = await getBench().topic()
      const producer = await withOpen(topic, ['1', '2'])
      await producer.finish(true)
      await producer.begin(topic)
      expect(await producer.produce(topic, ['3'])).toBe(0)
    })
  })

  describe('Produce in a transaction', () => {
    it('wants its partition to be added first, in the words of its version', async () => {
      const topic = await getBench().topic()
      const producer = await newProducer()
      expect(await producer.produce(topic, ['1'], 10)).toBe(errorCode.INVALID_TXN_STATE)
      expect(await producer.produce(topic, ['1'], 11)).toBe(errorCode.TRANSACTION_ABORTABLE)
      await producer.begin(topic)
      expect(await producer.produce(topic, ['1'], 10)).toBe(0)
    })

    it('knows neither strangers nor other epochs', async () => {
      const topic = await getBench().topic()
      const nobody = stranger()
      nobody.identity = { producerId: 99_999n, producerEpoch: 0 }
      await nobody.coordinator()
      expect(await nobody.produce(topic, ['1'])).toBe(errorCode.INVALID_PRODUCER_ID_MAPPING)
      const producer = await newProducer()
      await producer.begin(topic)
      producer.identity = { ...producer.identity, producerEpoch: 3 }
      expect(await producer.produce(topic, ['1'])).toBe(errorCode.INVALID_PRODUCER_EPOCH)
    })
  })

  describe('reading what is committed', () => {
    it('stops where the first open transaction begins', async () => {
      const topic = await getBench().topic()
      const first = await withOpen(topic, ['a1', 'a2'])
      const second = await withOpen(topic, ['b1'])
      await second.finish(true)
      expect(await fetchFrom(topic, 0n, committed)).toMatchObject({
        highWatermark: 4n,
        lastStableOffset: 0n,
        abortedTransactions: [],
      })
      expect(baseOffsetsOf(await fetchFrom(topic, 0n, committed))).toEqual([])
      expect(baseOffsetsOf(await fetchFrom(topic, 0n, 0))).toEqual([0n, 2n, 3n])
      expect(await endOf(topic, committed)).toBe(0n)
      expect(await endOf(topic, 0)).toBe(4n)
      expect(await endOf(topic, committed, 0n)).toBe(-1n)
      expect(await endOf(topic, 0, 0n)).toBe(0n)
      await first.finish(true)
      expect(baseOffsetsOf(await fetchFrom(topic, 0n, committed))).toEqual([0n, 2n, 3n, 4n])
      expect(await endOf(topic, committed)).toBe(5n)
    })

    it('is told of the aborted transactions', async () => {
      const topic = await getBench().topic()
      const aborted = await withOpen(topic, ['a'])
      const kept = await withOpen(topic, ['b'])
      await kept.finish(true)
      await aborted.finish(false)
      const { abortedTransactions } = await fetchFrom(topic, 0n, committed)
      expect(abortedTransactions).toEqual([{ producerId: aborted.identity.producerId, firstOffset: 0n }])
      expect((await fetchFrom(topic, 3n, committed)).abortedTransactions).toHaveLength(1)
      expect((await fetchFrom(topic, 4n, committed)).abortedTransactions).toEqual([])
      expect((await fetchFrom(topic, 0n, 0)).abortedTransactions).toBeNull()
    })
  })

  describe('TxnOffsetCommit', () => {
    const ask = async (group: string, topic: FactTopic, requireStable: boolean) => {
      const client = await getBench().client(await getBench().coordinatorAddress(group))
      const topics = [{ name: topic.name, partitionIndexes: [0] }]
      const answer = await client.send(offsetFetch, 8, {
        groups: [{ groupId: group, topics }],
        requireStable,
      })
      const { committedOffset, errorCode: code } = answer.groups[0]!.topics[0]!.partitions[0]!
      return { offset: committedOffset, code }
    }

    it.each([true, false])('keeps offsets until the transaction ends (commit: %s)', async (commit) => {
      const topic = await getBench().topic()
      const group = getBench().name('group')
      await getBench().coordinatorAddress(group)
      const producer = await newProducer()
      expect(await producer.addOffsets(group)).toBe(0)
      expect(await producer.commitOffset(group, topic, 7n)).toBe(0)
      expect(await ask(group, topic, false)).toEqual({ offset: -1n, code: 0 })
      expect(await ask(group, topic, true)).toEqual({ offset: -1n, code: errorCode.UNSTABLE_OFFSET_COMMIT })
      await producer.finish(commit)
      expect(await ask(group, topic, true)).toEqual({ offset: commit ? 7n : -1n, code: 0 })
    })

    it('wants the group to be added first, in the words of its version', async () => {
      const topic = await getBench().topic()
      const group = getBench().name('group')
      const producer = await newProducer()
      expect(await producer.commitOffset(group, topic, 1n, 3)).toBe(errorCode.INVALID_TXN_STATE)
      expect(await producer.commitOffset(group, topic, 1n, 4)).toBe(errorCode.TRANSACTION_ABORTABLE)
    })

    it('refuses an empty group', async () => {
      const topic = await getBench().topic()
      expect(await (await newProducer()).commitOffset('', topic, 1n)).toBe(errorCode.INVALID_GROUP_ID)
    })
  })
}
