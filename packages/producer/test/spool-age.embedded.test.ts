import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, type Clock } from '@headwater/base'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Producer } from '../src/index.ts'
import { producersUnderTest, until } from './producers.ts'

describe('stats().spoolOldestAgeMs', () => {
  let kafka: EmbeddedKafka
  let folder: string
  let aheadMs: number
  const producerFor = producersUnderTest()
  /** A computer's clock that is set, while all waits are as they are. */
  const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs }
  const spooling = (): Producer =>
    producerFor(kafka, { clock, onUnavailable: { folder, afterMs: 20, sync: 'never' } })
  const ageOf = (producer: Producer): number => producer.stats().spoolOldestAgeMs

  beforeEach(async () => {
    aheadMs = 0
    folder = mkdtempSync(join(tmpdir(), 'headwater-spool-'))
    kafka = await startKafka({ topics: { orders: { partitions: 2 } } })
  })
  afterEach(async () => {
    await kafka.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is that of the oldest record, also of one that an earlier process left, and 0 when all are sent', async () => {
    await kafka.broker(1).stop()
    const earlier = spooling()
    expect(ageOf(earlier)).toBe(0)
    await earlier.send({ topic: 'orders', partition: 0, value: 'first' })
    expect(ageOf(earlier)).toBeLessThan(5000)
    aheadMs = 60_000
    await earlier.send({ topic: 'orders', partition: 1, value: 'second' })
    expect(ageOf(earlier)).toBeGreaterThanOrEqual(60_000)
    expect(ageOf(earlier)).toBeLessThan(65_000)
    await earlier.close()

    aheadMs = 3_600_000
    const producer = spooling()
    await until(() => producer.stats().spoolRecords === 2)
    expect(ageOf(producer)).toBeGreaterThanOrEqual(3_600_000)
    expect(ageOf(producer)).toBeLessThan(3_605_000)
    await kafka.broker(1).start()
    await until(() => producer.stats().spoolRecords === 0)
    expect(ageOf(producer)).toBe(0)

    // What comes later is as old as it is.
    await kafka.broker(1).stop()
    await until(() => producer.stats().connections === 0)
    await producer.send({ topic: 'orders', partition: 0, value: 'third' })
    expect(ageOf(producer)).toBeLessThan(5000)
  })

  it('is 0 when the clock was set back since', async () => {
    await kafka.broker(1).stop()
    const producer = spooling()
    await producer.send({ topic: 'orders', value: 'x' })
    aheadMs = -60_000
    expect(ageOf(producer)).toBe(0)
  })

  it('is 0 without the policy', () => {
    expect(ageOf(producerFor(kafka))).toBe(0)
  })
})
