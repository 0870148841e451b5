import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createKafkajsLinks,
  createProducer,
  DeliveryError,
  toDlqTopic,
  type LinkFactory,
  type ProducerTuning,
  type RejectedRecord,
  type SendResult,
  type Settled,
} from '../src/index.ts'
import { silentLogger, systemClock } from '@headwater/base'
import { producersUnderTest, until } from './producers.ts'

/** A topic that takes batches of 300 bytes at the most: what is larger is refused by the broker. */
const strict = { config: { 'max.message.bytes': '300' } }
const poison = {
  topic: 'orders',
  key: 'k',
  value: 'p'.repeat(1000),
  headers: { 'content-type': 'text/plain' },
}

describe('onRejected', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ topics: { orders: strict, users: strict, dead: {}, tiny: strict } })
  })
  afterEach(() => kafka.close())

  const letters = (topic = 'dead') => kafka.records(topic)
  const toDead: ProducerTuning = { onRejected: { topic: 'dead', service: 'shop' } }

  it('writes what a broker refuses to the dead-letter topic, and tells the sender so', async () => {
    const settled: Settled[] = []
    const producer = producerFor(kafka, { ...toDead, hooks: { onSettled: (one) => void settled.push(one) } })
    const before = Date.now()
    const error: unknown = await producer
      .send({ ...poison, timestamp: 1_700_000_000_000 })
      .catch((e: unknown) => e)
    expect(error).toBeInstanceOf(DeliveryError)
    expect(error).toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
      outcome: 'dead-lettered',
      topic: 'orders',
      partition: 0,
      retriable: false,
      deadLetter: { receipt: { kind: 'log', topic: 'dead', offset: 0n } },
      message: expect.stringMatching(/dead letter now: dead, partition 0, offset 0/) as string,
    })
    const [letter, ...more] = await letters()
    expect(more).toEqual([])
    expect(letter).toMatchObject({ timestamp: 1_700_000_000_000n })
    expect([letter!.key?.toString(), letter!.value?.toString()]).toEqual(['k', poison.value])
    const headers = letter!.headers.map(([name, value]) => [name, value?.toString()])
    const facts = Object.fromEntries(headers) as Record<string, string>
    expect(headers[0]).toEqual(['content-type', 'text/plain'])
    expect(facts).toMatchObject({
      'dlq.original.topic': 'orders',
      'dlq.original.partition': '0',
      'dlq.original.timestamp': '1700000000000',
      'dlq.error.code': 'MESSAGE_TOO_LARGE',
      'dlq.attempts': '1',
      'dlq.service': 'shop',
    })
    expect(Date.parse(facts['dlq.failed-at']!)).toBeGreaterThanOrEqual(before)
    expect(settled).toMatchObject([{ status: 'failed', error: { outcome: 'dead-lettered' }, late: false }])
    expect(producer.stats()).toMatchObject({ deadLettered: 1, rejected: 0, delivered: 0 })
  })

  it('leaves the neighbours of a refused record alone, and their order', async () => {
    const producer = producerFor(kafka, toDead)
    const results = await producer.sendMany([
      { topic: 'orders', value: 'a' },
      poison,
      { topic: 'orders', value: 'b' },
    ])
    expect(results.map(({ status }) => status)).toEqual(['delivered', 'dead-lettered', 'delivered'])
    expect((await kafka.records('orders')).map(({ value }) => value?.toString())).toEqual(['a', 'b'])
  })

  it('writes what the producer itself refuses for its size, with limits of its own', async () => {
    const tuning = { ...toDead, maxRequestSize: 2000, bufferMemory: 4000 }
    const large = { topic: 'orders', value: 'x'.repeat(50_000) }
    const small = await producerFor(kafka, tuning).trySend(large)
    expect(small).toMatchObject({
      status: 'rejected',
      error: { code: 'RECORD_TOO_LARGE', deadLetter: { error: { code: 'RECORD_TOO_LARGE' } } },
    })
    const onRejected = { topic: 'dead', limits: { maxRequestSize: 100_000 } }
    const result = await producerFor(kafka, { ...tuning, onRejected }).trySend(large)
    expect(result).toMatchObject({ status: 'dead-lettered', error: { code: 'RECORD_TOO_LARGE' } })
    expect((await letters())[0]!.value?.length).toBe(50_000)
  })

  it('has room for a record that is as large as the producer allows', async () => {
    const producer = producerFor(kafka, { ...toDead, maxRequestSize: 2000 })
    const result = await producer.trySend({ topic: 'orders', value: 'x'.repeat(1900) })
    expect(result).toMatchObject({ status: 'dead-lettered', error: { code: 'MESSAGE_TOO_LARGE' } })
  })

  it('writes the bytes as they were at the call, also of a record that never left it', async () => {
    const value = Buffer.alloc(5000, 'a')
    const tuning = { maxRequestSize: 2000, onRejected: { topic: 'dead', limits: { maxRequestSize: 9000 } } }
    const settled: Settled[] = []
    const hooks = { onSettled: (one: Settled) => void settled.push(one) }
    const sending = producerFor(kafka, { ...tuning, hooks }).trySend({ topic: 'orders', value })
    value.fill('b')
    expect(await sending).toMatchObject({ status: 'dead-lettered' })
    expect((await letters())[0]!.value?.toString()).toBe('a'.repeat(5000))
    expect(settled).toMatchObject([{ record: { value: Buffer.alloc(5000, 'a') } }])
  })

  it('keeps the headers that a hook adds', async () => {
    const hooks = { onSend: () => [['traceparent', '00-1-2-01']] as const }
    await producerFor(kafka, { ...toDead, hooks }).trySend(poison)
    expect((await letters())[0]!.headers.map(([name]) => name)).toContain('traceparent')
  })

  it.each([
    ['an invalid partition', { ...poison, partition: 9 }, 'INVALID_PARTITION'],
    ['a broken partitioner', poison, 'INVALID_PARTITION'],
  ])('writes what fails for %s', async (why, record, code) => {
    const partitioner = why.includes('partitioner') ? { partitioner: () => -1 } : {}
    const result = await producerFor(kafka, { ...toDead, ...partitioner }).trySend(record)
    expect(result).toMatchObject({ status: 'dead-lettered', error: { code } })
  })

  it('writes what brokers refused until its time was over', async () => {
    const waits = { retryBackoffMs: 10_000, retryBackoffMaxMs: 10_000 }
    const producer = producerFor(kafka, { ...toDead, ...waits })
    await producer.send({ topic: 'orders', value: 'warm' })
    kafka.faults.on('Produce', { topic: 'orders' }).reply('NOT_ENOUGH_REPLICAS').always()
    const result = await producer.trySend({ topic: 'orders', value: 'x' }, { deliveryTimeoutMs: 150 })
    expect(result).toMatchObject({
      status: 'dead-lettered',
      error: { code: 'NOT_ENOUGH_REPLICAS', retriable: false },
    })
    const facts = Object.fromEntries((await letters())[0]!.headers) as Record<string, Uint8Array>
    expect(String(facts['dlq.error.kind'])).toBe('retriable')
    expect(Number(String(facts['dlq.attempts']))).toBe(result.error!.attempts)
  })

  it('stays rejected with both errors when the dead letter is refused, too', async () => {
    const producer = producerFor(kafka, { onRejected: { topic: 'tiny' } })
    const result = await producer.trySend(poison)
    expect(result).toMatchObject({
      status: 'rejected',
      error: {
        code: 'MESSAGE_TOO_LARGE',
        outcome: 'rejected',
        topic: 'orders',
        deadLetter: { error: { code: 'MESSAGE_TOO_LARGE', topic: 'tiny', outcome: 'rejected' } },
      },
    })
    const { error } = result as SendResult & { status: 'rejected' }
    expect(error.cause).toBe((error.deadLetter as { error: unknown }).error)
    expect(producer.stats()).toMatchObject({ deadLettered: 0, rejected: 1 })
  })

  it('keeps the first cause beside the second error', async () => {
    const boom = new Error('boom')
    const partitioner = (): number => {
      throw boom
    }
    const { error } = await producerFor(kafka, { partitioner, onRejected: { topic: 'tiny' } }).trySend(poison)
    expect(error!.cause).toBeInstanceOf(AggregateError)
    expect((error!.cause as AggregateError).errors).toEqual([
      boom,
      (error!.deadLetter as { error: unknown }).error,
    ])
  })

  it('does not make a dead letter of what it refuses as no record', async () => {
    const producer = producerFor(kafka, toDead)
    const result = await producer.trySend({ topic: 'orders', value: 5 as never })
    expect(result).toMatchObject({ status: 'rejected', error: { code: 'INVALID_RECORD_INPUT' } })
    expect(result.error!.deadLetter).toBeUndefined()
    expect(await letters()).toEqual([])
  })

  it('does not make a dead letter of what is not-sent or unknown', async () => {
    const producer = producerFor(kafka, { ...toDead, maxBlockMs: 50 })
    await producer.send({ topic: 'orders', value: 'warm' })
    const missing = await producer.trySend({ topic: 'nowhere', value: 'x' })
    expect(missing).toMatchObject({ status: 'not-sent' })
    kafka.faults.on('Produce').hold()
    const unknown = await producer.trySend({ topic: 'orders', value: 'x' }, { deliveryTimeoutMs: 100 })
    expect(unknown).toMatchObject({ status: 'unknown' })
    expect(await letters()).toEqual([])
  })

  it('makes no dead letters of dead letters', async () => {
    const fixed = await producerFor(kafka, { onRejected: { topic: 'orders' } }).trySend(poison)
    expect(fixed).toMatchObject({ status: 'rejected', error: { code: 'MESSAGE_TOO_LARGE' } })
    expect(fixed.error!.deadLetter).toBeUndefined()
    kafka.createTopic('orders.dlq', strict)
    const producer = producerFor(kafka, { onRejected: { topic: toDlqTopic } })
    const chosen = await producer.trySend({ ...poison, topic: 'orders.dlq' })
    expect(chosen).toMatchObject({ status: 'rejected' })
    expect(chosen.error!.deadLetter).toBeUndefined()
  })

  it('asks a function for the topic, with all it needs to choose', async () => {
    const seen: RejectedRecord[] = []
    const topic = (rejected: RejectedRecord): string => {
      seen.push(rejected)
      return rejected.error.code === 'MESSAGE_TOO_LARGE' ? 'dead' : 'tiny'
    }
    const result = await producerFor(kafka, { onRejected: { topic } }).trySend(poison)
    expect(result).toMatchObject({ error: { deadLetter: { receipt: { topic: 'dead' } } } })
    expect(seen).toMatchObject([
      { topic: 'orders', record: { key: Buffer.from('k') }, error: { outcome: 'rejected' } },
    ])
  })

  it.each([
    ['throws', () => { throw new Error('no idea') }, /onRejected.topic threw/], // prettier-ignore
    ['gives no name', () => 'no topic', /onRejected.topic gave no name of a topic/],
    ['gives nothing', () => undefined as never, /onRejected.topic gave no name of a topic/],
  ])('tells both errors when that function %s', async (_, topic, message) => {
    const result = await producerFor(kafka, { onRejected: { topic } }).trySend(poison)
    expect(result).toMatchObject({
      status: 'rejected',
      error: { code: 'MESSAGE_TOO_LARGE', deadLetter: { error: { code: 'INVALID_RECORD_INPUT' } } },
    })
    expect((result.error!.deadLetter as { error: Error }).error.message).toMatch(message)
  })

  it('is one topic’s own, or off for it', async () => {
    const producer = producerFor(kafka, {
      onRejected: { topic: 'tiny' },
      topics: { orders: { onRejected: { topic: 'dead' } }, users: { onRejected: false } },
    })
    expect(await producer.trySend(poison)).toMatchObject({ status: 'dead-lettered' })
    const off = await producer.trySend({ ...poison, topic: 'users' })
    expect(off).toMatchObject({ status: 'rejected' })
    expect(off.error!.deadLetter).toBeUndefined()
  })

  it('is off by default, and opens no connection before the first dead letter', async () => {
    const opened: string[] = []
    const made = createKafkajsLinks(
      { connection: { brokers: kafka.bootstrapServers.split(',') } },
      { logger: silentLogger, clock: systemClock },
    )
    let closes = 0
    const links: LinkFactory = {
      seeds: () => made.seeds(),
      open: (address) => {
        opened.push(address.host)
        return made.open(address)
      },
      close: () => {
        closes++
        return made.close()
      },
    }
    const producer = createProducer({ links, ...toDead })
    await producer.send({ topic: 'orders', value: 'x' })
    expect(opened).toHaveLength(1)
    expect(await producer.trySend(poison)).toMatchObject({ status: 'dead-lettered' })
    expect(opened).toHaveLength(2)
    // Links that the caller lent are closed once, with the producer that they were lent to.
    await producer.close()
    expect(closes).toBe(1)
    const off = await producerFor(kafka).trySend(poison)
    expect(off).toMatchObject({ status: 'rejected' })
    expect(off.error!.deadLetter).toBeUndefined()
  })

  it('is waited for by flush', async () => {
    const producer = producerFor(kafka, toDead)
    const gate = kafka.faults.on('Produce', { topic: 'dead' }).hold()
    producer.post(poison)
    await until(() => kafka.faults.fired === 1)
    await expect(producer.flush({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'FLUSH_TIMEOUT' })
    const flushed = producer.flush()
    gate.release()
    await flushed
    expect(producer.stats()).toMatchObject({ deadLettered: 1, pendingRecords: 0 })
  })

  it('is waited for by close, but no longer than close may take', async () => {
    const patient = producerFor(kafka, toDead)
    const first = patient.trySend(poison)
    expect(await patient.close()).toEqual({
      undelivered: [{ record: expect.anything() as unknown, error: (await first).error }],
    })
    expect(await first).toMatchObject({ status: 'dead-lettered' })

    const hasty = producerFor(kafka, toDead)
    kafka.faults.on('Produce', { topic: 'dead' }).hold()
    const second = hasty.trySend(poison)
    await until(() => kafka.faults.fired === 1)
    const startMs = performance.now()
    const { undelivered } = await hasty.close({ timeoutMs: 100 })
    expect(performance.now() - startMs).toBeLessThan(20_000)
    expect(undelivered).toMatchObject([
      {
        record: { topic: 'orders', key: Buffer.from('k'), value: Buffer.from(poison.value) },
        error: {
          outcome: 'rejected',
          code: 'MESSAGE_TOO_LARGE',
          deadLetter: { error: { code: 'PRODUCER_CLOSED', outcome: 'unknown' } },
        },
      },
    ])
    expect((await second).error).toBe(undelivered[0]!.error)
  })

  it('bounds the dead letters that are under way by memory of its own', async () => {
    const limits = { bufferMemory: 2000, maxRequestSize: 2000, maxWaitingBytes: 0 }
    const producer = producerFor(kafka, { onRejected: { topic: 'dead', limits } })
    // There is no room to wait in until the dead-letter topic is known.
    for (let status = ''; status !== 'dead-lettered';) status = (await producer.trySend(poison)).status
    const { rejected } = producer.stats()
    const gate = kafka.faults.on('Produce', { topic: 'dead' }).hold()
    const results = producer.sendMany([poison, poison, poison])
    await until(() => producer.stats().rejected === rejected + 2)
    gate.release()
    expect((await results).map(({ error }) => error?.deadLetter)).toMatchObject([
      { receipt: { topic: 'dead' } },
      { error: { code: 'BUFFER_FULL' } },
      { error: { code: 'BUFFER_FULL' } },
    ])
    // What is well had its own memory all the time.
    expect(await producer.send({ topic: 'orders', value: 'x' })).toMatchObject({ offset: 0n })
  })
})

