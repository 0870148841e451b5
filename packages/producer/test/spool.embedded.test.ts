import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type {
  Producer,
  ProducerRecord,
  ProducerTuning,
  SendResult,
  Settled,
  SpoolEvent,
} from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

describe('onUnavailable', () => {
  let kafka: EmbeddedKafka
  let folder: string
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headwater-spool-'))
    kafka = await startKafka({ brokers: 2, topics: { orders: { partitions: 4, replicationFactor: 1 } } })
  })
  afterEach(async () => {
    await kafka.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const spooling = (tuning: ProducerTuning = {}, afterMs = 100): Producer =>
    producerFor(kafka, { onUnavailable: { folder, afterMs }, ...tuning })
  /** Until the producer has seen it: what it writes into a dying connection is no case for the spool. */
  const stopAll = async (producer: Producer): Promise<void> => {
    await Promise.all([1, 2].map((id) => kafka.broker(id).stop()))
    await until(() => producer.stats().connections === 0)
  }
  const startAll = (): Promise<unknown> => Promise.all([1, 2].map((id) => kafka.broker(id).start()))
  const logOf = async (partition: number): Promise<string[]> =>
    (await kafka.records('orders'))
      .filter((record) => record.partition === partition)
      .map(({ value }) => value!.toString())
      .filter((value) => value !== 'warm')
  /** Connected, with numbers for each partition: nothing slow is left to do for the first record. */
  const warm = async (producer: Producer): Promise<void> => {
    await producer.ready()
    for (let warmed = false; !warmed;) {
      const records = [0, 1, 2, 3].map((partition) => ({ topic: 'orders', partition, value: 'warm' }))
      const results = await producer.sendMany(records)
      warmed = results.every(({ status }) => status === 'delivered')
    }
    await until(() => producer.stats().spoolRecords === 0)
  }
  const segments = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.spool'))

  it('keeps what an outage stops, and sends it before newer records of its partition', async () => {
    const events: SpoolEvent[] = []
    const producer = spooling({ hooks: { onSpool: (event) => events.push(event) } })
    await warm(producer)
    const before = producer.stats()
    await stopAll(producer)
    const results: Promise<SendResult>[] = []
    const statuses: Record<string, number> = {}
    let sent = 0
    const send = (count: number): void => {
      for (let i = 0; i < count; i++) {
        const partition = sent % 4
        const value = String(sent++).padStart(6, '0')
        results.push(producer.trySend({ topic: 'orders', partition, value }))
      }
    }
    send(2000)
    const first = await Promise.all(results)
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set(['spooled']))
    expect(first[5]!.receipt).toMatchObject({
      kind: 'spool',
      topic: 'orders',
      partition: 1,
      offset: undefined,
    })
    expect(producer.stats()).toMatchObject({
      spooled: before.spooled + 2000,
      spoolRecords: 2000,
      pendingRecords: 0,
    })
    expect(producer.stats().spoolBytes).toBeGreaterThan(2000 * 60)
    // Behind them, while nobody is there.
    send(400)
    await Promise.all(results)
    await startAll()
    while (producer.stats().spoolRecords > 0) {
      send(4)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    // What is on its way to the disk holds newer ones up, too. In the end they go straight to the brokers.
    for (let straight = false; !straight;) {
      const from = results.length
      send(4)
      const last = await Promise.all(results.slice(from))
      straight = last.every(({ status }) => status === 'delivered')
    }
    send(400)
    for (const { status } of await Promise.all(results)) statuses[status] = (statuses[status] ?? 0) + 1
    await until(() => producer.stats().spoolRecords === 0)
    for (const partition of [0, 1, 2, 3]) {
      const expected = Array.from({ length: sent / 4 }, (_, i) => String(i * 4 + partition).padStart(6, '0'))
      expect(await logOf(partition)).toEqual(expected)
    }
    expect(statuses['delivered']).toBeGreaterThanOrEqual(404)
    expect(producer.stats().replayed - before.replayed).toBe(statuses['spooled'])
    expect(events.filter(({ event }) => event === 'began').length).toBeGreaterThanOrEqual(4)
    await until(() => events.filter(({ event }) => event === 'drained').length >= 4)
    await producer.close()
    expect(segments()).toEqual([])
  })

  const numbered = (from: number, count: number, more: Partial<ProducerRecord> = {}): ProducerRecord[] =>
    Array.from({ length: count }, (_, i) => ({ topic: 'orders', value: String(from + i), ...more }))
  const statusesOf = (results: readonly SendResult[]): string[] => [
    ...new Set(results.map(({ status }) => status)),
  ]

  it('sends what an earlier process left before newer records, though nobody knew the topic then', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e']
    const of = (from: number): ProducerRecord[] =>
      numbered(from, 500).map((record, i) => ({ ...record, key: keys[i % keys.length] }))
    // The cluster is away when the process starts, and still is when the next one does.
    await Promise.all([1, 2].map((id) => kafka.broker(id).stop()))
    for (const from of [0, 500]) {
      const producer = spooling()
      const results = await producer.sendMany(of(from))
      expect(statusesOf(results)).toEqual(['spooled'])
      expect(results[0]!.receipt!.partition).toBe(-1)
      expect(producer.stats().spoolRecords).toBe(from + 500)
      expect(await producer.close()).toEqual({ undelivered: [] })
    }
    const producer = spooling()
    const newest = producer.sendMany(of(1000))
    await startAll()
    await newest
    await until(() => producer.stats().spoolRecords === 0)
    await producer.flush()
    const latest = new Map<string, number>()
    const records = await kafka.records('orders')
    expect(records.length).toBe(1500)
    for (const { key, value } of records) {
      expect(Number(value)).toBeGreaterThan(latest.get(String(key)) ?? -1)
      latest.set(String(key), Number(value))
    }
    expect(latest.size).toBe(keys.length)
  })

  it('lets nothing overtake what came while it read the folder, before anybody knew the topic', async () => {
    // These waited for the folder to be read and went into their row a moment later: records that were newer, and whose
    // partition had rows from an earlier process, joined those, and were sent first.
    const before = spooling()
    await warm(before)
    await stopAll(before)
    const left = Array.from({ length: 3000 }, (_, i) => ({
      topic: 'orders',
      partition: i % 2,
      value: `left ${i} ${'x'.repeat(200)}`,
    }))
    expect(new Set((await before.sendMany(left)).map(({ status }) => status))).toEqual(new Set(['spooled']))
    await before.close()
    await startAll()

    const producer = spooling({}, 1)
    const keys = ['a', 'b', 'c', 'd', 'e', 'f']
    const sends: Promise<SendResult>[] = []
    for (let i = 0; i < 600; i++) {
      sends.push(producer.trySend({ topic: 'orders', key: keys[i % keys.length]!, value: `new ${i}` }))
      if (i % keys.length === 0) await new Promise(setImmediate)
    }
    await Promise.all(sends)
    await until(() => producer.stats().spoolRecords === 0)
    for (const partition of [0, 1, 2, 3]) {
      const numbers = (await logOf(partition))
        .filter((value) => value.startsWith('new '))
        .map((value) => Number(value.slice(4)))
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    }
  })

  it('lets other partitions go on when only one is out of reach', async () => {
    const producer = spooling()
    await warm(producer)
    const before = producer.stats().spooled
    const away = kafka.partition('orders', 0).leader
    const hit = [0, 1, 2, 3].filter((partition) => kafka.partition('orders', partition).leader === away)
    const free = [0, 1, 2, 3].filter((partition) => !hit.includes(partition))
    await kafka.broker(away).stop()
    await until(() => producer.stats().connections === 1)
    const behind = await producer.sendMany(numbered(0, 10, { partition: hit[0] }))
    expect(statusesOf(behind)).toEqual(['spooled'])
    expect(producer.stats().spooled - before).toBe(10)
    expect(statusesOf(await producer.sendMany(numbered(0, 10, { partition: free[0] })))).toEqual([
      'delivered',
    ])
    // A record that may go anywhere goes where somebody is.
    expect(statusesOf(await producer.sendMany(numbered(100, 10)))).toEqual(['delivered'])
    await kafka.broker(away).start()
    await until(() => producer.stats().spoolRecords === 0)
    expect((await logOf(hit[0]!)).filter((value) => Number(value) < 100)).toEqual(
      numbered(0, 10).map(({ value }) => value),
    )
  })

  it('takes what a full buffer cannot, and hands it on in order', async () => {
    const producer = spooling({ bufferMemory: 20_000, maxWaitingBytes: 4000 })
    await warm(producer)
    const value = (i: number): string => `${i} `.padEnd(1000, '.')
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        producer.trySend({ topic: 'orders', partition: 0, value: value(i) }),
      ),
    )
    expect(statusesOf(results)).toContain('spooled')
    await until(() => producer.stats().spoolRecords === 0)
    expect(await logOf(0)).toEqual(Array.from({ length: 100 }, (_, i) => value(i)))
  })

  it('counts a record that post could not put into the buffer as taken', async () => {
    const producer = spooling({ bufferMemory: 2000, maxWaitingBytes: 500 })
    await warm(producer)
    await stopAll(producer)
    const taken = numbered(0, 50, { partition: 0 }).map((record) => producer.post(record))
    expect(taken).not.toContain(false)
    await producer.flush()
    expect(producer.stats()).toMatchObject({ refused: 0, notSent: 0, pendingRecords: 0 })
    await startAll()
    await until(() => producer.stats().spoolRecords === 0)
    expect(await logOf(0)).toEqual(numbered(0, 50).map(({ value }) => value))
  })

  it('tells the sender what the spool has no room for, and takes records again when it has', async () => {
    const producer = producerFor(kafka, { onUnavailable: { folder, afterMs: 100, maxBytes: 8192 } })
    // Room is free when the files are gone, which comes after the last record is told of.
    const emptied = (): Promise<void> => until(() => producer.stats().spoolBytes === 0)
    await warm(producer)
    await emptied()
    await stopAll(producer)
    const records = numbered(0, 100, { partition: 0, key: 'x'.repeat(200) })
    const results = await producer.sendMany(records)
    const refused = results.filter(({ status }) => status === 'not-sent')
    expect(statusesOf(results).toSorted()).toEqual(['not-sent', 'spooled'])
    for (const { error } of refused)
      expect(error).toMatchObject({ retriable: true, cause: { code: 'SPOOL_FULL' }, partition: 0 })
    const [behind] = await producer.sendMany(records.slice(0, 1))
    expect(behind!.error).toMatchObject({ code: 'BEHIND_SPOOL', cause: { code: 'SPOOL_FULL' } })
    expect(producer.stats()).toMatchObject({ spoolMaxBytes: 8192 })
    expect(producer.stats().spoolBytes).toBeLessThanOrEqual(8192)
    await startAll()
    await until(() => producer.stats().spoolRecords === 0)
    const spooled = results.flatMap(({ status }, i) => (status === 'spooled' ? [String(i)] : []))
    expect(await logOf(0)).toEqual(spooled)
    await emptied()
    await stopAll(producer)
    expect(statusesOf(await producer.sendMany(records.slice(0, 5)))).toEqual(['spooled'])
  })

  it('tells the sender that the folder is gone, and works again when it is back', async () => {
    const producer = spooling()
    await warm(producer)
    await stopAll(producer)
    rmSync(folder, { recursive: true })
    const [lost] = await producer.sendMany(numbered(0, 1, { partition: 0 }))
    expect(lost!.error).toMatchObject({
      code: 'DELIVERY_TIMEOUT',
      outcome: 'not-sent',
      retriable: true,
      cause: { code: 'SPOOL_FAILED' },
    })
    mkdirSync(folder)
    expect(statusesOf(await producer.sendMany(numbered(1, 1, { partition: 0 })))).toEqual(['spooled'])
    await startAll()
    await until(() => producer.stats().spoolRecords === 0)
    expect(await logOf(0)).toEqual(['1'])
  })

  it('takes a record that was written and never answered only when asked to, and counts it', async () => {
    const unanswered = async (spoolUnknown: boolean): Promise<SendResult> => {
      const tuning = { requestTimeoutMs: 200, deliveryTimeoutMs: 400 }
      const producer = producerFor(kafka, {
        ...tuning,
        onUnavailable: { folder, afterMs: 100, spoolUnknown },
      })
      await warm(producer)
      const leader = kafka.partition('orders', 0).leader
      kafka.broker(leader).freeze()
      const result = await producer.trySend({
        topic: 'orders',
        partition: 0,
        value: `unknown ${spoolUnknown}`,
      })
      kafka.broker(leader).thaw()
      await until(() => producer.stats().spoolRecords === 0)
      const { spooledUnknown, spooled } = producer.stats()
      expect(spooledUnknown).toBe(spoolUnknown ? 1 : 0)
      expect(spooled).toBeGreaterThanOrEqual(spooledUnknown)
      await producer.close()
      return result
    }
    expect(await unanswered(false)).toMatchObject({ status: 'unknown', error: { code: 'DELIVERY_TIMEOUT' } })
    expect(await unanswered(true)).toMatchObject({
      status: 'spooled',
      receipt: { kind: 'spool', partition: 0 },
    })
    expect(await logOf(0)).toContain('unknown true')
  })

  it('keeps a record that is refused on its way from the disk, says so, and goes on behind it', async () => {
    const events: SpoolEvent[] = []
    const settled: Settled[] = []
    const producer = spooling({
      hooks: { onSpool: (event) => events.push(event), onSettled: (one) => settled.push(one) },
    })
    await warm(producer)
    await stopAll(producer)
    await producer.sendMany(numbered(0, 3, { partition: 0, key: 'k', headers: { h: 'x' } }))
    kafka.faults.on('Produce', { topic: 'orders' }).reply('INVALID_RECORD')
    await startAll()
    await until(() => producer.stats().spoolRecords === 0)
    const lines = readFileSync(join(folder, 'rejected.ndjson'), 'utf8').trimEnd().split('\n')
    // Those of one batch are written at once, in any order.
    const kept = lines
      .map((line) => JSON.parse(line) as { value: string })
      .toSorted((left, right) => (left.value < right.value ? -1 : 1))
    expect(kept.length).toBeGreaterThan(0)
    expect(kept[0]).toMatchObject({
      topic: 'orders',
      partition: 0,
      key: Buffer.from('k').toString('base64'),
      value: Buffer.from('0').toString('base64'),
      headers: [['h', Buffer.from('x').toString('base64')]],
      error: { code: 'INVALID_RECORD' },
    })
    expect(events.filter(({ event }) => event === 'rejected').length).toBe(kept.length)
    const late = settled.filter((one) => one.status === 'failed' && one.late)
    expect(late.length).toBe(kept.length)
    const values = kept.map(({ value }) => Buffer.from(value, 'base64').toString())
    expect([...values, ...(await logOf(0))].toSorted()).toEqual(['0', '1', '2'])
    // It takes room from the records to come: nobody else would keep it from filling the disk.
    await until(() => producer.stats().spoolBytes === statSync(join(folder, 'rejected.ndjson')).size)
  })

  it('gives records that are refused on their way from the disk to the dead letters, if there are any', async () => {
    const producer = spooling({ onRejected: { topic: 'orders.dlq' } })
    kafka.createTopic('orders.dlq', { partitions: 1, replicationFactor: 1 })
    await warm(producer)
    await stopAll(producer)
    await producer.sendMany(numbered(0, 1, { partition: 0 }))
    kafka.faults.on('Produce', { topic: 'orders' }).reply('INVALID_RECORD')
    await startAll()
    await until(() => producer.stats().spoolRecords === 0)
    expect((await kafka.records('orders.dlq')).map(({ value }) => String(value))).toEqual(['0'])
    expect(existsSync(join(folder, 'rejected.ndjson'))).toBe(false)
    expect(await logOf(0)).toEqual([])
  })

  it('spools what closing in an outage leaves, and gives the folder back', async () => {
    const producer = spooling({}, 2000)
    await warm(producer)
    await stopAll(producer)
    const results = producer.sendMany(numbered(0, 200, { partition: 2 }))
    const startMs = performance.now()
    expect(await producer.close({ timeoutMs: 100 })).toEqual({ undelivered: [] })
    expect(performance.now() - startMs).toBeLessThan(20_000)
    expect(statusesOf(await results)).toEqual(['spooled'])
    expect(await producer.trySend({ topic: 'orders', value: 'late' })).toMatchObject({
      status: 'not-sent',
      error: { code: 'PRODUCER_CLOSED', message: 'the producer is closed; make a new one to send' },
    })
    expect(readdirSync(folder)).toEqual(['0000000001.spool'])
    await startAll()
    const next = spooling()
    await until(() => next.stats().replayed === 200)
    expect(await logOf(2)).toEqual(numbered(0, 200).map(({ value }) => value))
  })

  it('belongs to one producer at a time', async () => {
    const producer = spooling()
    expect(() => spooling()).toThrow(expect.objectContaining({ code: 'SPOOL_LOCKED' }))
    await producer.close()
    await spooling().close()
  })

  it('does not spool a record that is refused for what it is, or given up by its caller', async () => {
    const producer = spooling()
    await warm(producer)
    await stopAll(producer)
    const gone = new AbortController()
    const aborted = producer.trySend({ topic: 'orders', partition: 0, value: 'x' }, { signal: gone.signal })
    gone.abort()
    const invalid = await producer.trySend({ topic: 'no topic', value: 'x' })
    const large = await producer.trySend({ topic: 'orders', value: 'x'.repeat(2 << 20) })
    expect(statusesOf([await aborted, invalid, large])).toEqual(['not-sent', 'rejected'])
    expect(producer.stats().spoolRecords).toBe(0)
  })
})
