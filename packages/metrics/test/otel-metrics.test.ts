import { ManualClock } from '@headwater/base'
import { otelMetricDefinitions, otelMetrics, type OtelMetricsOptions } from '@headwater/metrics/otel'
import { DeliveryError, type ProducerHooks, type ProducerStats, type Settled } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { resolveConventions } from '../src/otel/semantic-conventions.ts'
import { readMetrics } from './otel-readings.ts'

function setUp(options: Partial<OtelMetricsOptions> = {}) {
  const readings = readMetrics()
  return {
    ...readings,
    ...otelMetrics({
      clientId: 'shop',
      meterProvider: readings.provider,
      semanticConventions: 'messaging',
      ...options,
    }),
  }
}

function delivered(topic = 'orders', fields: { late?: boolean; attempts?: number } = {}): Settled {
  const { late = false, attempts = 1 } = fields
  const place = { kind: 'log', topic, partition: 0, offset: 1n, timestamp: 0, toJSON: () => ({}) } as const
  return { status: 'delivered', late, receipt: { ...place, attempts, latencyMs: 40 } }
}

function failed(outcome: 'not-sent' | 'unknown' | 'dead-lettered', attempts: number): Settled {
  const error = new DeliveryError('DELIVERY_TIMEOUT', 'no answer', { outcome, topic: 'orders', attempts })
  return { status: 'failed', error, record: { topic: 'orders', value: null }, latencyMs: 2500, late: false }
}

const batch: Parameters<NonNullable<ProducerHooks['onBatchSent']>>[0] = {
  topic: 'orders',
  partition: 0,
  brokerId: 1,
  brokerAddress: { host: 'kafka-1.example.org', port: 9092 },
  records: 10,
  bytes: 500,
  uncompressedBytes: 1000,
  requestMs: 4,
  queuedMs: 2,
  attempts: 1,
  traces: [],
}

const stats = (fields: Partial<ProducerStats>): ProducerStats =>
  ({ state: 'connected', ...fields }) as ProducerStats