describe('ProducerTuning.onRejected', () => {
  const connection = { brokers: ['127.0.0.1:1'] }

  it.each<[unknown, RegExp]>([
    [{ onRejected: 'dead' }, /onRejected must be a policy such as/],
    [{ onRejected: false }, /onRejected must be a policy such as/],
    [{ onRejected: {} }, /onRejected.topic must be a function or a topic's name/],
    [{ onRejected: { topic: 'no topic' } }, /onRejected.topic must be a function or a topic's name/],
    [{ onRejected: { topic: 'dead', servce: 'x' } }, /onRejected.servce is not an option/],
    [{ onRejected: { topic: 'dead', service: '' } }, /onRejected.service must be a name/],
    [{ onRejected: { topic: 'dead', limits: 5 } }, /onRejected.limits must be an object/],
    [
      { onRejected: { topic: 'dead', limits: { lingerMs: 5 } } },
      /onRejected.limits.lingerMs is not an option/,
    ],
    [
      { onRejected: { topic: 'dead', limits: { bufferMemory: 0 } } },
      /onRejected.limits: .*bufferMemory must be/,
    ],
    [{ onRejected: { topic: 'dead' }, acks: 0, enableIdempotence: false }, /onRejected contradicts acks 0/],
    [{ onRejected: { topic: 'dead' }, transactionalId: 't' }, /onRejected contradicts transactionalId/],
    [{ topics: { orders: { onRejected: { topic: '' } } } }, /topics\["orders"\]: onRejected.topic must be/],
    [
      { topics: { orders: { onRejected: { topic: 'dead', limits: {} } } } },
      /topics\["orders"\]: onRejected.limits are those of the producer/,
    ],
  ])('refuses %j', (tuning, message) => {
    expect(() => createProducer({ connection, ...(tuning as ProducerTuning) })).toThrow(message)
  })

  it('takes a deadline alone: the time for one request follows it', () => {
    const onRejected = { topic: 'dead', limits: { deliveryTimeoutMs: 500 } }
    expect(() => createProducer({ connection, onRejected })).not.toThrow()
  })
})
