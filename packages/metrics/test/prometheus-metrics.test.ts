import { DeliveryError, type ProducerStats, type Receipt, type Settled } from '@headwater/producer'
import { metricDefinitions, prometheusMetrics } from '@headwater/metrics'
import { Counter, register, Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { scrape } from './scrape.ts'

const receipt: Receipt = {
  kind: 'log',
  topic: 'orders',
  partition: 0,
  offset: 1n,
  timestamp: 0,
  attempts: 1,
  latencyMs: 20,
  toJSON: () => ({}),
}

const delivered = (topic: string, late = false): Settled => ({
  status: 'delivered',
  receipt: { ...receipt, topic },
  late,
})

function failed(
  code: ConstructorParameters<typeof DeliveryError>[0],
  topic = 'orders',
  late = false,
): Settled {
  const error = new DeliveryError(code, 'not delivered', { outcome: 'unknown', topic })
  return { status: 'failed', error, record: { topic, value: null }, latencyMs: 3000, late }
}

const batch = {
  topic: 'orders',
  partition: 0,
  brokerId: 2,
  brokerAddress: undefined,
  records: 40,
  bytes: 5000,
  uncompressedBytes: 10000,
  requestMs: 7,
  queuedMs: 2,
  attempts: 1,
  traces: [],
}

const stats: ProducerStats = {
  state: 'connected',
  delivered: 0,
  rejected: 0,
  notSent: 0,
  unknown: 0,
  deadLettered: 0,
  spooled: 0,
  spooledUnknown: 0,
  spoolRecords: 5,
  spoolBytes: 900,
  spoolMaxBytes: 1000,
  spoolOldestAgeMs: 90_500,
  replayed: 0,
  replayedUnknown: 0,
  refused: 0,
  retries: 0,
  bytes: 0,
  pendingRecords: 7,
  bufferedBytes: 4096,
  bufferMemory: 8192,
  waitingBytes: 11,
  waitingSends: 3,
  inFlightRequests: 2,
  connections: 1,
  latencyMs: { p50: 0, p95: 0, p99: 0, max: 0 },
  lastDeliveredAt: 1_700_000_000_500,
}

describe('prometheusMetrics', () => {
  it('counts what was sent and what failed, by topic, error and outcome', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    hooks.onSettled?.(delivered('orders'))
    hooks.onSettled?.(delivered('orders'))
    hooks.onSettled?.(delivered('bills'))
    hooks.onSettled?.(failed('DELIVERY_TIMEOUT'))
    const samples = await scrape(registry)
    expect(samples.get('kafka_producer_messages_sent_total{client_id="shop",topic="orders"}')).toBe(2)
    expect(samples.get('kafka_producer_messages_sent_total{client_id="shop",topic="bills"}')).toBe(1)
    const failure = 'client_id="shop",topic="orders",error_kind="DELIVERY_TIMEOUT",outcome="unknown"'
    expect(samples.get(`kafka_producer_messages_failed_total{${failure}}`)).toBe(1)
  })

  it('measures seconds in buckets that reach the delivery timeout', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    hooks.onSettled?.(delivered('orders'))
    hooks.onSettled?.(failed('DELIVERY_TIMEOUT'))
    const samples = await scrape(registry)
    const bucket = (le: string, outcome: string): number | undefined =>
      samples.get(
        `kafka_producer_send_duration_seconds_bucket{le="${le}",client_id="shop",topic="orders",outcome="${outcome}"}`,
      )
    expect([bucket('0.01', 'delivered'), bucket('0.025', 'delivered')]).toEqual([0, 1])
    expect([bucket('2.5', 'unknown'), bucket('5', 'unknown')]).toEqual([0, 1])
    expect(bucket('120', 'unknown')).toBe(1)
  })

  it('counts a late fate apart, so that no record is sent or failed twice', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    hooks.onSettled?.(failed('ABORTED'))
    hooks.onSettled?.(delivered('orders', true))
    const samples = await scrape(registry)
    expect(samples.get('kafka_producer_messages_sent_total{client_id="shop",topic="orders"}')).toBe(0)
    const late = 'client_id="shop",topic="orders",outcome="delivered"'
    expect(samples.get(`kafka_producer_late_outcomes_total{${late}}`)).toBe(1)
  })

  it('describes batches, requests, retries, pauses, renewals and full buffers', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    hooks.onBatchSent?.(batch)
    hooks.onRetry?.({
      topic: 'orders',
      partition: 0,
      records: 1,
      attempts: 1,
      reason: 'NOT_LEADER_OR_FOLLOWER',
      brokerId: 2,
      brokerAddress: undefined,
      requestMs: 7,
      traces: [],
    })
    hooks.onThrottle?.({ brokerId: 2, throttleMs: 1500 })
    hooks.onProducerIdRenewed?.({
      topic: 'orders',
      partition: 0,
      reason: 'DELIVERY_TIMEOUT',
      producerId: 1n,
      producerEpoch: 1,
    })
    hooks.onBufferFull?.({ bufferedBytes: 1, waitingBytes: 1, refused: true })
    hooks.onBufferFull?.({ bufferedBytes: 1, waitingBytes: 1, refused: false })
    hooks.onStateChange?.({ from: 'connected', to: 'disconnected' })
    hooks.onBatchingPoor?.({ topic: 'orders', records: 1000, batches: 999, requests: 9, windowMs: 50 })
    hooks.onSpool?.({ event: 'began', topic: 'orders', partition: 0 })
    const samples = await scrape(registry)
    const facts: readonly (readonly [string, number])[] = [
      ['kafka_producer_bytes_total{client_id="shop",topic="orders"}', 5000],
      ['kafka_producer_batch_records_sum{client_id="shop"}', 40],
      ['kafka_producer_batch_bytes_sum{client_id="shop"}', 5000],
      ['kafka_producer_compression_ratio_sum{client_id="shop"}', 0.5],
      ['kafka_producer_queue_wait_seconds_sum{client_id="shop"}', 0.002],
      ['kafka_producer_request_duration_seconds_sum{client_id="shop",broker="2"}', 0.007],
      ['kafka_producer_retries_total{client_id="shop",topic="orders",reason="NOT_LEADER_OR_FOLLOWER"}', 1],
      ['kafka_producer_throttle_seconds_sum{client_id="shop",broker="2"}', 1.5],
      ['kafka_producer_recreated_total{client_id="shop",reason="DELIVERY_TIMEOUT"}', 1],
      ['kafka_producer_buffer_full_total{client_id="shop",result="refused"}', 1],
      ['kafka_producer_buffer_full_total{client_id="shop",result="waited"}', 1],
      ['kafka_producer_disconnects_total{client_id="shop"}', 1],
      ['kafka_producer_batching_poor_total{client_id="shop",topic="orders"}', 1],
      ['kafka_producer_spool_events_total{client_id="shop",topic="orders",event="began"}', 1],
    ]
    expect(facts.map(([name]) => [name, samples.get(name)])).toEqual(facts)
  })

  it('counts and measures transactions by how they ended', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    hooks.onTransaction?.({ result: 'committed', durationMs: 30, records: 4, error: undefined })
    hooks.onTransaction?.({ result: 'committed', durationMs: 20, records: 0, error: undefined })
    hooks.onTransaction?.({
      result: 'aborted',
      durationMs: 5,
      records: 1,
      error: new Error('changed my mind'),
    })
    const samples = await scrape(registry)
    const transactions = (name: string, result: string): number | undefined =>
      samples.get(`kafka_producer_transaction${name}{client_id="shop",result="${result}"}`)
    expect(transactions('s_total', 'committed')).toBe(2)
    expect(transactions('s_total', 'aborted')).toBe(1)
    expect(transactions('_duration_seconds_sum', 'committed')).toBeCloseTo(0.05)
  })

  it('counts a spooled record once, and what became of it apart', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    hooks.onSettled?.({ status: 'spooled', receipt: { ...receipt, kind: 'spool' }, late: false })
    hooks.onSettled?.(delivered('orders', true))
    const samples = await scrape(registry)
    const labels = 'client_id="shop",topic="orders"'
    expect(samples.get(`kafka_producer_spooled_total{${labels}}`)).toBe(1)
    expect(samples.get(`kafka_producer_late_outcomes_total{${labels},outcome="delivered"}`)).toBe(1)
    expect(samples.get(`kafka_producer_messages_sent_total{${labels}}`)).toBe(0)
  })

  it('adds up the totals of all producers of a client, and keeps those of closed ones', async () => {
    const registry = new Registry()
    const metrics = prometheusMetrics(registry, { clientId: 'shop' })
    let first = { ...stats, refused: 3, replayed: 10, replayedUnknown: 1 }
    const producer = metrics.observe({ stats: () => first })
    metrics.observe({ stats: () => ({ ...stats, replayed: 5 }) })
    const total = async (name: string): Promise<number | undefined> =>
      (await scrape(registry)).get(`kafka_producer_${name}_total{client_id="shop"}`)
    expect(await total('spool_replayed')).toBe(15)
    expect(await total('spool_replayed_unknown')).toBe(1)
    expect(await total('posts_refused')).toBe(3)
    first = { ...first, replayed: 12, state: 'closed' }
    expect(await total('spool_replayed')).toBe(17)
    expect(await total('spool_replayed')).toBe(17)
    // Its counts are in the total already.
    metrics.observe(producer)
    expect(await total('spool_replayed')).toBe(17)
    // The producer that comes after it begins at 0.
    metrics.observe({ stats: () => ({ ...stats, replayed: 1 }) })
    expect(await total('spool_replayed')).toBe(18)
  })

  // A clock that jumps back makes latencies negative: a sum that falls looks like a restart to Prometheus.
  it('counts durations below 0 as 0', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    hooks.onSettled?.({ status: 'delivered', receipt: { ...receipt, latencyMs: -3000 }, late: false })
    hooks.onBatchSent?.({ ...batch, requestMs: -5, queuedMs: Number.NaN })
    const samples = await scrape(registry)
    const sent = 'kafka_producer_send_duration_seconds'
    const labels = 'client_id="shop",topic="orders",outcome="delivered"'
    expect(samples.get(`${sent}_sum{${labels}}`)).toBe(0)
    expect(samples.get(`${sent}_bucket{le="0.0025",${labels}}`)).toBe(1)
    expect(samples.get('kafka_producer_request_duration_seconds_sum{client_id="shop",broker="2"}')).toBe(0)
    expect(samples.get('kafka_producer_queue_wait_seconds_sum{client_id="shop"}')).toBe(0)
  })

  it('lets no reason make a series that is long, unreadable, or one of thousands', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    const renewed = { topic: 'orders', partition: 0, producerId: 1n, producerEpoch: 1 }
    for (const reason of ['x'.repeat(10_240), 'a\nb', 'a"b'])
      hooks.onProducerIdRenewed?.({ ...renewed, reason })
    for (let brokerId = 0; brokerId < 5000; brokerId++) hooks.onThrottle?.({ brokerId, throttleMs: 1 })
    const samples = [...(await scrape(registry)).keys()]
    expect(samples.filter((name) => name.startsWith('kafka_producer_recreated_total'))).toEqual([
      'kafka_producer_recreated_total{client_id="shop",reason="other"}',
      'kafka_producer_recreated_total{client_id="shop",reason="a\\"b"}',
    ])
    expect(
      samples.filter((name) => name.startsWith('kafka_producer_throttle_seconds_sum')).length,
    ).toBeLessThanOrEqual(251)
  })

  it('reads gauges from the producer when the registry is read', async () => {
    const registry = new Registry()
    const metrics = prometheusMetrics(registry, { clientId: 'shop' })
    let now = stats
    metrics.observe({ stats: () => now })
    const gauge = async (name: string): Promise<number | undefined> =>
      (await scrape(registry)).get(`kafka_producer_${name}{client_id="shop"}`)
    expect(await gauge('queue_size')).toBe(7)
    expect(await gauge('queue_bytes')).toBe(4096)
    expect(await gauge('buffer_memory_bytes')).toBe(8192)
    expect(await gauge('waiting_sends')).toBe(3)
    expect(await gauge('waiting_bytes')).toBe(11)
    expect(await gauge('spool_records')).toBe(5)
    expect(await gauge('spool_oldest_record_age_seconds')).toBe(90.5)
    expect(await gauge('spool_bytes')).toBe(900)
    expect(await gauge('requests_in_flight')).toBe(2)
    expect(await gauge('connections')).toBe(1)
    expect(await gauge('last_delivery_timestamp_seconds')).toBe(1_700_000_000.5)
    now = { ...stats, pendingRecords: 0, lastDeliveredAt: undefined }
    expect(await gauge('queue_size')).toBe(0)
    expect(await gauge('last_delivery_timestamp_seconds')).toBeUndefined()
  })

  // kafkajs tells of a disconnect only when one disconnects oneself: a gauge from its events shows no outage at all.
  it('says 0 for connected without a connection, and while deadlines pass on one that is silent', async () => {
    const registry = new Registry()
    const metrics = prometheusMetrics(registry, { clientId: 'shop' })
    let now = stats
    metrics.observe({ stats: () => now })
    const connected = async (): Promise<number | undefined> =>
      (await scrape(registry)).get('kafka_producer_connected{client_id="shop"}')
    expect(await connected()).toBe(1)
    metrics.hooks.onSettled?.(failed('DELIVERY_TIMEOUT'))
    expect(await connected()).toBe(0)
    metrics.hooks.onBatchSent?.(batch)
    expect(await connected()).toBe(1)
    metrics.hooks.onSettled?.(failed('DELIVERY_TIMEOUT'))
    metrics.hooks.onSettled?.(delivered('orders', true))
    expect(await connected()).toBe(1)
    metrics.hooks.onSettled?.(failed('RECORD_TOO_LARGE'))
    expect(await connected()).toBe(1)
    now = { ...stats, state: 'disconnected' }
    expect(await connected()).toBe(0)
  })

  it('lets go of a producer that is closed', async () => {
    const registry = new Registry()
    const metrics = prometheusMetrics(registry, { clientId: 'shop' })
    let reads = 0
    metrics.observe({ stats: () => (reads++, { ...stats, state: 'closed' }) })
    expect((await scrape(registry)).get('kafka_producer_queue_size{client_id="shop"}')).toBeUndefined()
    const seen = reads
    await scrape(registry)
    expect(reads).toBe(seen)
  })

  it('bounds the topics', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop', maxTopics: 2 })
    for (const topic of ['a', 'b', 'c', 'd', 'a']) hooks.onSettled?.(delivered(topic))
    const samples = await scrape(registry)
    const sent = [...samples].filter(([name]) => name.startsWith('kafka_producer_messages_sent_total'))
    expect(sent).toEqual([
      ['kafka_producer_messages_sent_total{client_id="shop",topic="a"}', 2],
      ['kafka_producer_messages_sent_total{client_id="shop",topic="b"}', 1],
      ['kafka_producer_messages_sent_total{client_id="shop",topic="other"}', 2],
    ])
  })

  it('never takes an illegal name for a topic', async () => {
    const registry = new Registry()
    const { hooks } = prometheusMetrics(registry, { clientId: 'shop' })
    for (const topic of ['no topic at all', '', '..'])
      hooks.onSettled?.(failed('INVALID_RECORD_INPUT', topic))
    const samples = await scrape(registry)
    const failure = 'client_id="shop",topic="other",error_kind="INVALID_RECORD_INPUT",outcome="unknown"'
    expect(samples.get(`kafka_producer_messages_failed_total{${failure}}`)).toBe(3)
  })

  it('keeps two producers of one registry apart by client id, and adds up two of the same', async () => {
    const registry = new Registry()
    const left = prometheusMetrics(registry, { clientId: 'left' })
    const right = prometheusMetrics(registry, { clientId: 'right' })
    left.hooks.onSettled?.(delivered('orders'))
    right.hooks.onSettled?.(delivered('orders'))
    left.observe({ stats: () => stats })
    left.observe({ stats: () => ({ ...stats, state: 'disconnected' }) })
    right.observe({ stats: () => stats })
    const samples = await scrape(registry)
    expect(samples.get('kafka_producer_messages_sent_total{client_id="left",topic="orders"}')).toBe(1)
    expect(samples.get('kafka_producer_messages_sent_total{client_id="right",topic="orders"}')).toBe(1)
    expect(samples.get('kafka_producer_queue_size{client_id="left"}')).toBe(14)
    expect(samples.get('kafka_producer_queue_size{client_id="right"}')).toBe(7)
    expect(samples.get('kafka_producer_connected{client_id="left"}')).toBe(0)
    expect(samples.get('kafka_producer_connected{client_id="right"}')).toBe(1)
  })

  it('puts nothing into the global registry, and all of its table into the given one', () => {
    const registry = new Registry()
    prometheusMetrics(registry, { clientId: 'shop' })
    expect(register.getMetricsAsArray()).toEqual([])
    const names = metricDefinitions.map(({ name }) => name).filter((name) => name.startsWith('kafka_'))
    expect(new Set(registry.getMetricsAsArray().map(({ name }) => name))).toEqual(new Set(names))
  })

  it('refuses a registry where somebody else has one of its names', () => {
    const registry = new Registry()
    new Counter({ name: 'kafka_producer_bytes_total', help: 'mine', registers: [registry] })
    expect(() => prometheusMetrics(registry, { clientId: 'shop' })).toThrow(
      expect.objectContaining({ code: 'METRIC_NAME_TAKEN' }),
    )
  })

  // Half of the table stayed, and the next call took the first of those for somebody else's.
  it('leaves a registry that it refuses as it was', () => {
    const registry = new Registry()
    new Counter({ name: 'kafka_producer_posts_refused_total', help: 'mine', registers: [registry] })
    for (const _ of [1, 2]) {
      expect(() => prometheusMetrics(registry, { clientId: 'shop' })).toThrow(
        /kafka_producer_posts_refused_total/,
      )
    }
    expect(registry.getMetricsAsArray()).toHaveLength(1)
    registry.clear()
    expect(() => prometheusMetrics(registry, { clientId: 'shop' })).not.toThrow()
  })

  it('registers anew in a registry that was cleared', async () => {
    const registry = new Registry()
    prometheusMetrics(registry, { clientId: 'shop' })
    registry.clear()
    prometheusMetrics(registry, { clientId: 'shop' }).hooks.onSettled?.(delivered('orders'))
    const samples = await scrape(registry)
    expect(samples.get('kafka_producer_messages_sent_total{client_id="shop",topic="orders"}')).toBe(1)
  })

  it.each([
    { clientId: '' },
    { clientId: 'a\nb' },
    { clientId: 'x'.repeat(250) },
    { clientId: 'shop', maxTopics: -1 },
    { clientId: 'shop', maxTopics: 1.5 },
  ])('refuses %o', (options) => {
    expect(() => prometheusMetrics(new Registry(), options)).toThrow(
      expect.objectContaining({ code: 'INVALID_METRICS_OPTION' }),
    )
  })
})
