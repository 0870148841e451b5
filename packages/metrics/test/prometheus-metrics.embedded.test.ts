import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka } from '@headwater/embedded'
import { intakeMetrics, prometheusMetrics } from '@headwater/metrics'
import { createProducer, type Producer } from '@headwater/producer'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { openMetrics } from './open-metrics.ts'
import { scrape } from './scrape.ts'

describe('prometheusMetrics', () => {
  it('agrees with the log about what a producer sent, retried and failed', async () => {
    await using kafka = await startKafka({ topics: { orders: { partitions: 3 } } })
    const registry = new Registry()
    const metrics = prometheusMetrics(registry, { clientId: 'shop' })
    await using producer = metrics.observe(
      createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') }, hooks: metrics.hooks }),
    )
    await producer.ready()
    kafka.faults.on('Produce', { topic: 'orders' }).loseResponse().once()
    const results = await producer.sendMany(
      Array.from({ length: 300 }, (_, index) => ({ topic: 'orders', key: `k${index}`, value: `v${index}` })),
    )
    const refused = await producer.trySend({ topic: 'orders', value: 'v', partition: 9 })

    const samples = await scrape(registry)
    const labels = 'client_id="shop",topic="orders"'
    expect(results.every(({ status }) => status === 'delivered')).toBe(true)
    expect(samples.get(`kafka_producer_messages_sent_total{${labels}}`)).toBe(300)
    expect(await kafka.records('orders')).toHaveLength(300)
    expect(refused.status).toBe('rejected')
    expect(
      samples.get(
        `kafka_producer_messages_failed_total{${labels},error_kind="INVALID_PARTITION",outcome="rejected"}`,
      ),
    ).toBe(1)
    const retries = [...samples].filter(([name]) => name.startsWith('kafka_producer_retries_total'))
    expect(retries.reduce((sum, [, count]) => sum + count, 0)).toBe(producer.stats().retries)
    expect(producer.stats().retries).toBeGreaterThan(0)
    expect(samples.get('kafka_producer_batch_records_sum{client_id="shop"}')).toBe(300)
    expect(samples.get('kafka_producer_queue_size{client_id="shop"}')).toBe(0)
    expect(samples.get('kafka_producer_connected{client_id="shop"}')).toBe(1)
    expect(samples.get(`kafka_producer_bytes_total{${labels}}`)).toBe(producer.stats().bytes)
  })

  it('counts dead letters beside those of others', async () => {
    const small = { config: { 'max.message.bytes': '300' } }
    await using kafka = await startKafka({ topics: { orders: small, dead: {}, tiny: small } })
    const registry = new Registry()
    intakeMetrics(registry).onDeadLetter({ topic: 'raw', disposition: 'deserialization' })
    // The letter was exemplified where it was not counted: beside no duration.
    const metrics = prometheusMetrics(registry, { clientId: 'shop', exemplar: () => ({ trace_id: 'abc' }) })
    const connection = { brokers: kafka.bootstrapServers.split(',') }
    const poison = { topic: 'orders', value: 'p'.repeat(1000) }
    for (const topic of ['dead', 'tiny']) {
      await using producer = createProducer({ connection, hooks: metrics.hooks, onRejected: { topic } })
      await producer.trySend(poison)
    }
    const samples = await scrape(registry)
    const failed = 'kafka_producer_messages_failed_total{client_id="shop",topic="orders"'
    for (const outcome of ['dead-lettered', 'rejected'])
      expect(samples.get(`${failed},error_kind="MESSAGE_TOO_LARGE",outcome="${outcome}"}`)).toBe(1)
    const letters = [...samples].filter(([name]) => name.startsWith('kafka_dlq_'))
    expect(letters).toEqual([
      ['kafka_dlq_messages_total{topic="raw",disposition="deserialization"}', 1],
      ['kafka_dlq_messages_total{topic="orders",disposition="producer-rejected"}', 1],
    ])
    // The producer that writes dead letters is no producer of the registry: nothing is counted twice.
    expect([...samples].filter(([name]) => name.includes('topic="dead"'))).toEqual([])
  })

  it('counts transactions by how they ended', async () => {
    await using kafka = await startKafka({ topics: { orders: {} } })
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    const connection = { brokers: kafka.bootstrapServers.split(',') }
    await using producer = createProducer({ connection, hooks, transactionalId: 'shop-1' })
    await producer.transaction((tx) => tx.send({ topic: 'orders', value: 'v' }))
    await expect(producer.transaction(() => Promise.reject(new Error('no stock')))).rejects.toThrow(
      'no stock',
    )
    const samples = await scrape(registry)
    for (const result of ['committed', 'aborted']) {
      const labels = `client_id="shop",result="${result}"`
      expect(samples.get(`kafka_producer_transactions_total{${labels}}`)).toBe(1)
      expect(samples.get(`kafka_producer_transaction_duration_seconds_count{${labels}}`)).toBe(1)
    }
  })

  it('counts what goes to the disk and comes back, over producers that are closed', async () => {
    await using kafka = await startKafka({ topics: { orders: {} } })
    await kafka.broker(1).stop()
    const folder = mkdtempSync(join(tmpdir(), 'headwater-metrics-'))
    try {
      const registry = new Registry()
      const metrics = prometheusMetrics(registry, { clientId: 'shop' })
      const open = (): Producer =>
        metrics.observe(
          createProducer({
            connection: { brokers: kafka.bootstrapServers.split(',') },
            hooks: metrics.hooks,
            onUnavailable: { folder },
          }),
        )
      const first = open()
      const spooled = await Promise.all(
        ['v', 'w'].map((value) => first.send({ topic: 'orders', value }, { deliveryTimeoutMs: 200 })),
      )
      expect(spooled.map(({ kind }) => kind)).toEqual(['spool', 'spool'])
      await first.close({ timeoutMs: 0 })
      await kafka.broker(1).start()
      const second = open()
      await expect.poll(() => second.stats().replayed, { timeout: 60_000 }).toBe(2)
      await second.close()
      await using _third = open()
      const samples = await scrape(registry)
      const labels = 'client_id="shop",topic="orders"'
      expect(samples.get(`kafka_producer_spooled_total{${labels}}`)).toBe(2)
      expect(samples.get(`kafka_producer_spool_events_total{${labels},event="began"}`)).toBe(1)
      expect(samples.get('kafka_producer_spool_replayed_total{client_id="shop"}')).toBe(2)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('shows the trace of a real send beside its duration', async () => {
    await using kafka = await startKafka({ topics: { orders: {} } })
    const registry = openMetrics()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop', exemplar: () => ({ trace_id: 'abc' }) })
    await using producer = createProducer({
      connection: { brokers: kafka.bootstrapServers.split(',') },
      hooks,
    })
    await producer.send({ topic: 'orders', value: 'v' })
    expect(await registry.metrics()).toMatch(
      /^kafka_producer_send_duration_seconds_bucket\{.*topic="orders",outcome="delivered"\} 1 # \{trace_id="abc"\} /m,
    )
  })

  it('shows an outage of all brokers', async () => {
    await using kafka = await startKafka({ topics: { orders: {} } })
    const registry = new Registry()
    const metrics = prometheusMetrics(registry, { clientId: 'shop' })
    const lost = Promise.withResolvers<void>()
    const producer = metrics.observe(
      createProducer({
        connection: { brokers: kafka.bootstrapServers.split(',') },
        hooks: [metrics.hooks, { onStateChange: ({ to }) => void (to === 'disconnected' && lost.resolve()) }],
      }),
    )
    await producer.send({ topic: 'orders', value: 'v' })
    await kafka.broker(1).stop()
    await lost.promise
    const pending = producer.trySend({ topic: 'orders', value: 'w' })
    const samples = await scrape(registry)
    expect(samples.get('kafka_producer_connected{client_id="shop"}')).toBe(0)
    expect(samples.get('kafka_producer_disconnects_total{client_id="shop"}')).toBe(1)
    expect(samples.get('kafka_producer_queue_size{client_id="shop"}')).toBe(1)
    await producer.close({ timeoutMs: 1 })
    expect((await pending).status).not.toBe('delivered')
  })
})
