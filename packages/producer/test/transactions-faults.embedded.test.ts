import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { addPartitionsToTxn, encodeResponse, txnOffsetCommit, type AnyApi } from '@headwater/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProducer, type Producer, type ProducerTuning, type Transaction } from '../src/index.ts'
import { committedValues } from './committed-values.ts'
import { forgingLinks } from './forging-links.ts'
import { producersUnderTest, until } from './producers.ts'
import { transactionRequests } from './transaction-requests.ts'

const id = 't1'
const group = 'billing'

describe('a transaction in trouble', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 3, topics: { orders: { partitions: 3 }, input: {} } })
  })
  afterEach(() => kafka.close())

  const transactional = (tuning: ProducerTuning = {}): Producer =>
    producerFor(kafka, { transactionalId: id, ...tuning })

  const committed = (topic = 'orders'): Promise<readonly string[]> => committedValues(kafka, topic)

  const work =
    (...values: string[]) =>
    async (tx: Transaction): Promise<void> => {
      await Promise.all(values.map((value, partition) => tx.send({ topic: 'orders', partition, value })))
      await tx.commitConsumed({ group, consumed: [{ topic: 'input', partition: 0, offset: '6' }] })
    }

  describe.each(transactionRequests)('when a %s', (api) => {
    const faults = {
      'request is lost': () => kafka.faults.on(api).loseRequest(),
      'response is lost': () => kafka.faults.on(api).loseResponse(),
      'response is lost twice': () => kafka.faults.on(api).loseResponse().times(2),
    }

    it.each(Object.keys(faults) as (keyof typeof faults)[])('%s, commits once and goes on', async (name) => {
      const producer = transactional()
      const fault = faults[name]()
      await producer.transaction(work('a', 'b'))
      expect(fault.spent).toBe(true)
      expect(await committed()).toEqual(['a', 'b'])
      await producer.transaction(work('c', 'd', 'e'))
      expect(await committed()).toEqual(['a', 'b', 'c', 'd', 'e'])
      expect(await kafka.records('orders')).toHaveLength(5)
    })

    it('is lost after others, aborts and goes on', async () => {
      const producer = transactional()
      await producer.transaction(work('before'))
      const fault = kafka.faults.on(api).loseResponse().maybe()
      await expect(
        producer.transaction(async (tx) => {
          await work('a', 'b')(tx)
          throw new Error('changed my mind')
        }),
      ).rejects.toThrow('changed my mind')
      expect(fault.fired).toBe(api === 'FindCoordinator' || api === 'InitProducerId' ? 0 : 1)
      kafka.faults.clear()
      await producer.transaction(work('after'))
      expect(await committed()).toEqual(['after', 'before'])
    })
  })

  const again = {
    FindCoordinator: ['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_LOAD_IN_PROGRESS'],
    InitProducerId: ['NOT_COORDINATOR', 'COORDINATOR_LOAD_IN_PROGRESS', 'CONCURRENT_TRANSACTIONS'],
    AddPartitionsToTxn: [
      'NOT_COORDINATOR',
      'COORDINATOR_NOT_AVAILABLE',
      'COORDINATOR_LOAD_IN_PROGRESS',
      'CONCURRENT_TRANSACTIONS',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ],
    Produce: ['NOT_ENOUGH_REPLICAS', 'NOT_LEADER_OR_FOLLOWER'],
    AddOffsetsToTxn: ['NOT_COORDINATOR', 'CONCURRENT_TRANSACTIONS'],
    TxnOffsetCommit: ['COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR', 'UNKNOWN_TOPIC_OR_PARTITION'],
    EndTxn: [
      'NOT_COORDINATOR',
      'COORDINATOR_NOT_AVAILABLE',
      'COORDINATOR_LOAD_IN_PROGRESS',
      'CONCURRENT_TRANSACTIONS',
    ],
  } as const

  it.each(Object.entries(again).flatMap(([api, codes]) => codes.map((code) => [api, code] as const)))(
    'asks %s again after %s',
    async (api, code) => {
      const producer = transactional()
      const fault = kafka.faults
        .on(api as 'EndTxn')
        .reply(code as 'NOT_COORDINATOR')
        .times(2)
      await producer.transaction(work('a', 'b'))
      expect(fault.spent).toBe(true)
      expect(await committed()).toEqual(['a', 'b'])
    },
  )

  it.each(['AddPartitionsToTxn', 'EndTxn'] as const)(
    'follows its coordinator when it moves before %s',
    async (api) => {
      const producer = transactional()
      await producer.transaction(work('a'))
      const gate = kafka.faults.on(api).hold()
      const running = producer.transaction(work('b'))
      await gate.reached
      const { coordinator } = kafka.txn(id)
      kafka.txn(id).moveCoordinator((coordinator % 3) + 1)
      gate.release()
      await running
      expect(await committed()).toEqual(['a', 'b'])
    },
  )

  it('follows the coordinator of the group', async () => {
    const producer = transactional()
    const gate = kafka.faults.on('TxnOffsetCommit').hold()
    const running = producer.transaction(work('a'))
    await gate.reached
    kafka.group(group).moveCoordinator((kafka.group(group).coordinator % 3) + 1)
    gate.release()
    await running
    expect(await committed()).toEqual(['a'])
  })

  it('waits for the markers of the transaction before', async () => {
    const producer = transactional()
    const markers = kafka.txn(id).holdMarkers()
    await producer.transaction(work('a'))
    const running = producer.transaction(work('b'))
    await markers.reached
    await until(() => kafka.journal.count('AddPartitionsToTxn') > 2)
    expect(await committed()).toEqual([])
    markers.release()
    await running
    expect(await committed()).toEqual(['a', 'b'])
  })

  it.each([addPartitionsToTxn, txnOffsetCommit])(
    'believes no answer to $name that leaves partitions out',
    async (api) => {
      let forged = 0
      const links = forgingLinks(kafka, (name, version) => {
        if (name !== api.name || forged++ > 0) return undefined
        const empty = encodeResponse(api as AnyApi, version, {
          topics: [],
          resultsByTopicV3AndBelow: [],
        } as never)
        return Buffer.concat(empty)
      })
      await using producer = createProducer({ links, transactionalId: id, retryBackoffMs: 5 })
      await producer.transaction(work('a', 'b'))
      expect(forged).toBeGreaterThan(1)
      expect(await committed()).toEqual(['a', 'b'])
      expect(kafka.journal.count(api.name)).toBeGreaterThan(0)
    },
  )

  it('writes no record of a partition before the partition was added', async () => {
    const producer = transactional()
    const gate = kafka.faults.on('AddPartitionsToTxn').holdBeforeReply()
    const running = producer.transaction(work('a', 'b', 'c'))
    await gate.reached
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await kafka.records('orders')).toEqual([])
    gate.release()
    await running
    expect(await committed()).toEqual(['a', 'b', 'c'])
  })

  it('asks for no abort while a record is under way, though nobody waits for the record any more', async () => {
    const producer = transactional()
    await producer.transaction(work('before'))
    // Brokers serve a connection in order, so the record must be under way to another broker.
    kafka.partition('orders', 0).moveLeader((kafka.txn(id).coordinator % 3) + 1)
    await producer.transaction(work('moved'))
    const gate = kafka.faults.on('Produce').hold()
    const running = producer.transaction((tx) =>
      tx.send({ topic: 'orders', partition: 0, value: 'a' }, { deliveryTimeoutMs: 100 }),
    )
    await gate.reached
    const ended = kafka.journal.count('EndTxn')
    let endedAtRelease: number | undefined
    setTimeout(() => {
      endedAtRelease = kafka.journal.count('EndTxn')
      gate.release()
    }, 300)
    await expect(running).rejects.toMatchObject({ code: 'DELIVERY_TIMEOUT', outcome: 'unknown' })
    expect(endedAtRelease).toBe(ended)
    expect(kafka.journal.count('EndTxn')).toBe(ended + 1)
    await producer.transaction(work('after'))
    expect(await committed()).toEqual(['after', 'before', 'moved'])
  })

  describe('is aborted', () => {
    const refusals = {
      AddPartitionsToTxn: [
        'TOPIC_AUTHORIZATION_FAILED',
        'INVALID_TXN_STATE',
        'TRANSACTION_ABORTABLE',
        'INVALID_PRODUCER_ID_MAPPING',
      ],
      Produce: [
        'INVALID_RECORD',
        'MESSAGE_TOO_LARGE',
        'OUT_OF_ORDER_SEQUENCE_NUMBER',
        'TRANSACTION_ABORTABLE',
        'INVALID_PRODUCER_EPOCH',
        'UNKNOWN_PRODUCER_ID',
      ],
      AddOffsetsToTxn: ['GROUP_AUTHORIZATION_FAILED'],
      TxnOffsetCommit: [
        'ILLEGAL_GENERATION',
        'UNKNOWN_MEMBER_ID',
        'FENCED_INSTANCE_ID',
        'OFFSET_METADATA_TOO_LARGE',
      ],
      EndTxn: ['TRANSACTION_ABORTABLE', 'INVALID_TXN_STATE', 'INVALID_PRODUCER_ID_MAPPING'],
    } as const

    it.each(Object.entries(refusals).flatMap(([api, codes]) => codes.map((code) => [api, code] as const)))(
      'when %s is refused with %s, though the work swallows it, and the next one works',
      async (api, code) => {
        const producer = transactional()
        await producer.transaction(work('before'))
        kafka.faults.on(api as 'EndTxn').reply(code as 'INVALID_TXN_STATE')
        const swallowing = producer.transaction(async (tx) => {
          await Promise.allSettled([
            tx.send({ topic: 'orders', partition: 0, value: 'a' }),
            tx.commitConsumed({ group, consumed: [{ topic: 'input', partition: 0, offset: 6n }] }),
          ])
        })
        await expect(swallowing).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' })
        await producer.transaction(work('after', 'more'))
        expect(await committed()).toEqual(['after', 'before', 'more'])
      },
    )
  })
})
