import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { resolveOptions } from '../src/engine/resolve-options.ts'
import { createProducer, type BatchSent, type ProducerTuning } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

const text = (length: number, topic = 'orders'): { topic: string; value: string } => ({
  topic,
  value: 'x'.repeat(length),
})

describe('a policy of a topic', () => {
  let kafka: EmbeddedKafka
  let batches: BatchSent[]
  const producerFor = producersUnderTest()
  const hooks = { onBatchSent: (batch: BatchSent) => void batches.push(batch) }

  beforeEach(async () => {
    kafka = await startKafka({ topics: { orders: { partitions: 3 }, users: { partitions: 3 } } })
    batches = []
  })
  afterEach(() => kafka.close())

  const sizes = (topic: string): number[] =>
    batches.filter((one) => one.topic === topic).map((one) => one.bytes)

  it('compressionType: compresses the batches of that topic', async () => {
    const producer = producerFor(kafka, { hooks, topics: { users: { compressionType: 'gzip' } } })
    await producer.sendMany([text(5000), text(5000, 'users')])
    expect(sizes('orders')[0]).toBeGreaterThan(5000)
    expect(sizes('users')[0]).toBeLessThan(1000)
  })

  it('compressionType: leaves a topic alone while the others are compressed', async () => {
    const tuning: ProducerTuning = { compressionType: 'gzip', topics: { users: { compressionType: 'none' } } }
    await producerFor(kafka, { hooks, ...tuning }).sendMany([text(5000), text(5000, 'users')])
    expect(sizes('orders')[0]).toBeLessThan(1000)
    expect(sizes('users')[0]).toBeGreaterThan(5000)
    expect((await kafka.records('users'))[0]!.value?.length).toBe(5000)
  })

  it('lingerMs: lets the batches of that topic wait for company', async () => {
    const clock = new ManualClock(1_700_000_000_000)
    const producer = producerFor(kafka, { clock, topics: { users: { lingerMs: 50 } } })
    await producer.send(text(1))
    const slow = producer.send(text(1, 'users'))
    await until(() => producer.stats().bufferedBytes > 0)
    for (let i = 0; i < 3; i++) await producer.send(text(1))
    expect(await kafka.records('users')).toHaveLength(0)
    clock.advance(50)
    await slow
  })

  it('batchSize: bounds the batches of that topic', async () => {
    const producer = producerFor(kafka, { hooks, topics: { users: { batchSize: 1000 } } })
    const records = Array.from({ length: 30 }, () => [text(100), text(100, 'users')]).flat()
    await producer.sendMany(records.map((record) => ({ ...record, partition: 0 })))
    expect(Math.max(...sizes('orders'))).toBeGreaterThan(1000)
    expect(Math.max(...sizes('users'))).toBeLessThanOrEqual(1000)
  })

  it('batchSize: lets the batches of that topic be larger than all others', async () => {
    const producer = producerFor(kafka, { hooks, batchSize: 1000, topics: { users: { batchSize: 20_000 } } })
    const records = Array.from({ length: 100 }, () => [text(100), text(100, 'users')]).flat()
    await producer.sendMany(records.map((record) => ({ ...record, partition: 0 })))
    expect(Math.max(...sizes('orders'))).toBeLessThanOrEqual(1000)
    expect(Math.max(...sizes('users'))).toBeGreaterThan(5000)
  })

  it('deliveryTimeoutMs: shortens or lengthens the life of that topic’s records', async () => {
    const clock = new ManualClock(1_700_000_000_000)
    const producer = producerFor(kafka, {
      clock,
      deliveryTimeoutMs: 5000,
      topics: { users: { deliveryTimeoutMs: 3000 }, audit: { deliveryTimeoutMs: 8000 } },
    })
    kafka.createTopic('audit')
    const warm = await producer.sendMany([text(1), text(1, 'users'), text(1, 'audit')])
    expect(warm.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered'])
    const outage = kafka.faults.on('Produce').loseRequest().always()
    const ended: string[] = []
    const sends = ['orders', 'users', 'audit'].map(async (topic) => {
      const { error } = await producer.trySend({ topic, value: 'x' }, { deliveryTimeoutMs: 60_000 })
      ended.push(`${topic} ${error?.code}`)
    })
    const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    await until(() => kafka.faults.fired > 0)
    const steps: [number, string[]][] = [
      [2998, []],
      [1, ['users DELIVERY_TIMEOUT']],
      [1999, ['users DELIVERY_TIMEOUT']],
      [1, ['users DELIVERY_TIMEOUT', 'orders DELIVERY_TIMEOUT']],
      [2999, ['users DELIVERY_TIMEOUT', 'orders DELIVERY_TIMEOUT']],
      [1, ['users DELIVERY_TIMEOUT', 'orders DELIVERY_TIMEOUT', 'audit DELIVERY_TIMEOUT']],
    ]
    clock.advance(1)
    const flushed = producer.flush()
    for (const [ms, expected] of steps) {
      clock.advance(ms)
      await settle()
      expect(ended).toEqual(expected)
    }
    await Promise.all(sends)
    // A flush waits for the longest of them by default.
    await flushed
    outage.lift()
  })

  it('partitioner: chooses the partitions of that topic', async () => {
    const producer = producerFor(kafka, {
      partitioner: () => 1,
      topics: { users: { partitioner: () => 2 } },
    })
    const results = await producer.sendMany([text(1), text(1, 'users')])
    expect(results.map(({ receipt }) => receipt?.partition)).toEqual([1, 2])
  })

  it('onUnavailable: keeps the records of that topic off the disk, and in time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-topics-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const producer = producerFor(kafka, {
      onUnavailable: { folder, afterMs: 50 },
      topics: { users: { onUnavailable: false } },
    })
    for (const topic of ['orders', 'users']) await producer.send({ topic, value: 'warm', partition: 0 })
    await kafka.broker(1).stop()
    await until(() => producer.stats().connections === 0)
    const ended: string[] = []
    const send = async (topic: string): Promise<void> => {
      const record = { topic, value: 'x', partition: 0 }
      const { status } = await producer.trySend(record, { deliveryTimeoutMs: 400 })
      ended.push(`${topic} ${status}`)
    }
    const startMs = performance.now()
    await Promise.all([send('users'), send('orders')])
    expect(ended).toEqual(['orders spooled', 'users not-sent'])
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(399)
    await kafka.broker(1).start()
    await until(() => producer.stats().spoolRecords === 0)
    expect(await kafka.records('users')).toHaveLength(1)
  })

  it.each(['__proto__', 'constructor', 'toString'])('holds for a topic that is called %s', async (topic) => {
    kafka.createTopic(topic, { partitions: 3 })
    const topics = Object.fromEntries([[topic, { partitioner: () => 2 }]])
    const producer = producerFor(kafka, { topics })
    expect(await producer.send({ topic, value: 'x' })).toMatchObject({ topic, partition: 2 })
  })

  it('is not inherited by topics that are called like what every object has', async () => {
    kafka.createTopic('constructor', { partitions: 1 })
    const producer = producerFor(kafka, { topics: { users: { partitioner: () => 2 } } })
    expect(await producer.send({ topic: 'constructor', value: 'x' })).toMatchObject({ partition: 0 })
  })
})

