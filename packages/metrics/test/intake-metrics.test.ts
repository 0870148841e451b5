import type { ClaimCheckStore } from '@headwater/channels'
import { intakeMetrics } from '@headwater/metrics'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { scrape } from './scrape.ts'

describe('intakeMetrics', () => {
  it('counts messages and dead letters and measures the way through the intake', async () => {
    const registry = new Registry()
    const metrics = intakeMetrics(registry)
    const message = { channel: 'email', type: 'ingestion.email_received', durationSeconds: 0.02 } as const
    metrics.onMessage({ ...message, outcome: 'published' })
    metrics.onMessage({ ...message, outcome: 'published' })
    metrics.onMessage({ ...message, outcome: 'unavailable', durationSeconds: 5 })
    metrics.onDeadLetter({ topic: 'raw', disposition: 'deserialization' })
    const samples = await scrape(registry)
    const type = 'type="ingestion.email_received"'
    expect(samples.get(`intake_messages_total{channel="email",${type},outcome="published"}`)).toBe(2)
    expect(samples.get(`intake_messages_total{channel="email",${type},outcome="unavailable"}`)).toBe(1)
    expect(samples.get('intake_webhook_duration_seconds_count{channel="email",outcome="published"}')).toBe(2)
    expect(samples.get('intake_webhook_duration_seconds_sum{channel="email",outcome="unavailable"}')).toBe(5)
    expect(samples.get('kafka_dlq_messages_total{topic="raw",disposition="deserialization"}')).toBe(1)
  })

  it('bounds the types', async () => {
    const registry = new Registry()
    const metrics = intakeMetrics(registry)
    for (let index = 0; index < 150; index++) {
      metrics.onMessage({ channel: 'email', type: `t${index}`, outcome: 'published', durationSeconds: 0 })
    }
    const samples = await scrape(registry)
    expect(samples.get('intake_messages_total{channel="email",type="other",outcome="published"}')).toBe(50)
  })

  it('shares the metrics of a registry between calls', async () => {
    const registry = new Registry()
    for (const metrics of [intakeMetrics(registry), intakeMetrics(registry)]) {
      metrics.onDeadLetter({ topic: 'raw', disposition: 'poison' })
    }
    const samples = await scrape(registry)
    expect(samples.get('kafka_dlq_messages_total{topic="raw",disposition="poison"}')).toBe(2)
  })

  it('counts events by what became of them, and answers by route and status', async () => {
    const registry = new Registry()
    const metrics = intakeMetrics(registry)
    for (const kind of ['published', 'duplicate', 'duplicate'] as const)
      metrics.onEvent({ channel: 'whatsapp', kind })
    metrics.onResponse({ route: '/channels/email', status: 503 })
    const samples = await scrape(registry)
    expect(samples.get('intake_events_total{channel="whatsapp",kind="published"}')).toBe(1)
    expect(samples.get('intake_events_total{channel="whatsapp",kind="duplicate"}')).toBe(2)
    expect(samples.get('intake_http_responses_total{route="/channels/email",status="503"}')).toBe(1)
  })

  it('watches a claim-check store and changes nothing of it', async () => {
    const registry = new Registry()
    const kept = new Map<string, Uint8Array>()
    const store: ClaimCheckStore = intakeMetrics(registry).watchClaimChecks({
      put: async (bytes: Uint8Array) => {
        kept.set('one', bytes)
        return await Promise.resolve({ uri: 'one', sha256: 'ab', size: bytes.byteLength })
      },
      get: async (uri) => await Promise.resolve(kept.get(uri) ?? Promise.reject(new Error('not there'))),
    })
    const { uri } = await store.put(Buffer.from('bytes'), { contentType: 'text/plain' })
    expect(Buffer.from(await store.get(uri)).toString()).toBe('bytes')
    await expect(store.get('two')).rejects.toThrow('not there')
    const samples = await scrape(registry)
    const duration = 'intake_claim_check_duration_seconds_count'
    expect(samples.get(`${duration}{operation="put",result="ok"}`)).toBe(1)
    expect(samples.get(`${duration}{operation="get",result="ok"}`)).toBe(1)
    expect(samples.get(`${duration}{operation="get",result="failed"}`)).toBe(1)
    expect(samples.get('intake_claim_check_bytes_total{operation="put"}')).toBe(5)
  })
})
