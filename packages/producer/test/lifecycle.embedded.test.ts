import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeOnSignal, createProducer } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: { code?: string }) => error.code ?? 'no code',
  )

describe('the life of a producer', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ topics: { orders: {} } })
  })
  afterEach(() => kafka.close())

  it('begins without I/O, and connects with the first send', async () => {
    const producer = producerFor(kafka)
    expect(producer.stats()).toMatchObject({ state: 'idle', connections: 0 })
    await producer.send({ topic: 'orders', value: 'x' })
    expect(producer.stats()).toMatchObject({ state: 'connected', connections: 1, delivered: 1 })
  })

  it('reports each change of its state once, in order', async () => {
    const states: string[] = []
    const producer = producerFor(kafka, {
      hooks: { onStateChange: ({ from, to }) => void states.push(`${from} -> ${to}`) },
    })
    await producer.send({ topic: 'orders', value: 'x' })
    await kafka.broker(1).stop()
    await until(() => states.length === 2)
    await kafka.broker(1).start()
    await producer.send({ topic: 'orders', value: 'x' })
    await producer.close()
    expect(states).toEqual([
      'idle -> connected',
      'connected -> disconnected',
      'disconnected -> connected',
      'connected -> closing',
      'closing -> closed',
    ])
  })

  describe('ready', () => {
    it('resolves once a broker is connected and a producer id taken', async () => {
      const producer = producerFor(kafka)
      await producer.ready({ timeoutMs: 2000 })
      expect(kafka.journal.count('InitProducerId')).toBe(1)
      await producer.ready({ timeoutMs: 0 })
    })

    // A cluster that has just started refuses ids for a moment; the refusal was waited out, and nobody asked again.
    it('asks again for a producer id that a broker had not to give', async () => {
      kafka.faults.on('InitProducerId').reply('COORDINATOR_LOAD_IN_PROGRESS').times(3)
      await producerFor(kafka).ready({ timeoutMs: 5000 })
      kafka.faults.assertSpent()
    })

    it('rejects with the last failure when time is over', async () => {
      await kafka.broker(1).stop()
      const failure = producerFor(kafka).ready({ timeoutMs: 100 })
      await expect(failure).rejects.toMatchObject({
        code: 'NOT_READY',
        cause: { code: 'LINK_CONNECT_FAILED' },
      })
    })

    it('rejects when the producer is closed meanwhile', async () => {
      // It was left waiting, with its timer, until that fired long after the close.
      await kafka.broker(1).stop()
      const producer = producerFor(kafka)
      const ready = codeOf(producer.ready({ timeoutMs: 60_000 }))
      await producer.close({ timeoutMs: 0 })
      expect(await ready).toBe('PRODUCER_CLOSED')
      expect(await codeOf(producer.ready())).toBe('PRODUCER_CLOSED')
    })
  })

  describe('flush', () => {
    it('waits for what was taken before, and for nothing later', async () => {
      const producer = producerFor(kafka)
      await producer.send({ topic: 'orders', value: 'warm' })
      const gate = kafka.faults.on('Produce').hold()
      let first = 'pending'
      void producer.trySend({ topic: 'orders', value: '1' }).then(({ status }) => (first = status))
      await until(() => kafka.faults.fired === 1)
      const flush = producer.flush()
      const second = kafka.faults.on('Produce').hold()
      const later = producer.send({ topic: 'orders', value: '2' })
      gate.release()
      await flush
      expect(first).toBe('delivered')
      expect(producer.stats().pendingRecords).toBe(1)
      second.release()
      await later
    })

    it('hurries batches that linger', async () => {
      const producer = producerFor(kafka, { lingerMs: 60_000 })
      const sent = producer.send({ topic: 'orders', value: 'x' })
      await producer.flush({ timeoutMs: 2000 })
      expect(await sent).toMatchObject({ offset: 0n })
    })

    it('rejects with the number of records left when time is over, or on an abort', async () => {
      const producer = producerFor(kafka)
      const gate = kafka.faults.on('Produce').hold()
      const sent = producer.sendMany([1, 2, 3].map((i) => ({ topic: 'orders', value: `${i}` })))
      const failure = producer.flush({ timeoutMs: 50 })
      await expect(failure).rejects.toMatchObject({
        code: 'FLUSH_TIMEOUT',
        message: expect.stringContaining('3 records'),
      })
      expect(await codeOf(producer.flush({ signal: AbortSignal.abort() }))).toBe('ABORTED')
      gate.release()
      await sent
      await producer.flush()
      await producer.flush({ timeoutMs: 0 })
    })
  })

  describe('close', () => {
    it('delivers what it was given, and gives the same promise to all who call', async () => {
      const producer = producerFor(kafka, { lingerMs: 60_000 })
      const sent = producer.sendMany([1, 2, 3].map((i) => ({ topic: 'orders', value: `${i}` })))
      const closing = producer.close()
      expect(producer.close()).toBe(closing)
      expect(await closing).toEqual({ undelivered: [] })
      expect((await sent).map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered'])
    })

    it('is one close when a hook that hears of it closes, too', async () => {
      // The hook's call began a second close beside the first.
      const closings: Promise<unknown>[] = []
      const producer = producerFor(kafka, {
        hooks: { onStateChange: ({ to }) => void (to === 'closing' && closings.push(producer.close())) },
      })
      const closing = producer.close()
      await closing
      expect(closings).toEqual([closing])
    })

    it('hands back what it could not deliver, with its outcome', async () => {
      await kafka.broker(1).stop()
      const producer = producerFor(kafka)
      const record = { topic: 'orders', key: 'k', value: 'v', headers: { a: 'b' }, timestamp: 7 }
      const sent = producer.trySend(record)
      const { undelivered } = await producer.close({ timeoutMs: 20 })
      expect(undelivered).toMatchObject([
        {
          record: {
            topic: 'orders',
            key: Buffer.from('k'),
            value: Buffer.from('v'),
            headers: [['a', 'b']],
            timestamp: 7,
          },
          error: { code: 'PRODUCER_CLOSED', outcome: 'not-sent' },
        },
      ])
      expect(await sent).toMatchObject({ status: 'not-sent' })
    })

    it('hands back records in flight as unknown', async () => {
      const producer = producerFor(kafka)
      await producer.send({ topic: 'orders', value: 'warm' })
      kafka.faults.on('Produce').hold()
      const sent = producer.trySend({ topic: 'orders', value: 'v', headers: { a: 'b' } })
      await until(() => kafka.faults.fired === 1)
      const { undelivered } = await producer.close({ timeoutMs: 20 })
      expect(undelivered).toMatchObject([
        {
          record: { value: Buffer.from('v'), headers: [['a', Buffer.from('b')]] },
          error: { outcome: 'unknown' },
        },
      ])
      expect(await sent).toMatchObject({ status: 'unknown', error: { code: 'PRODUCER_CLOSED' } })
    })

    it('ends in time while a connection attempt hangs', async () => {
      const sockets: Socket[] = []
      const silent: Server = createServer((socket) => void sockets.push(socket))
      silent.listen(0, '127.0.0.1')
      await once(silent, 'listening')
      try {
        const { port } = silent.address() as AddressInfo
        const producer = producerFor({ bootstrapServers: `127.0.0.1:${port}` })
        void producer.trySend({ topic: 'orders', value: 'x' })
        await until(() => sockets.length === 1)
        const startMs = performance.now()
        expect((await producer.close({ timeoutMs: 100 })).undelivered).toHaveLength(1)
        // An attempt alone may take 10 s.
        expect(performance.now() - startMs).toBeLessThan(8_000)
      } finally {
        for (const socket of sockets) socket.destroy()
        silent.close()
      }
    })

    it('hands back the bytes that were sent, whatever their memory is used for by then', async () => {
      // A record that was given up in a batch whose others were acknowledged had the bytes of the batch that came next.
      const producer = producerFor(kafka, { batchSize: 16384, bufferMemory: 17000 })
      await producer.send({ topic: 'orders', value: 'w'.repeat(12_000) })
      const gate = kafka.faults.on('Produce').holdBeforeReply()
      const expires = producer.trySend(
        { topic: 'orders', key: 'key', value: 'a'.repeat(3000), headers: { h: 'header' } },
        { deliveryTimeoutMs: 50 },
      )
      const others = [
        producer.trySend({ topic: 'orders', value: 'b'.repeat(8000) }),
        producer.trySend({ topic: 'orders', value: 'c'.repeat(12_000) }),
      ]
      const closing = producer.close()
      expect(await expires).toMatchObject({ status: 'unknown' })
      gate.release()
      expect(await Promise.all(others)).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }])
      const { undelivered } = await closing
      expect(undelivered.map(({ record: { key, value, headers } }) => ({ key, value, headers }))).toEqual([
        {
          key: Buffer.from('key'),
          value: Buffer.from('a'.repeat(3000)),
          headers: [['h', Buffer.from('header')]],
        },
      ])
    })

    it('hands back nothing that it never took', async () => {
      // What was sent to a producer that closes, or was closed long ago, was told so, and was kept here all the same: a
      // service that goes on sending filled the memory, and who writes down what is handed back had it twice.
      const producer = producerFor(kafka)
      await producer.send({ topic: 'orders', value: 'x' })
      const closing = producer.close()
      expect(await codeOf(producer.send({ topic: 'orders', value: 'while it closes' }))).toBe(
        'PRODUCER_CLOSED',
      )
      const closed = await closing
      expect(closed).toEqual({ undelivered: [] })
      expect(producer.post({ topic: 'orders', value: 'later' })).toBe(false)
      expect(await codeOf(producer.send('no record' as never))).toBe('PRODUCER_CLOSED')
      expect(closed).toEqual({ undelivered: [] })
    })

    it('refuses what comes later, and counts what was posted', async () => {
      const producer = producerFor(kafka)
      await producer.close()
      expect(producer.post({ topic: 'orders', value: 'x' })).toBe(false)
      expect(producer.stats().refused).toBe(1)
      expect(await codeOf(producer.send({ topic: 'orders', value: 'x' }))).toBe('PRODUCER_CLOSED')
    })
  })

  describe('a wait', () => {
    // Node's timers take what is too long for them, and what is no number, for one millisecond: `close` gave all records
    // up at once, with the reason that they were not delivered within Infinity ms.
    it.each([Infinity, 2 ** 31, 2 ** 53])('of %s ms is as long as it takes', async (timeoutMs) => {
      const producer = producerFor(kafka)
      await producer.ready({ timeoutMs, maxAgeMs: timeoutMs })
      const flushed = producer.trySend({ topic: 'orders', value: 'x' })
      await producer.flush({ timeoutMs })
      const closed = producer.trySend({ topic: 'orders', value: 'x' })
      expect(await producer.close({ timeoutMs })).toEqual({ undelivered: [] })
      expect([await flushed, await closed]).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }])
    })

    it.each([Number.NaN, -1, '20' as unknown as number])('of %s ms is refused', async (timeoutMs) => {
      const producer = producerFor(kafka)
      const sent = producer.trySend({ topic: 'orders', value: 'x' })
      for (const call of [
        producer.flush({ timeoutMs }),
        producer.ready({ timeoutMs }),
        producer.ready({ maxAgeMs: timeoutMs }),
        producer.close({ timeoutMs }),
      ])
        expect(await codeOf(call)).toBe('INVALID_OPTIONS')
      expect(() => closeOnSignal(producer, { timeoutMs, onUndelivered: () => undefined })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS' }) as Error,
      )
      // Nothing was closed, and nothing given up.
      expect(await sent).toMatchObject({ status: 'delivered' })
      expect(await producer.close()).toEqual({ undelivered: [] })
    })

    it('that is the default is no shorter for the longest of all deadlines and dead letters', async () => {
      const producer = producerFor(kafka, {
        deliveryTimeoutMs: 0x7fffffff,
        onRejected: { topic: 'orders.dlq' },
      })
      const sent = producer.trySend({ topic: 'orders', value: 'x' })
      expect(await producer.close()).toEqual({ undelivered: [] })
      expect(await sent).toMatchObject({ status: 'delivered' })
    })

    it('for readiness of whatever age takes nothing for an answer that never came', async () => {
      await kafka.broker(1).stop()
      const producer = producerFor(kafka, { enableIdempotence: false })
      expect(await codeOf(producer.ready({ timeoutMs: 50, maxAgeMs: Infinity }))).toBe('NOT_READY')
    })
  })

  describe('await using', () => {
    const connection = (): { brokers: string[] } => ({ brokers: [kafka.bootstrapServers] })

    it('closes', async () => {
      let producer
      {
        await using scoped = createProducer({ connection: connection() })
        producer = scoped
        void producer.trySend({ topic: 'orders', value: 'x' })
      }
      expect(producer.stats()).toMatchObject({ state: 'closed', delivered: 1 })
    })

    it('throws UNDELIVERED with the records that are left', async () => {
      await kafka.broker(1).stop()
      const scope = async (): Promise<void> => {
        await using producer = createProducer({
          connection: connection(),
          deliveryTimeoutMs: 100,
          requestTimeoutMs: 50,
        })
        void producer.trySend({ topic: 'orders', value: 'x' })
      }
      await expect(scope()).rejects.toMatchObject({
        code: 'UNDELIVERED',
        undelivered: [{ record: { value: Buffer.from('x') }, error: { outcome: 'not-sent' } }],
      })
    })

    it('does not throw what a close by hand has handed back', async () => {
      // The end of the scope threw the records again that the caller had just dealt with.
      await kafka.broker(1).stop()
      const scope = async (): Promise<number> => {
        await using producer = createProducer({ connection: connection() })
        void producer.trySend({ topic: 'orders', value: 'x' })
        return (await producer.close({ timeoutMs: 20 })).undelivered.length
      }
      expect(await scope()).toBe(1)
    })
  })
})
