import type { ProducerRecord, Receipt, SendTrace } from '@headwater/producer'
import { intakeMetrics, prometheusMetrics, type AnyRegistry, type ExemplarSource } from '@headwater/metrics'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { openMetrics } from './open-metrics.ts'

const record: ProducerRecord = { topic: 'orders', value: 'v' }
const span = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 }

function receipt(latencyMs: number): Receipt {
  const place = { kind: 'log', topic: 'orders', partition: 0, offset: 1n, timestamp: 0 } as const
  return { ...place, attempts: 1, latencyMs, toJSON: () => ({}) }
}

/** Sends one record through the hooks, as a producer does, and gives the lines with an exemplar. */
async function exemplarsOf(source: ExemplarSource, registry: AnyRegistry): Promise<readonly string[]> {
  const { hooks } = prometheusMetrics(registry, { clientId: 'shop', exemplar: source })
  const trace = hooks.onSend?.(record) as SendTrace | undefined
  const settled = { status: 'delivered', receipt: receipt(20), late: false } as const
  hooks.onSettled?.(settled)
  trace?.settled(settled)
  return linesWithExemplar(await registry.metrics())
}

function linesWithExemplar(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.includes(' # {'))
}

describe('prometheusMetrics', () => {
  it('shows the trace of a send beside the bucket of its duration', async () => {
    const lines = await exemplarsOf(() => span, openMetrics())
    const labels = 'le="0.025",client_id="shop",topic="orders",outcome="delivered"'
    const exemplar = `# {trace_id="${span.traceId}",span_id="${span.spanId}"} 0.02 `
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`kafka_producer_send_duration_seconds_bucket{${labels}} 1 ${exemplar}`)
  })

  it('shows none in the format that knows none', async () => {
    expect(await exemplarsOf(() => span, new Registry())).toEqual([])
  })

  it('asks nothing and keeps nothing of a send when nobody wants exemplars', () => {
    expect(prometheusMetrics(new Registry(), { clientId: 'shop' }).hooks).not.toHaveProperty('onSend')
  })

  it.each<[string, ExemplarSource]>([
    ['there is no span', () => undefined],
    ['the trace is not sampled', () => ({ ...span, traceFlags: 0 })],
    ['the labels are too long for OpenMetrics', () => ({ trace_id: 'a'.repeat(121) })],
    ['a label has no name', () => ({ 'trace id': 'a' })],
    [
      'the source throws',
      () => {
        throw new Error('no tracer')
      },
    ],
  ])('shows none where %s', async (_case, source) => {
    expect(await exemplarsOf(source, openMetrics())).toEqual([])
  })

  it('does not let a record that comes late stand for what its sender waited', async () => {
    const registry = openMetrics()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop', exemplar: () => span })
    const trace = hooks.onSend?.(record) as SendTrace
    trace.settled({ status: 'delivered', receipt: receipt(20), late: true })
    expect(linesWithExemplar(await registry.metrics())).toEqual([])
  })
})

describe('intakeMetrics', () => {
  it('shows the trace of a request beside the bucket of its duration', async () => {
    const registry = openMetrics()
    const message = { channel: 'email', type: 't', outcome: 'published', durationSeconds: 0.02 } as const
    intakeMetrics(registry, { exemplar: () => ({ trace_id: 'abc' }) }).onMessage(message)
    const lines = linesWithExemplar(await registry.metrics())
    expect(lines).toHaveLength(1)
    const bucket = 'intake_webhook_duration_seconds_bucket{le="0.025",channel="email",outcome="published"}'
    expect(lines[0]).toContain(`${bucket} 1 # {trace_id="abc"} 0.02 `)
  })
})
