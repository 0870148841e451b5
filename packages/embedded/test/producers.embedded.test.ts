import { errorCode, initProducerId } from '@headwater/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKafka, type EmbeddedKafka } from '../src/index.ts'
import { RawClient, makeBatch, produceTo, type ProduceAnswer } from './raw-client.ts'

/** Idempotence, as `ProducerStateEntry` and `ProducerAppendInfo` of Kafka have it. */
let kafka: EmbeddedKafka
let client: RawClient
let topics = 0

beforeAll(async () => {
  kafka = await startKafka()
  client = await RawClient.open(kafka.broker(1).port)
})
afterAll(async () => {
  client[Symbol.dispose]()
  await kafka.close()
})

/** A new topic for one producer; `send(sequence, count)` produces so many records from that sequence on. */
function newProducer(producerId: bigint = 1000n): {
  readonly topic: string
  readonly send: (baseSequence: number, count?: number, producerEpoch?: number) => Promise<ProduceAnswer>
} {
  const topic = `t${topics++}`
  kafka.createTopic(topic)
  return {
    topic,
    send: (baseSequence, count = 1, producerEpoch = 0) =>
      produceTo(
        client,
        topic,
        makeBatch(
          Array.from({ length: count }, (_, at) => `${baseSequence + at}`),
          { producerId, baseSequence, producerEpoch },
        ),
      ),
  }
}

const offsetOf = async (topic: string): Promise<number> => (await kafka.records(topic)).length

describe('InitProducerId', () => {
  it('gives each producer an id of its own, and epoch 0', async () => {
    const request = { transactionalId: null, transactionTimeoutMs: 60000 }
    const one = await client.send(initProducerId, 5, request)
    const two = await client.send(initProducerId, 5, request)
    expect([one.errorCode, one.producerEpoch, two.producerEpoch]).toEqual([0, 0, 0])
    expect(two.producerId).not.toBe(one.producerId)
  })

  it('refuses an empty transactional id', async () => {
    const answer = await client.send(initProducerId, 4, { transactionalId: '', transactionTimeoutMs: 60000 })
    expect(answer).toMatchObject({ errorCode: errorCode.INVALID_REQUEST, producerId: -1n, producerEpoch: -1 })
  })
})

describe('Produce with idempotence', () => {
  it('answers a repeated batch with the offset of the first', async () => {
    const { topic, send } = newProducer()
    expect(await send(0, 3)).toMatchObject({ errorCode: 0, baseOffset: 0n })
    expect(await send(3, 2)).toMatchObject({ errorCode: 0, baseOffset: 3n })
    expect(await send(0, 3)).toMatchObject({ errorCode: 0, baseOffset: 0n })
    expect(await offsetOf(topic)).toBe(5)
  })

  it('knows the last five batches and no more', async () => {
    const { topic, send } = newProducer()
    for (let sequence = 0; sequence < 6; sequence++) await send(sequence)
    expect(await send(1)).toMatchObject({ errorCode: 0, baseOffset: 1n })
    expect(await send(0)).toMatchObject({
      errorCode: errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
      baseOffset: -1n,
    })
    expect(await offsetOf(topic)).toBe(6)
  })

  it('refuses a gap, and a batch that covers another range than before', async () => {
    const { topic, send } = newProducer()
    await send(0, 2)
    expect((await send(3)).errorCode).toBe(errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect((await send(0, 1)).errorCode).toBe(errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect((await send(1, 2)).errorCode).toBe(errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect((await send(2)).errorCode).toBe(0)
    expect(await offsetOf(topic)).toBe(3)
  })

  it('takes any sequence of a producer that it does not know', async () => {
    const { send } = newProducer(424242n)
    expect(await send(17)).toMatchObject({ errorCode: 0, baseOffset: 0n })
    expect((await send(0)).errorCode).toBe(errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
  })

  it('goes from 2147483647 to 0', async () => {
    const { send } = newProducer()
    expect((await send(2147483646, 2)).errorCode).toBe(0)
    expect(await send(0)).toMatchObject({ errorCode: 0, baseOffset: 2n })
  })

  it('lets a batch run over the end of the sequences', async () => {
    const { send } = newProducer()
    expect((await send(2147483647, 3)).errorCode).toBe(0)
    expect((await send(2)).errorCode).toBe(0)
    expect(await send(2147483647, 3)).toMatchObject({ errorCode: 0, baseOffset: 0n })
  })

  it('wants a new epoch to begin at 0, and refuses an old one', async () => {
    const { topic, send } = newProducer()
    await send(0, 2)
    expect((await send(2, 1, 1)).errorCode).toBe(errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
    expect(await send(0, 1, 1)).toMatchObject({ errorCode: 0, baseOffset: 2n })
    expect((await send(2, 1, 0)).errorCode).toBe(errorCode.INVALID_PRODUCER_EPOCH)
    expect((await send(1, 1, 1)).errorCode).toBe(0)
    expect(await offsetOf(topic)).toBe(4)
  })

  it('does not take a batch of another epoch for a repetition', async () => {
    const { topic, send } = newProducer()
    await send(0)
    expect(await send(0, 1, 1)).toMatchObject({ errorCode: 0, baseOffset: 1n })
    expect(await offsetOf(topic)).toBe(2)
  })

  it('keeps what it knows of a producer when the leader moves', async () => {
    await using cluster = await startKafka({ brokers: 2, topics: { moved: { replicationFactor: 2 } } })
    using one = await RawClient.open(cluster.broker(1).port)
    using two = await RawClient.open(cluster.broker(2).port)
    const batch = makeBatch(['a'], { producerId: 5n, baseSequence: 0 })
    await produceTo(one, 'moved', batch)
    cluster.partition('moved', 0).moveLeader(2)
    expect(await produceTo(two, 'moved', batch)).toMatchObject({ errorCode: 0, baseOffset: 0n })
    expect(await cluster.records('moved')).toHaveLength(1)
  })
})
