import { ManualClock } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { producersUnderTest, until } from './producers.ts'

describe('what `ready` tells over the life of a producer', () => {
  let kafka: EmbeddedKafka
  const producerFor = producersUnderTest()
  const questions = (): number => kafka.journal.count('Metadata')

  beforeEach(async () => {
    kafka = await startKafka({ brokers: 2, topics: { orders: {} } })
  })
  afterEach(() => kafka.close())

  it('asks brokers again when what they showed is old', async () => {
    // The first success counted for ever: a health check went on saying "ready" with no broker left.
    const clock = new ManualClock(Date.now())
    const producer = producerFor(kafka, { clock })
    await producer.ready()
    clock.advance(5000)
    await producer.ready()
    const before = questions()
    clock.advance(1)
    await producer.ready()
    expect(questions()).toBe(before + 1)
    await producer.ready({ maxAgeMs: 0 })
    clock.advance(1)
    await producer.ready({ maxAgeMs: 0 })
    expect(questions()).toBe(before + 2)
  })

  it('asks nobody while records are acknowledged', async () => {
    const clock = new ManualClock(Date.now())
    const producer = producerFor(kafka, { clock })
    await producer.ready()
    clock.advance(60_000)
    await producer.send({ topic: 'orders', value: 'x' })
    const before = questions()
    clock.advance(5000)
    await producer.ready()
    expect(questions()).toBe(before)
  })

  it('does not take a record that was written with acks 0 for a sign of life', async () => {
    const clock = new ManualClock(Date.now())
    const producer = producerFor(kafka, { clock, acks: 0, enableIdempotence: false })
    await producer.send({ topic: 'orders', value: 'x' })
    clock.advance(60_000)
    await producer.send({ topic: 'orders', value: 'x' })
    const before = questions()
    await producer.ready()
    expect(questions()).toBe(before + 1)
  })

  it('rejects as soon as the last connection is lost, however fresh the last acknowledgement', async () => {
    const producer = producerFor(kafka)
    await producer.send({ topic: 'orders', value: 'x' })
    await kafka.broker(1).stop()
    await kafka.broker(2).stop()
    await until(() => producer.stats().connections === 0)
    await expect(producer.ready({ timeoutMs: 100 })).rejects.toMatchObject({
      code: 'NOT_READY',
      retriable: true,
      cause: { code: 'LINK_CONNECT_FAILED' },
    })
    await kafka.broker(1).start()
    await producer.ready({ timeoutMs: 5000 })
  })

  it('rejects while all brokers stand still with their connections open, and resolves when they go on', async () => {
    const producer = producerFor(kafka)
    await producer.ready()
    for (const id of [1, 2]) kafka.broker(id).freeze()
    await expect(producer.ready({ timeoutMs: 100, maxAgeMs: 0 })).rejects.toMatchObject({ code: 'NOT_READY' })
    const ready = producer.ready({ timeoutMs: 5000, maxAgeMs: 0 })
    for (const id of [1, 2]) kafka.broker(id).thaw()
    await ready
  })

  it('is shared by all who ask at once', async () => {
    const producer = producerFor(kafka)
    await Promise.all(Array.from({ length: 20 }, () => producer.ready()))
    expect(questions()).toBeLessThanOrEqual(2)
    expect(kafka.journal.count('InitProducerId')).toBe(1)
  })
})
