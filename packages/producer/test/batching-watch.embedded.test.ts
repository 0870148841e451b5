import { ManualClock, silentLogger, type LogFields } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BatchingPoor, Producer } from '../src/index.ts'
import { producersUnderTest } from './producers.ts'

const partitions = 50

describe('onBatchingPoor', () => {
  let kafka: EmbeddedKafka
  let found: BatchingPoor[]
  let warned: LogFields[]
  let clock: ManualClock
  const producerFor = producersUnderTest()

  beforeEach(async () => {
    kafka = await startKafka({ topics: { orders: { partitions }, users: { partitions } } })
    found = []
    warned = []
    clock = new ManualClock(1_700_000_000_000)
  })
  afterEach(() => kafka.close())

  const watched = (): Producer =>
    producerFor(kafka, {
      clock,
      logger: { ...silentLogger, warn: (fields) => void warned.push(fields as LogFields) },
      hooks: { onBatchingPoor: (poor) => void found.push(poor) },
    })
  /** Sends a record to each of some partitions at once, again and again. */
  const rounds = async (producer: Producer, count: number, perPartition = 1, topic = 'orders') => {
    for (let round = 0; round < count; round++) {
      const records = Array.from({ length: partitions * perPartition }, (_, i) => ({
        topic,
        value: 'x',
        partition: i % partitions,
      }))
      for (const { status } of await producer.sendMany(records)) expect(status).toBe('delivered')
    }
  }

  it('tells of a topic whose records travel side by side, each in a batch of its own', async () => {
    const producer = watched()
    await rounds(producer, 20)
    expect(found).toEqual([
      { topic: 'orders', batches: 1000, records: 1000, requests: expect.any(Number) as number, windowMs: 0 },
    ])
    expect(found[0]!.requests).toBeLessThan(125)
    expect(warned).toEqual(found)
  })

  it('tells it once a minute, for each topic', async () => {
    const producer = watched()
    await rounds(producer, 60)
    await rounds(producer, 20, 1, 'users')
    expect(found.map(({ topic }) => topic)).toEqual(['orders', 'users'])
    clock.advance(60_000)
    await rounds(producer, 20)
    expect(found.map(({ topic }) => topic)).toEqual(['orders', 'users', 'orders'])
  })

  it('says nothing where batches hold several records', async () => {
    await rounds(watched(), 40, 2)
    expect(found).toEqual([])
  })

  it('says nothing of a sender that has one record at a time', async () => {
    const producer = watched()
    for (let i = 0; i < 2000; i++) await producer.send({ topic: 'orders', key: String(i), value: 'x' })
    expect(found).toEqual([])
  })
})
