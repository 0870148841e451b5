import { ManualClock } from '@headwater/base'
import {
  apiVersions,
  endTxn,
  errorCode,
  findCoordinator,
  offsetCommit,
  offsetFetch,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import { makeBatch, produceTo } from './raw-client.ts'
import { TransactionBench, committed } from './transaction-bench.ts'

const oneCoordinator = { 'transaction.state.log.num.partitions': 1 }

describe('UNSUPPORTED.md of transactions', () => {
  it('Transactions are those of `transaction.version` 1', async () => {
    await using bench = await TransactionBench.start()
    const client = { clientSoftwareName: 'raw', clientSoftwareVersion: '1' }
    const { finalizedFeatures } = await bench.client.send(apiVersions, 4, client)
    expect(finalizedFeatures).toMatchObject([{ name: 'transaction.version', maxVersionLevel: 1 }])
    const producer = await bench.withOpen(bench.newTopic(), ['1'])
    const { transactionalId, producerId, producerEpoch } = producer
    const request = { transactionalId, producerId, producerEpoch, committed: true }
    const answer = await bench.client.send(endTxn, 5, request)
    expect(answer).toMatchObject({ errorCode: 0, producerId, producerEpoch: producerEpoch + 1 })
  })

  it('The markers of a transaction are written at once after EndTxn is answered, also to frozen', async () => {
    await using bench = await TransactionBench.start({
      brokers: 2,
      config: oneCoordinator,
      topics: { both: { replicationFactor: 2 } },
    })
    const producer = await bench.withOpen('both', ['1'])
    bench.kafka.partition('both', 0).moveLeader(2)
    bench.kafka.broker(2).freeze()
    for (let round = 0; round < 20; round++) {
      expect(await producer.end(round % 2 === 0)).toBe(0)
      expect(await producer.add('both')).toEqual([0])
    }
    const records = await bench.kafka.records('both', { isolation: 'read_committed' })
    expect(records.map(({ value }) => String(value))).toEqual(['1'])
  })

  it('`__transaction_state` exists and places coordinators, but holds no records', async () => {
    const config = { ...oneCoordinator, 'min.insync.replicas': 2 }
    await using bench = await TransactionBench.start({ brokers: 2, config })
    const state = bench.kafka.partition('__transaction_state', 0)
    state.shrinkIsr([state.leader])
    const request = { keyType: 1, coordinatorKeys: ['tx'] }
    const { coordinators } = await bench.client.send(findCoordinator, 4, request)
    expect(coordinators).toMatchObject([{ errorCode: 0, nodeId: state.leader }])
    expect((await bench.stranger().init()).errorCode).toBe(0)
    expect(await bench.fetchFrom('__transaction_state', 0n, 0)).toMatchObject({
      errorCode: 0,
      highWatermark: 0n,
      batches: [],
    })
  })

  it('AbortedTransactions names those that reach into the batches given', async () => {
    await using bench = await TransactionBench.start()
    const topic = bench.newTopic()
    const first = await bench.withOpen(topic, ['a'])
    const later = await bench.withOpen(topic, ['b'])
    for (const producer of [first, later]) await bench.end(producer, false)
    const oneBatch = await bench.fetchFrom(topic, 0n, committed, 1)
    expect(oneBatch.abortedTransactions).toEqual([{ producerId: first.producerId, firstOffset: 0n }])
    expect((await bench.fetchFrom(topic, 0n, committed)).abortedTransactions).toHaveLength(2)
  })

  it('Committed offsets do not expire, nor do producer ids', async () => {
    const clock = new ManualClock(Date.now())
    const config = { 'offsets.topic.num.partitions': 1 }
    await using bench = await TransactionBench.start({ clock, config, topics: { t: {} } })
    const { client } = bench
    const partitions = [{ partitionIndex: 0, committedOffset: 7n, committedMetadata: '' }]
    await client.send(offsetCommit, 8, { groupId: 'g', memberId: '', topics: [{ name: 't', partitions }] })
    const producer = { producerId: (await bench.newProducer()).producerId, producerEpoch: 0 }
    const produced = async (baseSequence: number): Promise<number> => {
      const batch = makeBatch(['x'], { ...producer, baseSequence }, clock.now())
      return (await produceTo(client, 't', batch)).errorCode
    }
    expect(await produced(0)).toBe(0)
    // Kafka's defaults: `offsets.retention.minutes` is seven days, `producer.id.expiration.ms` one.
    clock.advance(8 * 24 * 3600 * 1000)
    const asked = { groups: [{ groupId: 'g', topics: [{ name: 't', partitionIndexes: [0] }] }] }
    const { groups } = await client.send(offsetFetch, 8, asked)
    expect(groups[0]!.topics[0]!.partitions).toMatchObject([{ errorCode: 0, committedOffset: 7n }])
    // Where the id were forgotten, any sequence would do.
    expect(await produced(5)).toBe(errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect(await produced(1)).toBe(0)
  })
})
