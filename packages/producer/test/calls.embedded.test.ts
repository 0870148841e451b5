import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProducerRecord, Settled } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

describe('the calls of a producer', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 2, topics: { orders: { partitions: 4 } }, autoCreateTopics: true })
  })
  afterEach(() => kafka.close())

  it('sendMany gives one result a record, in the order of the records, whatever became of the others', async () => {
    const records: ProducerRecord[] = Array.from({ length: 40 }, (_, i) => ({
      topic: i % 10 === 3 ? 'not a topic' : 'orders',
      key: `k${i}`,
      value: String(i),
    }))
    const results = await producerFor(kafka).sendMany(records)
    expect(results.map(({ status }) => status)).toEqual(
      records.map(({ topic }) => (topic === 'orders' ? 'delivered' : 'rejected')),
    )
    for (const [i, { receipt }] of results.entries()) {
      if (receipt === undefined) continue
      const partition = await kafka.records('orders', { partition: receipt.partition })
      expect(partition.find(({ offset }) => offset === receipt.offset)?.value?.toString()).toBe(String(i))
    }
  })

  it('post tells of a failure nobody waits for through the hook, and through nothing else', async () => {
    const settled: Settled[] = []
    const hooks = { onSettled: (one: Settled) => void settled.push(one) }
    const producer = producerFor(kafka, { hooks })
    expect(producer.post({ topic: 'orders', value: 'x' })).toBe(true)
    expect(producer.post({ topic: 'orders', value: 'x', partition: 99 })).toBe(true)
    await until(() => settled.length === 2)
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['delivered', 'failed'])
    expect(producer.stats()).toMatchObject({ delivered: 1, rejected: 1, refused: 0 })
  })

  it('trySend never rejects, not even for what is no record', async () => {
    const producer = producerFor(kafka)
    for (const nothing of [undefined, null, 5, {}]) {
      expect(await producer.trySend(nothing as never)).toMatchObject({ status: 'rejected' })
    }
  })

  it('trySend never rejects, not even for what cannot be read, and nothing waits for it', async () => {
    // It threw from within, and the send that nobody could settle was waited for by every flush, and by the close.
    const producer = producerFor(kafka)
    const unreadable = {
      get topic(): string {
        throw new Error('no')
      },
      value: 'x',
    }
    expect(await producer.trySend(unreadable)).toMatchObject({
      status: 'rejected',
      error: { code: 'INVALID_RECORD_INPUT', topic: '' },
    })
    expect(producer.post(unreadable)).toBe(false)
    expect(producer.stats().pendingRecords).toBe(0)
    await producer.flush({ timeoutMs: 0 })
  })

  it('send resolves with its own record, whatever another waits for', async () => {
    const leaderOf = (partition: number): number => kafka.partition('orders', partition).leader
    const elsewhere = [1, 2, 3].find((partition) => leaderOf(partition) !== leaderOf(0))!
    const gate = kafka.faults.on('Produce', { topic: 'orders', partition: 0 }).hold()
    const producer = producerFor(kafka)
    const other = producer.send({ topic: 'orders', partition: 0, value: 'held' })
    await gate.reached
    await producer.send({ topic: 'orders', partition: elsewhere, value: 'own' })
    expect(producer.stats().pendingRecords).toBe(1)
    gate.release()
    await other
  })

  it('make no topic, also where brokers would make it for who asks', async () => {
    const producer = producerFor(kafka, { maxBlockMs: 50 })
    const result = await producer.trySend({ topic: 'ordres', value: 'x' })
    expect(result).toMatchObject({ status: 'not-sent', error: { code: 'UNKNOWN_TOPIC_OR_PARTITION' } })
    expect(() => kafka.partition('ordres', 0)).toThrow()
  })

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])(
    'send to a topic named %s',
    async (topic) => {
      kafka.createTopic(topic, { partitions: 2 })
      const results = await producerFor(kafka).sendMany([
        { topic, key: 'k', value: '1' },
        { topic: 'orders', value: '2' },
        { topic, key: 'k', value: '3' },
      ])
      expect(results.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered'])
      const values = (await kafka.records(topic)).map(({ value }) => value!.toString())
      expect(values).toEqual(['1', '3'])
    },
  )

  it('write tombstones, empty keys and empty values as what they are', async () => {
    const producer = producerFor(kafka)
    const sent: ProducerRecord[] = [
      { topic: 'orders', partition: 0, key: 'k', value: null },
      { topic: 'orders', partition: 0, key: '', value: 'x' },
      { topic: 'orders', partition: 0, value: '' },
      { topic: 'orders', partition: 0, key: new Uint8Array([0xff]), value: new Uint8Array([0, 0xff]) },
    ]
    await producer.sendMany(sent)
    const bytes = (data: Uint8Array | null): string | null => data && Buffer.from(data).toString('latin1')
    const records = await kafka.records('orders', { partition: 0 })
    expect(records.map(({ key, value }) => [bytes(key), bytes(value)])).toEqual([
      ['k', null],
      ['', 'x'],
      [null, ''],
      ['\xff', '\0\xff'],
    ])
  })

  it('ask hooks for headers once a record, however often it is written, and leave the record alone', async () => {
    let asked = 0
    const producer = producerFor(kafka, { hooks: { onSend: () => [['message_id', `m-${++asked}`]] } })
    kafka.faults.on('Produce').reply('NOT_LEADER_OR_FOLLOWER').times(2)
    const record = Object.freeze({ topic: 'orders', value: 'x', headers: Object.freeze({ own: '1' }) })
    expect(await producer.send(record)).toMatchObject({ attempts: 3 })
    const [stored] = await kafka.records('orders')
    expect(stored!.headers.map(([name, value]) => [name, String(value)])).toEqual([
      ['own', '1'],
      ['message_id', 'm-1'],
    ])
  })
})
