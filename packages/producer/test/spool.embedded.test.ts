import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Producer, ProducerTuning, SendResult, SpoolEvent } from '../src/index.ts'
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
    // Behind them, while nobody is there: at once, without waiting for the cluster again.
    const startMs = performance.now()
    send(400)
    await Promise.all(results)
    expect(performance.now() - startMs).toBeLessThan(1000)
    await startAll()
    while (producer.stats().spoolRecords > 0) {
      send(4)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    send(400)
    for (const { status } of await Promise.all(results)) statuses[status] = (statuses[status] ?? 0) + 1
    await until(() => producer.stats().spoolRecords === 0)
    console.log(statuses, producer.stats().replayed, `${sent} sent`)
    for (const partition of [0, 1, 2, 3]) {
      const expected = Array.from({ length: sent / 4 }, (_, i) => String(i * 4 + partition).padStart(6, '0'))
      expect(await logOf(partition)).toEqual(expected)
    }
    expect(statuses['delivered']).toBeGreaterThan(0)
    expect(producer.stats().replayed - before.replayed).toBe(statuses['spooled'])
    expect(events.filter(({ event }) => event === 'began').length).toBeGreaterThanOrEqual(4)
    await until(() => events.filter(({ event }) => event === 'drained').length >= 4)
    await producer.close()
    expect(segments()).toEqual([])
  }, 20_000)
})