describe('ProducerTuning.topics', () => {
  it('takes undefined for "not given"', () => {
    const { topics } = resolveOptions({ lingerMs: 7, topics: { orders: { lingerMs: undefined } } })
    expect(topics.get('orders')).toMatchObject({ lingerMs: 7 })
  })

  it.each([
    [{ orders: { lingerMS: 5 } }, /topics\["orders"\]: lingerMS is not an option of a topic/],
    [{ orders: { acks: 1 } }, /topics\["orders"\]: acks is not an option of a topic/],
    [{ orders: { toString: 1 } }, /topics\["orders"\]: toString is not an option of a topic/],
    [{ orders: { batchSize: -1 } }, /topics\["orders"\]: batchSize must be a whole number from 0/],
    [{ orders: { compressionType: 'brotli' } }, /topics\["orders"\]: compressionType must be one of/],
    [{ orders: { partitioner: 'x' } }, /topics\["orders"\]: partitioner must be a function/],
    [{ orders: { deliveryTimeoutMs: 10 } }, /topics\["orders"\]: deliveryTimeoutMs \(10\) is below/],
    [{ orders: { onUnavailable: {} } }, /topics\["orders"\]: onUnavailable can only be false/],
    [{ 'no topic': {} }, /topics\["no topic"\]: no topic can be called that/],
    [{ orders: null }, /topics\["orders"\]: a policy must be an object/],
    [[], /topics must be a plain object/],
    [{ __proto__: { orders: {} } }, /topics must be a plain object/],
  ])('refuses %j', (topics, message) => {
    const connection = { brokers: ['127.0.0.1:1'] }
    expect(() => createProducer({ connection, topics: topics as never })).toThrow(message)
  })

  it('names a problem of the producer once', () => {
    const twice = (): unknown => resolveOptions({ lingerMs: -1, topics: { orders: {}, users: {} } })
    expect(twice).toThrow(/^[^]*lingerMs must be(?![^]*lingerMs must be)/)
  })
})
