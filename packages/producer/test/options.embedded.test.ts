import { ManualClock, silentLogger } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BatchSent } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

describe('an option of createProducer', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 3, topics: { orders: { partitions: 1, replicationFactor: 3 } } })
  })
  afterEach(() => kafka.close())

  const records = (count: number, bytes = 100): { topic: string; value: string }[] =>
    Array.from({ length: count }, (_, i) => ({ topic: 'orders', value: String(i).padEnd(bytes, '.') }))

  it('acks: 1 is content with the leader, all wants min.insync.replicas', async () => {
    kafka.createTopic('strict', { replicationFactor: 3, config: { 'min.insync.replicas': '3' } })
    const { leader } = kafka.partition('strict', 0)
    await kafka.broker((leader % 3) + 1).stop()
    const relaxed = producerFor(kafka, { acks: 1, enableIdempotence: false })
    expect(await relaxed.send({ topic: 'strict', value: 'x' })).toMatchObject({ offset: 0n })
    const waits = { retryBackoffMs: 10_000, retryBackoffMaxMs: 10_000 }
    const strict = producerFor(kafka, { requestTimeoutMs: 100, deliveryTimeoutMs: 150, ...waits })
    expect(await strict.trySend({ topic: 'strict', value: 'x' })).toMatchObject({
      status: 'rejected',
      error: { code: 'NOT_ENOUGH_REPLICAS' },
    })
  })

  it('lingerMs: a batch waits that long for company', async () => {
    const clock = new ManualClock(1_700_000_000_000)
    const producer = producerFor(kafka, { clock, lingerMs: 50 })
    const send = (value: string): Promise<unknown> => producer.send({ topic: 'orders', value })
    const sent = [send('a')]
    await until(() => producer.stats().bufferedBytes > 0)
    clock.advance(49)
    sent.push(send('b'))
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    expect(kafka.journal.count('Produce')).toBe(0)
    clock.advance(1)
    await Promise.all(sent)
    expect(kafka.journal.count('Produce')).toBe(1)
  })

  it('lingerMs: with 0 a batch leaves at once, and grows while another is under way', async () => {
    const batches: BatchSent[] = []
    const producer = producerFor(kafka, { hooks: { onBatchSent: (batch) => void batches.push(batch) } })
    await producer.send({ topic: 'orders', value: 'warm' })
    const gate = kafka.faults.on('Produce').hold()
    const first = producer.send({ topic: 'orders', value: 'first' })
    await until(() => kafka.faults.fired === 1)
    const rest = producer.sendMany(records(50))
    gate.release()
    await Promise.all([first, rest])
    expect(batches.map((batch) => batch.records)).toEqual([1, 1, 50])
  })

  it('lingerMs: does not hold batches back while sends wait for their memory', async () => {
    // The batches went on lingering, and the sends that waited for memory with them.
    const producer = producerFor(kafka, {
      lingerMs: 60_000,
      deliveryTimeoutMs: 120_000,
      bufferMemory: 2000,
      maxWaitingBytes: 20_000,
      maxRequestSize: 2000,
    })
    const results = producer.sendMany(records(40))
    await until(() => producer.stats().waitingSends === 0)
    // Nobody waits any more: what is left may linger until it is hurried.
    await producer.flush()
    expect(new Set((await results).map(({ status }) => status))).toEqual(new Set(['delivered']))
  })

  it('batchSize: bounds the bytes of a batch', async () => {
    const batches: BatchSent[] = []
    const producer = producerFor(kafka, {
      batchSize: 1000,
      hooks: { onBatchSent: (batch) => void batches.push(batch) },
    })
    await producer.sendMany(records(100))
    expect(batches.every(({ bytes }) => bytes <= 1000)).toBe(true)
    expect(Math.max(...batches.map((batch) => batch.bytes))).toBeGreaterThan(850)
  })

  it('maxRequestSize: bounds the bytes of a batch, though batchSize is more', async () => {
    // A batch of 64 KiB went to brokers that take as much as maxRequestSize says, and came back to be split.
    const batches: BatchSent[] = []
    const producer = producerFor(kafka, {
      maxRequestSize: 1000,
      hooks: { onBatchSent: (batch) => void batches.push(batch) },
    })
    await producer.sendMany(records(100))
    expect(batches.every(({ bytes }) => bytes <= 1000)).toBe(true)
    expect(Math.max(...batches.map((batch) => batch.bytes))).toBeGreaterThan(850)
  })

  it('bufferMemory: bounds what is not settled, maxWaitingBytes what waits, and the rest is refused', async () => {
    const full: boolean[] = []
    const producer = producerFor(kafka, {
      bufferMemory: 4000,
      maxRequestSize: 4000,
      maxWaitingBytes: 2000,
      hooks: { onBufferFull: ({ refused }) => void full.push(refused) },
    })
    await producer.send({ topic: 'orders', value: 'warm' })
    const gate = kafka.faults.on('Produce').hold()
    const sending = producer.sendMany(records(100))
    await until(() => kafka.faults.fired === 1)
    const { bufferedBytes, waitingBytes, waitingSends } = producer.stats()
    expect(bufferedBytes).toBeGreaterThan(3800)
    expect(bufferedBytes).toBeLessThanOrEqual(4000)
    expect(waitingBytes).toBeGreaterThan(1800)
    expect(waitingBytes).toBeLessThanOrEqual(2000)
    expect(producer.post({ topic: 'orders', value: 'x'.repeat(200) })).toBe(false)
    expect(
      await producer.trySend({ topic: 'orders', value: 'x'.repeat(200) }, { wait: false }),
    ).toMatchObject({
      status: 'not-sent',
      error: { code: 'BUFFER_FULL', retriable: true },
    })
    gate.release()
    const statuses = (await sending).map(({ status }) => status)
    const delivered = statuses.indexOf('not-sent')
    expect(statuses).toEqual(statuses.map((_, i) => (i < delivered ? 'delivered' : 'not-sent')))
    expect(full.filter((refused) => !refused)).toHaveLength(waitingSends)
  })

  it('maxBlockMs: bounds the wait for memory', async () => {
    const producer = producerFor(kafka, { bufferMemory: 2000, maxRequestSize: 2000, maxBlockMs: 50 })
    await producer.send({ topic: 'orders', value: 'warm' })
    const gate = kafka.faults.on('Produce').hold()
    const first = producer.send({ topic: 'orders', value: 'x'.repeat(1800) })
    const second = await producer.trySend({ topic: 'orders', value: 'x'.repeat(1000) })
    expect(second).toMatchObject({
      error: { code: 'BUFFER_FULL', message: expect.stringContaining('50 ms') },
    })
    gate.release()
    await first
  })

  it('trySend with wait: false does not wait for memory when its topic becomes known either', async () => {
    // Once it had waited for metadata it waited for memory, too.
    const producer = producerFor(kafka, { bufferMemory: 2000, maxRequestSize: 2000 })
    await producer.send({ topic: 'orders', value: 'warm' })
    const held = kafka.faults.on('Produce').hold()
    const first = producer.send({ topic: 'orders', value: 'x'.repeat(1900) })
    kafka.createTopic('other')
    expect(await producer.trySend({ topic: 'other', value: 'x'.repeat(500) }, { wait: false })).toMatchObject(
      {
        error: { code: 'BUFFER_FULL' },
      },
    )
    held.release()
    await first
  })

  it('deliveryTimeoutMs: ends the wait, and a call may shorten it but not lengthen it', async () => {
    // So long a back-off that the timeout does not find the batch under way.
    const waits = { retryBackoffMs: 10_000, retryBackoffMaxMs: 10_000 }
    const producer = producerFor(kafka, { deliveryTimeoutMs: 120, requestTimeoutMs: 100, ...waits })
    await producer.send({ topic: 'orders', value: 'warm' })
    kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').always()
    const latency = async (deliveryTimeoutMs?: number): Promise<number> => {
      const startMs = performance.now()
      expect(await producer.trySend({ topic: 'orders', value: 'x' }, { deliveryTimeoutMs })).toMatchObject({
        status: 'rejected',
      })
      return performance.now() - startMs
    }
    expect(await latency()).toBeGreaterThanOrEqual(119)
    expect(await latency(30)).toBeLessThan(115)
    expect(await latency(60_000)).toBeLessThan(1000)
  })

  it.each([
    { deliveryTimeoutMs: Number.NaN },
    { deliveryTimeoutMs: 'soon' },
    { signal: {} },
    { deliveryTimeoutMs: -1 },
  ])('of a call that means nothing is refused: %j', async (options) => {
    // With NaN for a deadline a record that could not be delivered was never settled.
    const result = await producerFor(kafka).trySend({ topic: 'orders', value: 'x' }, options as never)
    expect(result).toMatchObject({ status: 'rejected', error: { code: 'INVALID_RECORD_INPUT' } })
  })

  it('requestTimeoutMs: a request that is not answered in time goes over another connection', async () => {
    const producer = producerFor(kafka, { requestTimeoutMs: 60 })
    await producer.send({ topic: 'orders', value: 'warm' })
    kafka.faults.on('Produce').delayResponse(10_000).once()
    const receipt = await producer.send({ topic: 'orders', value: 'x' })
    expect(receipt).toMatchObject({ offset: 1n, attempts: 2 })
    expect(receipt.latencyMs).toBeGreaterThanOrEqual(60)
    // Not the answer that comes late.
    expect(receipt.latencyMs).toBeLessThan(9_000)
  })

  it.each([1, 2, 5])(
    'maxInFlightRequestsPerConnection: %i requests are under way and no more',
    async (most) => {
      const producer = producerFor(kafka, { maxInFlightRequestsPerConnection: most, batchSize: 0 })
      await producer.send({ topic: 'orders', value: 'warm' })
      const gate = kafka.faults.on('Produce').hold()
      const sent = producer.sendMany(records(20))
      await until(() => producer.stats().inFlightRequests === most)
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
      expect(producer.stats().inFlightRequests).toBe(most)
      gate.release()
      await sent
    },
  )

  it('enableIdempotence: false takes no producer id, and a retry doubles what was appended', async () => {
    const producer = producerFor(kafka, { enableIdempotence: false })
    await producer.ready()
    kafka.faults.on('Produce').loseResponse().once()
    await producer.send({ topic: 'orders', value: 'x' })
    expect(kafka.journal.count('InitProducerId')).toBe(0)
    expect(await kafka.records('orders')).toHaveLength(2)
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'compressionType: %s makes batches smaller',
    async (compressionType) => {
      const batches: BatchSent[] = []
      const producer = producerFor(kafka, {
        compressionType,
        hooks: { onBatchSent: (batch) => void batches.push(batch) },
      })
      await producer.sendMany(records(50, 1000))
      for (const { bytes, uncompressedBytes } of batches) expect(bytes).toBeLessThan(uncompressedBytes / 5)
      const stored = await kafka.records('orders')
      expect(stored.map(({ value }) => value?.toString())).toEqual(
        records(50, 1000).map(({ value }) => value),
      )
    },
  )

  it('maxRequestSize: bounds a record, and the batches of a request together', async () => {
    kafka.createTopic('wide', { partitions: 8, replicationFactor: 1 })
    const producer = producerFor(kafka, { maxRequestSize: 1000 })
    const values = Array.from({ length: 8 }, (_, partition) => ({
      topic: 'wide',
      partition,
      value: 'x'.repeat(700),
    }))
    expect(new Set((await producer.sendMany(values)).map(({ status }) => status))).toEqual(
      new Set(['delivered']),
    )
    expect(kafka.journal.count('Produce')).toBe(8)
    expect(await producer.trySend({ topic: 'wide', value: 'x'.repeat(1000) })).toMatchObject({
      status: 'rejected',
      error: { code: 'RECORD_TOO_LARGE' },
    })
  })

  it('retryBackoffMs and retryBackoffMaxMs: the wait doubles, up to the maximum', async () => {
    const retries: number[] = []
    const clock = new ManualClock()
    const producer = producerFor(kafka, {
      clock,
      retryBackoffMs: 100,
      retryBackoffMaxMs: 300,
      hooks: { onRetry: () => void retries.push(clock.monotonic()) },
    })
    await producer.send({ topic: 'orders', value: 'warm' })
    kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').times(4)
    const sent = producer.send({ topic: 'orders', value: 'x' })
    while (producer.stats().pendingRecords > 0) {
      clock.advance(5)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await sent
    const waits = retries.slice(1).map((atMs, i) => atMs - retries[i]!)
    // 20 % of jitter, and the steps and answers in which this clock moves.
    const bounds = [
      [80, 170],
      [160, 310],
      [240, 430],
    ]
    for (const [i, [least, most]] of bounds.entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(least!)
      expect(waits[i]).toBeLessThanOrEqual(most!)
    }
  })

  it('hooks: all of them are called, in order, and one that throws breaks nothing and is logged once', async () => {
    const lines: unknown[] = []
    const calls: string[] = []
    const broken = (): never => {
      throw new Error('hook')
    }
    const producer = producerFor(kafka, {
      logger: { ...silentLogger, error: (fields) => void lines.push(fields) },
      hooks: [
        { onSend: broken, onSettled: broken, onBatchSent: broken, onRetry: broken, onStateChange: broken },
        {
          onSend: () => {
            calls.push('onSend')
            return [['traceparent', '00-1']]
          },
          onSettled: ({ status }) => void calls.push(`onSettled ${status}`),
        },
      ],
    })
    kafka.faults.on('Produce').reply('NOT_ENOUGH_REPLICAS').once()
    await producer.send({ topic: 'orders', value: 'x', headers: { own: 'h' } })
    await producer.send({ topic: 'orders', value: 'y' })
    expect(calls).toEqual(['onSend', 'onSettled delivered', 'onSend', 'onSettled delivered'])
    const [first] = await kafka.records('orders')
    expect(first!.headers.map(([name, value]) => `${name}=${value?.toString()}`)).toEqual([
      'own=h',
      'traceparent=00-1',
    ])
    expect(lines.map((line) => (line as { hook: string }).hook).toSorted()).toEqual([
      'onBatchSent',
      'onRetry',
      'onSend',
      'onSettled',
      'onStateChange',
    ])
  })

  it('hooks: headers that are none, and rejections, are logged and break nothing', async () => {
    // A number for a header made sizes NaN; a hook that rejected ended the process.
    const lines: unknown[] = []
    const producer = producerFor(kafka, {
      logger: { ...silentLogger, error: (fields) => void lines.push(fields) },
      hooks: [
        { onSend: () => [['n', 5 as never]] },
        { onSettled: (() => Promise.reject(new Error('late'))) as () => void },
      ],
    })
    await producer.send({ topic: 'orders', value: 'x' })
    await until(() => lines.length === 2)
    expect((await kafka.records('orders'))[0]!.headers).toEqual([])
    expect(producer.stats().bufferedBytes).toBe(0)
  })

  it('logger: hears of brokers that cannot be reached, and never of payloads', async () => {
    const lines: string[] = []
    const log = (fields: object, message: string): void => void lines.push(JSON.stringify(fields) + message)
    const producer = producerFor(kafka, {
      logger: { debug: log, info: log, warn: log, error: log },
      maxBlockMs: 50,
    })
    await Promise.all([1, 2, 3].map((id) => kafka.broker(id).stop()))
    await producer.trySend({ topic: 'orders', key: 'secret-key', value: 'secret-value' })
    expect(lines.join()).toContain('cannot be reached')
    expect(lines.join()).not.toContain('secret')
  })

  it('clock: gives timestamps and runs every deadline', async () => {
    const clock = new ManualClock(1_700_000_000_000)
    const producer = producerFor(kafka, { clock })
    expect(await producer.send({ topic: 'orders', value: 'x' })).toMatchObject({
      timestamp: 1_700_000_000_000,
    })
    kafka.faults.on('Produce').hold()
    const late = producer.trySend({ topic: 'orders', value: 'x' }, { deliveryTimeoutMs: 1500 })
    await until(() => kafka.faults.fired === 1)
    clock.advance(1500)
    expect(await late).toMatchObject({ status: 'unknown', error: { code: 'DELIVERY_TIMEOUT' } })
    kafka.faults.clear()
    await producer.close()
    expect(clock.pendingTimers).toBe(0)
  })
})
