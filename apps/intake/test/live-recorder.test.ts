import { ManualClock } from '@headwater/base'
import type { BatchSent, ProducerStats, Receipt } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { LiveRecorder, type LiveRequest } from '../src/live/live-recorder.ts'

const stats = (): ProducerStats => ({
  state: 'connected',
  delivered: 0,
  rejected: 0,
  notSent: 0,
  unknown: 0,
  deadLettered: 0,
  spooled: 0,
  spooledUnknown: 0,
  spoolRecords: 2,
  spoolBytes: 300,
  spoolMaxBytes: 1000,
  spoolOldestAgeMs: 0,
  replayed: 0,
  replayedUnknown: 0,
  refused: 0,
  retries: 4,
  bytes: 0,
  pendingRecords: 5,
  bufferedBytes: 600,
  bufferMemory: 33_554_432,
  waitingBytes: 70,
  waitingSends: 0,
  inFlightRequests: 1,
  connections: 1,
  latencyMs: { p50: 0, p95: 0, p99: 0, max: 0 },
  lastDeliveredAt: undefined,
})

const request = (more: Partial<LiveRequest> = {}): LiveRequest => ({
  channel: 'email',
  type: 'ingestion.email_received',
  outcome: 'published',
  durationMs: 12.34,
  messageIds: ['0123456789abcdef'],
  ...more,
})

const batch = (partition: number, brokerId: number): BatchSent => ({
  topic: 'raw',
  partition,
  brokerId,
  brokerAddress: undefined,
  records: 1,
  bytes: 1,
  uncompressedBytes: 1,
  requestMs: 1,
  queuedMs: 0,
  attempts: 1,
  traces: [],
})

describe('LiveRecorder', () => {
  it('shows what came, by channel and outcome, and channels by which nothing came', () => {
    const clock = new ManualClock(1_772_439_300_000)
    const recorder = new LiveRecorder(clock)
    recorder.expect(['email', 'whatsapp', 'mailgun'])
    recorder.onRequest(request())
    recorder.onRequest(request({ channel: 'whatsapp', messageIds: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'] }))
    recorder.onRequest(request({ outcome: 'unavailable', durationMs: 5000, messageIds: [] }))
    clock.advance(1000)
    const snapshot = recorder.snapshot({ stats })
    expect(snapshot.channels.map(({ name, total, perSecond }) => [name, total, perSecond.at(-1)])).toEqual([
      ['email', 1, 1],
      ['whatsapp', 2, 2],
      ['mailgun', 0, 0],
    ])
    expect(snapshot.outcomes).toEqual({ published: 2, unavailable: 1 })
    expect(snapshot.latencyMs.count).toBe(3)
    expect(snapshot.producer).toMatchObject({ bufferedBytes: 600, waitingBytes: 70, spoolBytes: 300 })
    expect(snapshot).not.toHaveProperty('actions')
  })

  it('leaves refusals out of the latency', () => {
    const recorder = new LiveRecorder(new ManualClock())
    recorder.onRequest(request({ outcome: 'unauthorised', durationMs: 0.2, messageIds: [] }))
    expect(recorder.snapshot({ stats })).toMatchObject({
      latencyMs: { count: 0 },
      outcomes: { unauthorised: 1 },
    })
  })

  it('keeps the last 20 events, the newest first, with the beginning of their ids', () => {
    const clock = new ManualClock(1000)
    const recorder = new LiveRecorder(clock)
    for (let i = 0; i < 30; i++) {
      clock.advance(1)
      recorder.onRequest(request({ messageIds: [`id-${String(i).padStart(2, '0')}-rest-of-it`] }))
    }
    recorder.onRequest(request({ outcome: 'unauthorised', messageIds: [] }))
    const { last } = recorder.snapshot({ stats })
    expect(last).toHaveLength(20)
    expect(last[0]).toMatchObject({ outcome: 'unauthorised', id: undefined })
    expect(last[1]).toEqual({
      at: 1030,
      channel: 'email',
      type: 'ingestion.email_received',
      outcome: 'published',
      id: 'id-29-re',
      ms: 12.3,
    })
    recorder.onRequest(request({ messageIds: Array.from({ length: 1000 }, (_, i) => `${i}`) }))
    expect(recorder.snapshot({ stats }).last).toHaveLength(20)
  })

  it('counts acknowledgements, late ones too, and knows who gave them', () => {
    const clock = new ManualClock(1000)
    const recorder = new LiveRecorder(clock)
    const { hooks } = recorder
    const receipt = {} as Receipt
    hooks.onSettled?.({ status: 'delivered', receipt, late: false })
    hooks.onSettled?.({ status: 'delivered', receipt, late: true })
    hooks.onSettled?.({ status: 'spooled', receipt, late: false })
    hooks.onBatchSent?.(batch(1, 2))
    hooks.onBatchSent?.(batch(0, 2))
    clock.advance(5)
    hooks.onBatchSent?.(batch(1, 1))
    const { acknowledged, brokers, leaders } = recorder.snapshot({ stats })
    expect(acknowledged).toBe(2)
    expect(brokers).toEqual([
      { id: 1, requests: 1, lastAt: 1005 },
      { id: 2, requests: 2, lastAt: 1000 },
    ])
    expect(leaders).toEqual([
      { topic: 'raw', partition: 0, broker: 2 },
      { topic: 'raw', partition: 1, broker: 1 },
    ])
  })

  it('stays small on a cluster that is large', () => {
    const recorder = new LiveRecorder(new ManualClock())
    for (let i = 0; i < 1000; i++) recorder.hooks.onBatchSent?.(batch(i, i))
    const { brokers, leaders } = recorder.snapshot({ stats })
    expect([brokers.length, leaders.length]).toEqual([50, 100])
  })
})
