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
})
