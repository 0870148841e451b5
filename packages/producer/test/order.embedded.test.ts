import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Producer, ProducerIdRenewed } from '../src/index.ts'
import { producersUnderTest } from './producers.ts'

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i))

describe('createProducer keeps the order of a partition', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    const topics = { orders: { partitions: 1, replicationFactor: 3 } }
    kafka = await startKafka({ brokers: 3, topics })
  })
  afterEach(() => kafka.close())

  const logged = async (): Promise<(string | undefined)[]> =>
    (await kafka.records('orders')).map(({ value }) => value?.toString())

  /** Batches of one record each, so that several are in flight at once. */
  const sendAlone = (producer: Producer, values: readonly string[]): Promise<string[]> =>
    Promise.all(
      values.map(async (value) => {
        const result = await producer.trySend({ topic: 'orders', value })
        return result.status === 'delivered' ? 'delivered' : `${result.status} ${result.error?.code}`
      }),
    )

  it('when the log knows nothing of the producer and refuses its first batch for now', async () => {
    // With five batches of a cold producer in flight and the first refused, the second was taken, since a log without
    // any state of a producer takes every sequence; the first then followed behind it.
    kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').once()
    const producer = producerFor(kafka, { batchSize: 0 })
    expect(new Set(await sendAlone(producer, numbers(20)))).toEqual(new Set(['delivered']))
    expect(await logged()).toEqual(numbers(20))
    kafka.faults.assertSpent()
  })

  it('when a batch in the middle of the window is refused for now', async () => {
    const producer = producerFor(kafka, { batchSize: 0 })
    await sendAlone(producer, ['warm'])
    kafka.faults
      .on('Produce')
      .script(['pass', { reply: 'NOT_ENOUGH_REPLICAS' }, 'pass', { reply: 'NOT_LEADER_OR_FOLLOWER' }, 'pass'])
    await sendAlone(producer, numbers(40))
    expect(await logged()).toEqual(['warm', ...numbers(40)])
    kafka.faults.assertSpent()
  })

  it('when the leader moves with five requests in flight', async () => {
    const producer = producerFor(kafka, { batchSize: 0 })
    await sendAlone(producer, ['warm'])
    const leader = kafka.partition('orders', 0).leader
    const gate = kafka.faults.on('Produce', { broker: leader }).hold()
    const sent = sendAlone(producer, numbers(30))
    await expect.poll(() => producer.stats().inFlightRequests).toBe(5)
    kafka.partition('orders', 0).moveLeader(leader === 1 ? 2 : 1)
    gate.release()
    expect(new Set(await sent)).toEqual(new Set(['delivered']))
    expect(await logged()).toEqual(['warm', ...numbers(30)])
  })

  it('when the broker that leads stops and another takes over', async () => {
    const producer = producerFor(kafka, { batchSize: 200 })
    await sendAlone(producer, ['warm'])
    const sent = sendAlone(producer, numbers(300))
    await kafka.broker(kafka.partition('orders', 0).leader).stop()
    expect(new Set(await sent)).toEqual(new Set(['delivered']))
    expect(await logged()).toEqual(['warm', ...numbers(300)])
  })

  it.each(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID'] as const)(
    'when a broker answers %s, under another epoch of the same id',
    async (code) => {
      const renewed: ProducerIdRenewed[] = []
      const producer = producerFor(kafka, {
        batchSize: 0,
        hooks: { onProducerIdRenewed: (event) => void renewed.push(event) },
      })
      await sendAlone(producer, ['warm'])
      kafka.faults.on('Produce').reply(code, { unchecked: true }).once()
      expect(new Set(await sendAlone(producer, numbers(20)))).toEqual(new Set(['delivered']))
      expect(await logged()).toEqual(['warm', ...numbers(20)])
      expect(renewed).toMatchObject([{ topic: 'orders', partition: 0, reason: code, producerEpoch: 1 }])
      expect(kafka.journal.count('InitProducerId')).toBe(1)
    },
  )

  it('when a broker answers INVALID_PRODUCER_EPOCH, under another id', async () => {
    const producer = producerFor(kafka, { batchSize: 0 })
    await sendAlone(producer, ['warm'])
    kafka.faults.on('Produce').reply('INVALID_PRODUCER_EPOCH').once()
    expect(new Set(await sendAlone(producer, numbers(20)))).toEqual(new Set(['delivered']))
    expect(await logged()).toEqual(['warm', ...numbers(20)])
    expect(kafka.journal.count('InitProducerId')).toBe(2)
  })

  it('when a batch is refused for good, and delivers the others', async () => {
    const producer = producerFor(kafka, { batchSize: 0 })
    await sendAlone(producer, ['warm'])
    kafka.faults.on('Produce').script(['pass', { reply: 'INVALID_RECORD' }])
    const outcomes = await sendAlone(producer, numbers(20))
    const refused = outcomes.indexOf('rejected INVALID_RECORD')
    expect(outcomes.filter((outcome) => outcome !== 'delivered')).toEqual(['rejected INVALID_RECORD'])
    expect(await logged()).toEqual(['warm', ...numbers(20).filter((_, i) => i !== refused)])
  })

  it('when a batch is split that holds more than the topic allows', async () => {
    kafka.createTopic('small', { config: { 'max.message.bytes': '2000' } })
    const producer = producerFor(kafka)
    const values = numbers(400).map((number) => number.padStart(100, '.'))
    const receipts = await Promise.all(values.map((value) => producer.send({ topic: 'small', value })))
    expect((await kafka.records('small')).map(({ value }) => value?.toString())).toEqual(values)
    expect(receipts.map(({ offset }) => Number(offset))).toEqual(numbers(400).map(Number))
  })

  it('when a compressed batch is split, whose halves are compressed again', async () => {
    // Halves travelled uncompressed: a record that fits only when compressed was rejected as too large.
    kafka.createTopic('small', { config: { 'max.message.bytes': '2000' } })
    const producer = producerFor(kafka, { compressionType: 'gzip' })
    const value = (i: number): string => `${i}`.repeat(5000) + Math.sin(i)
    const filler = (i: number): string =>
      Buffer.from(new Float64Array(60).map((_, n) => Math.sin(n + i * 60)).buffer).toString('base64')
    const values = numbers(12).map((_, i) => (i % 2 === 0 ? value(i) : filler(i)))
    const results = await producer.sendMany(values.map((text) => ({ topic: 'small', value: text })))
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['delivered']))
    expect((await kafka.records('small')).map((record) => record.value?.toString())).toEqual(values)
    expect(producer.stats().retries).toBeGreaterThan(0)
  })

  it('when a lost batch finds another numbering, whatever its records share a batch with', async () => {
    const producer = producerFor(kafka, { batchSize: 400 })
    await sendAlone(producer, ['warm'])
    kafka.faults.on('Produce').script(['loseResponse', 'pass', 'loseRequest', 'loseResponse'])
    expect(new Set(await sendAlone(producer, numbers(200)))).toEqual(new Set(['delivered']))
    expect(await logged()).toEqual(['warm', ...numbers(200)])
  })
})