describe('otelMetrics', () => {
  it('counts and measures sends by the names of the conventions', async () => {
    const { hooks, read } = setUp()
    hooks.onSettled?.(delivered())
    hooks.onSettled?.(failed('unknown', 2))
    const base = {
      'messaging.system': 'kafka',
      'messaging.client.id': 'shop',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
    }
    const attributes = [
      { ...base, 'headwater.outcome': 'delivered' },
      { ...base, 'headwater.outcome': 'unknown', 'error.type': 'DELIVERY_TIMEOUT' },
    ]
    expect(await read('messaging.client.sent.messages')).toEqual(
      attributes.map((each) => ({ attributes: each, value: 1 })),
    )
    expect(await read('messaging.client.operation.duration')).toMatchObject([
      { attributes: attributes[0], value: { count: 1, sum: 0.04 } },
      { attributes: attributes[1], value: { count: 1, sum: 2.5 } },
    ])
    expect(await read('messaging.publish.messages')).toEqual([])
  })

  it('advises buckets in seconds, up to the delivery timeout', async () => {
    const { hooks, read } = setUp()
    hooks.onSettled?.(delivered())
    const [{ value } = { value: undefined }] = await read('messaging.client.operation.duration')
    const { buckets } = value as { buckets: { boundaries: readonly number[] } }
    expect(buckets.boundaries).toEqual(expect.arrayContaining([0.005, 0.1, 1, 10, 120]))
  })

  it('does not count as sent what was never written to a broker', async () => {
    const { hooks, read } = setUp()
    hooks.onSettled?.(failed('not-sent', 0))
    expect(await read('messaging.client.sent.messages')).toEqual([])
    expect(await read('messaging.client.operation.duration')).toHaveLength(1)
  })

  it('counts late fates and dead letters apart', async () => {
    const { hooks, read } = setUp()
    hooks.onSettled?.(delivered('orders', { late: true }))
    hooks.onSettled?.(failed('dead-lettered', 1))
    expect(await read('headwater.producer.late_outcomes')).toMatchObject([{ value: 1 }])
    expect(await read('headwater.producer.dead_letters')).toMatchObject([{ value: 1 }])
    expect(await read('messaging.client.sent.messages')).toHaveLength(1)
  })

  it('measures batches in base units', async () => {
    const { hooks, read } = setUp()
    hooks.onBatchSent?.(batch)
    const sums = await Promise.all(
      ['batch.messages', 'batch.size', 'batch.compression_ratio', 'queue.duration', 'request.duration'].map(
        async (name) =>
          (await read(`headwater.producer.${name}`)).map(({ value }) => (value as { sum: number }).sum),
      ),
    )
    expect(sums.flat()).toEqual([10, 500, 0.5, 0.002, 0.004])
    expect(await read('headwater.producer.sent.size')).toMatchObject([{ value: 500 }])
  })

  it('bounds topics, whatever they are called', async () => {
    const { hooks, read } = setUp({ maxTopics: 2 })
    for (const topic of ['a', 'b', 'c', 'd', 'x'.repeat(10_240), 'a\nb']) hooks.onSettled?.(delivered(topic))
    const counts = await read('messaging.client.sent.messages')
    expect(counts.map(({ attributes, value }) => [attributes['messaging.destination.name'], value])).toEqual([
      ['a', 1],
      ['b', 1],
      ['other', 4],
    ])
  })

  it('reads its producers when metrics are collected, adds them up, and lets go of closed ones', async () => {
    const { observe, read } = setUp()
    let one = stats({ pendingRecords: 3, refused: 1 })
    const first = { stats: () => one }
    expect(observe(first)).toBe(first)
    observe({ stats: () => stats({ pendingRecords: 4, refused: 2 }) })
    expect(await read('headwater.producer.queue.messages')).toMatchObject([{ value: 7 }])
    one = stats({ state: 'closed', refused: 5 })
    expect(await read('headwater.producer.queue.messages')).toMatchObject([{ value: 4 }])
    expect(await read('headwater.producer.posts_refused')).toMatchObject([{ value: 7 }])
    // Its counts are in the total already.
    observe(first)
    expect(await read('headwater.producer.posts_refused')).toMatchObject([{ value: 7 }])
  })

  it('is connected as long as somebody answers', async () => {
    const { hooks, observe, read } = setUp()
    observe({ stats: () => stats({}) })
    const connected = async () => (await read('headwater.producer.connected'))[0]?.value
    expect(await connected()).toBe(1)
    hooks.onSettled?.(failed('unknown', 1))
    expect(await connected()).toBe(0)
    hooks.onBatchSent?.(batch)
    expect(await connected()).toBe(1)
  })

  it('measures processing, and counts a failure by its class', async () => {
    const clock = new ManualClock()
    const { process, read } = setUp({ clock })
    const result = await process(
      { topic: 'orders', headers: {} },
      async () => {
        clock.advance(30)
        return Promise.resolve(7)
      },
      { consumerGroup: 'billing' },
    )
    const thrown = new RangeError('no')
    expect(() =>
      process({ topic: 'orders' }, () => {
        throw thrown
      }),
    ).toThrow(thrown)
    expect(result).toBe(7)
    const measured = await read('messaging.process.duration')
    expect(measured.map(({ value }) => (value as { sum: number }).sum)).toEqual([0.03, 0])
    expect(measured[0]?.attributes).toMatchObject({
      'messaging.operation.name': 'process',
      'messaging.consumer.group.name': 'billing',
    })
    expect(measured[1]?.attributes['error.type']).toBe('RangeError')
    expect(await read('messaging.client.consumed.messages')).toMatchObject([{ value: 1 }, { value: 1 }])
  })

  // An id in the name of an error made time series until the SDK counted nothing else any more.
  it('tells 250 kinds of errors apart, and counts all others as one', async () => {
    const { process, read } = setUp()
    for (let id = 0; id < 300; id++) {
      const failure = Object.assign(new Error('no'), { name: `Order ${id} failed` })
      const broken = (): never => {
        throw failure
      }
      expect(() => process({ topic: 'orders' }, broken)).toThrow(failure)
    }
    const counted = await read('messaging.client.consumed.messages')
    expect(counted).toHaveLength(251)
    expect(counted.at(-1)).toMatchObject({ attributes: { 'error.type': '_OTHER' }, value: 50 })
  })

  it('shows the names of version 1.24 beside them when it is told to', async () => {
    const { hooks, process, read } = setUp({ semanticConventions: 'messaging/dup' })
    hooks.onSettled?.(delivered())
    process({ topic: 'orders' }, () => undefined, { consumerGroup: 'billing' })
    expect(await read('messaging.client.sent.messages')).toHaveLength(1)
    expect(await read('messaging.publish.messages')).toEqual([
      {
        attributes: {
          'messaging.system': 'kafka',
          'messaging.client_id': 'shop',
          'messaging.operation': 'publish',
          'messaging.destination.name': 'orders',
          'headwater.outcome': 'delivered',
        },
        value: 1,
      },
    ])
    expect(await read('messaging.deliver.duration')).toMatchObject([
      { attributes: { 'messaging.operation': 'deliver', 'messaging.kafka.consumer.group': 'billing' } },
    ])
  })

  it('keeps two clients of one provider apart', async () => {
    const { provider, read } = readMetrics()
    for (const clientId of ['shop', 'billing']) {
      const { hooks, observe } = otelMetrics({ clientId, meterProvider: provider })
      observe({ stats: () => stats({ pendingRecords: clientId.length }) })
      hooks.onSettled?.(delivered())
    }
    expect(await read('messaging.client.sent.messages')).toHaveLength(2)
    const queues = await read('headwater.producer.queue.messages')
    expect(queues.map(({ attributes, value }) => [attributes['messaging.client.id'], value])).toEqual([
      ['shop', 4],
      ['billing', 7],
    ])
  })

  it('refuses options that mean nothing', () => {
    const code = expect.objectContaining({ code: 'INVALID_OTEL_OPTION' })
    expect(() => otelMetrics({ clientId: '' })).toThrow(code)
    expect(() => otelMetrics({ clientId: 'shop', maxTopics: -1 })).toThrow(code)
  })

  it('has exactly the metrics that otelMetricDefinitions lists, each with these attributes', async () => {
    const { hooks, process, observe, metrics } = setUp({ semanticConventions: 'messaging/dup' })
    observe({ stats: () => stats({ lastDeliveredAt: 1, ...zeros }) })
    hooks.onSettled?.(failed('unknown', 1))
    hooks.onSettled?.(failed('dead-lettered', 1))
    hooks.onSettled?.(delivered('orders', { late: true }))
    hooks.onBatchSent?.(batch)
    hooks.onRetry?.({ ...batch, reason: 'x' })
    hooks.onThrottle?.({ brokerId: 1, throttleMs: 1 })
    hooks.onBatchingPoor?.({ topic: 'orders', records: 1, batches: 1, requests: 1, windowMs: 1 })
    hooks.onSpool?.({ event: 'began', topic: 'orders', partition: 0 })
    hooks.onTransaction?.({ result: 'committed', durationMs: 1, records: 1, error: undefined })
    hooks.onProducerIdRenewed?.({
      topic: 'orders',
      partition: 0,
      reason: 'x',
      producerId: 1n,
      producerEpoch: 1,
    })
    hooks.onBufferFull?.({ bufferedBytes: 1, waitingBytes: 1, refused: true })
    hooks.onStateChange?.({ from: 'connected', to: 'disconnected' })
    const broken = () => {
      throw new Error('no')
    }
    expect(() => process({ topic: 'orders' }, broken, { consumerGroup: 'billing' })).toThrow('no')

    const clients = new Set(['messaging.system', 'messaging.client.id', 'messaging.client_id'])
    const found = [...(await metrics()).values()].map(
      ({ dataPoints, descriptor: { name, unit, description } }) => {
        const names = new Set(dataPoints.flatMap(({ attributes }) => Object.keys(attributes)))
        const attributes = [...names].filter((each) => !clients.has(each)).toSorted()
        return { name, unit, description, attributes }
      },
    )
    const listed = otelMetricDefinitions.map(({ name, unit, description, attributes }) => {
      return { name, unit, description, attributes: attributes.toSorted() }
    })
    const byName = (left: { name: string }, right: { name: string }) => left.name.localeCompare(right.name)
    expect(found.toSorted(byName)).toEqual(listed.toSorted(byName))
  })
})

const zeros = {
  pendingRecords: 0,
  bufferedBytes: 0,
  bufferMemory: 0,
  waitingSends: 0,
  waitingBytes: 0,
  spoolRecords: 0,
  spoolBytes: 0,
  spoolMaxBytes: 0,
  spoolOldestAgeMs: 0,
  inFlightRequests: 0,
  connections: 0,
  refused: 0,
  replayed: 0,
  replayedUnknown: 0,
}

describe('resolveConventions', () => {
  it.each([
    [undefined, 'messaging'],
    ['', 'messaging'],
    ['http/dup,databases', 'messaging'],
    ['messaging', 'messaging'],
    ['http, messaging/dup', 'messaging/dup'],
    ['messaging,messaging/dup', 'messaging/dup'],
    ['MESSAGING/DUP', 'messaging'],
  ])('takes %j from the environment for %s', (value, conventions) => {
    expect(resolveConventions(undefined, { OTEL_SEMCONV_STABILITY_OPT_IN: value })).toBe(conventions)
  })

  it('lets an option win', () => {
    expect(resolveConventions('messaging', { OTEL_SEMCONV_STABILITY_OPT_IN: 'messaging/dup' })).toBe(
      'messaging',
    )
  })
})
