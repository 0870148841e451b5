import { ManualClock } from '@headwater/base'
import { DeliveryError, type ProducerState, type ProducerStats } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { Readiness } from '../src/readiness.ts'

const batch = {
  topic: 'raw',
  partition: 0,
  brokerId: 1,
  records: 1,
  bytes: 1,
  uncompressedBytes: 1,
  requestMs: 1,
  queuedMs: 1,
  attempts: 1,
  traces: [],
}

/** A producer in a state, whose probes end as told; counts them. */
function producerIn(state: ProducerState, ready: () => Promise<void> = async () => undefined) {
  const seen = { probes: 0 }
  return {
    seen,
    ready: () => (seen.probes++, ready()),
    stats: () => ({ state }) as ProducerStats,
  }
}

function silence(readiness: Readiness): void {
  const error = new DeliveryError('DELIVERY_TIMEOUT', 'x', { outcome: 'unknown', topic: 'raw' })
  const record = { topic: 'raw', value: null }
  readiness.hooks.onSettled?.({ status: 'failed', error, record, latencyMs: 5000, late: false })
}

describe('Readiness', () => {
  it('is ready when idle and a probe goes through', async () => {
    expect(await new Readiness(new ManualClock()).check(producerIn('connected'))).toEqual({ ready: true })
  })

  it('is not ready when the probe fails, or found connections that are gone', async () => {
    const readiness = new Readiness(new ManualClock())
    const unreachable = producerIn('idle', async () => {
      throw new Error('no broker')
    })
    expect(await readiness.check(unreachable)).toEqual({ ready: false, reason: 'kafka cannot be reached' })
    const gone = producerIn('disconnected')
    expect(await readiness.check(gone)).toEqual({ ready: false, reason: 'no broker is connected' })
  })

  it('asks nobody for ten seconds after an acknowledgement', async () => {
    const clock = new ManualClock()
    const readiness = new Readiness(clock)
    const producer = producerIn('connected')
    readiness.hooks.onBatchSent?.(batch)
    clock.advance(9999)
    expect(await readiness.check(producer)).toEqual({ ready: true })
    expect(producer.seen.probes).toBe(0)
    clock.advance(1)
    await readiness.check(producer)
    expect(producer.seen.probes).toBe(1)
  })

  it('is not ready while records meet silence, until an acknowledgement comes', async () => {
    const readiness = new Readiness(new ManualClock())
    silence(readiness)
    const producer = producerIn('connected')
    expect(await readiness.check(producer)).toEqual({ ready: false, reason: 'kafka does not acknowledge' })
    readiness.hooks.onBatchSent?.(batch)
    expect(await readiness.check(producer)).toEqual({ ready: true })
  })

  it('probes once for all who ask at the same time', async () => {
    const readiness = new Readiness(new ManualClock())
    const probe = Promise.withResolvers<void>()
    const producer = producerIn('connected', () => probe.promise)
    const checks = [readiness.check(producer), readiness.check(producer)]
    probe.resolve()
    expect(await Promise.all(checks)).toEqual([{ ready: true }, { ready: true }])
    expect(producer.seen.probes).toBe(1)
  })

  it('is not ready once it drains', async () => {
    const readiness = new Readiness(new ManualClock())
    readiness.drain()
    expect(await readiness.check(producerIn('connected'))).toEqual({ ready: false, reason: 'draining' })
  })
})
