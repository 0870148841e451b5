import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type TextMapPropagator,
} from '@opentelemetry/api'
import { ManualClock } from '@headwater/base'
import { extractContext, otelTracing, type OtelTracingOptions } from '@headwater/metrics/otel'
import {
  DeliveryError,
  type BatchSent,
  type Header,
  type ProducerRecord,
  type Receipt,
  type SendTrace,
} from '@headwater/producer'
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace'
import { beforeAll, describe, expect, it } from 'vitest'
import { recordSpans, registerContext, traceParent } from './otel-spans.ts'

const remote = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

beforeAll(registerContext)

function setUp(options: Partial<OtelTracingOptions> = {}) {
  const recorded = recordSpans()
  return { ...recorded, ...otelTracing({ clientId: 'shop', tracerProvider: recorded.provider, ...options }) }
}

/** What the hooks say to a record, as the producer would use it. */
function send(hooks: ReturnType<typeof setUp>['hooks'], record: Partial<ProducerRecord> = {}) {
  const said = hooks.onSend?.({ topic: 'orders', value: 'v', ...record })
  if (said === undefined || !('settled' in said)) return { sent: undefined, headers: said ?? [] }
  return { sent: said as SendTrace, headers: said.headers ?? [] }
}

function receipt(fields: Partial<Receipt> = {}): Receipt {
  return {
    kind: 'log',
    topic: 'orders',
    partition: 2,
    offset: 41n,
    timestamp: 0,
    attempts: 1,
    latencyMs: 4,
    toJSON: () => ({}),
    ...fields,
  }
}

const delivered = { status: 'delivered', receipt: receipt(), late: false } as const

function failed(
  code: DeliveryError['code'],
  options: Partial<ConstructorParameters<typeof DeliveryError>[2]>,
) {
  const error = new DeliveryError(code, 'the value was "secret"', {
    outcome: 'rejected',
    topic: 'orders',
    ...options,
  })
  return {
    status: 'failed',
    error,
    record: { topic: 'orders', value: null },
    latencyMs: 4,
    late: false,
  } as const
}

function batch(traces: readonly (SendTrace | undefined)[], fields: Partial<BatchSent> = {}): BatchSent {
  return {
    topic: 'orders',
    partition: 2,
    brokerId: 1,
    brokerAddress: { host: 'kafka-1.example.org', port: 9092 },
    records: traces.length,
    bytes: 100,
    uncompressedBytes: 100,
    requestMs: 3,
    queuedMs: 1,
    attempts: 1,
    traces: traces.filter((each) => each !== undefined),
    ...fields,
  }
}

const named = (headers: readonly Header[]): Readonly<Record<string, unknown>> => Object.fromEntries(headers)

describe('otelTracing', () => {
  it('spans a send from the call to its acknowledgement, in the context of its caller', () => {
    const clock = new ManualClock(1_800_000_000_000)
    const { hooks, tracer, spans } = setUp({ clock })
    const around = tracer.startSpan('around')
    const { sent, headers } = context.with(trace.setSpan(context.active(), around), () => send(hooks))
    clock.advance(25)
    sent?.settled(delivered)

    const [span] = spans('send orders')
    expect(span).toMatchObject({ kind: SpanKind.PRODUCER, duration: [0, 25e6], links: [] })
    expect(span?.parentSpanContext?.spanId).toBe(around.spanContext().spanId)
    expect(span?.status.code).toBe(SpanStatusCode.UNSET)
    expect(span?.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.client.id': 'shop',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '2',
      'messaging.kafka.offset': 41,
      'headwater.outcome': 'delivered',
      'headwater.attempts': 1,
    })
    expect(headers).toEqual([['traceparent', traceParent(span!.spanContext())]])
  })

  it('injects tracestate and baggage beside it', () => {
    const { hooks } = setUp()
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } })
    const parent = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }
    const caller = extractContext({ traceparent: traceParent(parent), tracestate: 'vendor=1' })
    const { headers } = context.with(propagation.setBaggage(caller, baggage), () => send(hooks))
    expect(named(headers)).toMatchObject({ tracestate: 'vendor=1', baggage: 'tenant=acme' })
    expect(named(headers)['traceparent']).toContain(parent.traceId)
  })

  it('keeps a traceparent of the record as it is, adds none, and links to it', () => {
    const { hooks, tracer, spans } = setUp()
    const around = tracer.startSpan('around')
    for (const headers of [{ traceparent: remote }, [['Traceparent', Buffer.from(remote)] as const]]) {
      const { sent, headers: added } = context.with(trace.setSpan(ROOT_CONTEXT, around), () =>
        send(hooks, { headers }),
      )
      sent?.settled(delivered)
      expect(added).toEqual([])
    }
    expect(spans('send orders')).toHaveLength(2)
    for (const span of spans('send orders')) {
      expect(span.parentSpanContext?.spanId).toBe(around.spanContext().spanId)
      expect(span.links).toMatchObject([{ context: { spanId: 'b7ad6b7169203331' } }])
    }
  })

  it('is the child of that traceparent when no span is active', () => {
    const { hooks, spans } = setUp()
    send(hooks, { headers: { traceparent: remote } }).sent?.settled(delivered)
    expect(spans()[0]?.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true })
    expect(spans()[0]?.links).toHaveLength(1)
  })

  it('keeps baggage of the record, and injects what it lacks', () => {
    const { hooks } = setUp()
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } })
    const { headers } = context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () =>
      send(hooks, { headers: { baggage: 'own=1' } }),
    )
    expect(headers.map(([name]) => name)).toEqual(['traceparent'])
  })

  it('tells of an error by its code and outcome, and never by its message', () => {
    const { hooks, spans } = setUp()
    const failure = failed('NOT_ENOUGH_REPLICAS', { outcome: 'unknown', partition: 1, attempts: 3 })
    send(hooks, { key: 'secret' }).sent?.settled(failure)
    const [span] = spans()
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'NOT_ENOUGH_REPLICAS (unknown)' })
    expect(span?.attributes).toMatchObject({
      'error.type': 'NOT_ENOUGH_REPLICAS',
      'headwater.outcome': 'unknown',
      'headwater.attempts': 3,
      'messaging.destination.partition.id': '1',
    })
    expect(JSON.stringify([span?.attributes, span?.status, span?.events])).not.toContain('secret')
  })

  it('tells of a late fate in a span below the one that is over', () => {
    const { hooks, spans } = setUp()
    const { sent } = send(hooks)
    sent?.settled(failed('DELIVERY_TIMEOUT', { outcome: 'unknown' }))
    sent?.settled({ ...delivered, late: true })
    const [first] = spans('send orders')
    const [late] = spans('late outcome orders')
    expect(first?.attributes['headwater.outcome']).toBe('unknown')
    expect(late?.attributes['headwater.outcome']).toBe('delivered')
    expect(late?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId)
    expect(late?.links).toMatchObject([{ context: first?.spanContext() }])
  })

  it('puts a dead letter of the producer below the send that failed, whoever else is active', () => {
    const { hooks, tracer, spans } = setUp()
    const headers = [
      ['traceparent', Buffer.from(remote)],
      ['dlq.disposition', 'producer-rejected'],
    ] as const
    const stranger = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('stranger'))
    context.with(stranger, () => send(hooks, { topic: 'orders.dlq', headers })).sent?.settled(delivered)
    expect(spans('send orders.dlq')[0]?.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
    expect(spans('send orders.dlq')[0]?.links).toMatchObject([{ context: { spanId: 'b7ad6b7169203331' } }])
  })

  it('begins a trace for a record from the spool that links to its first send', () => {
    const { hooks, tracer, spans } = setUp()
    const around = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('around'))
    const again = context.with(around, () =>
      hooks.onReplay?.({ topic: 'orders', value: 'v', headers: [['traceparent', remote]] }),
    )
    again?.settled({ ...delivered, late: true })
    const [span] = spans()
    expect(span).toMatchObject({ name: 'send orders', kind: SpanKind.PRODUCER })
    expect(span?.parentSpanContext).toBeUndefined()
    expect(span?.links).toMatchObject([{ context: { spanId: 'b7ad6b7169203331' } }])
    expect(span?.attributes).toMatchObject({ 'headwater.replayed': true, 'headwater.outcome': 'delivered' })
  })

  it('puts the request of a batch below the only send in it, within its time', () => {
    const clock = new ManualClock(1_800_000_000_000)
    const { hooks, spans } = setUp({ clock })
    const { sent } = send(hooks)
    clock.advance(5)
    hooks.onBatchSent?.(batch([sent], { requestMs: 4 }))
    sent?.settled(delivered)
    const [request, whole] = spans('send orders')
    expect(request).toMatchObject({ kind: SpanKind.CLIENT, links: [], duration: [0, 4e6] })
    expect(request?.parentSpanContext?.spanId).toBe(whole?.spanContext().spanId)
    expect(request?.endTime).toEqual(whole?.endTime)
    expect(request?.attributes['messaging.batch.message_count']).toBeUndefined()
    expect(request?.attributes).toMatchObject({
      'messaging.destination.partition.id': '2',
      'headwater.broker.id': 1,
      'server.address': 'kafka-1.example.org',
      'server.port': 9092,
    })
  })

  it('begins a trace for a batch of several sends that links to them, 128 at the most', () => {
    const { hooks, spans } = setUp()
    const sends = Array.from({ length: 130 }, () => send(hooks).sent)
    hooks.onBatchSent?.(batch(sends))
    const [request] = spans()
    expect(request?.parentSpanContext).toBeUndefined()
    expect(request).toMatchObject({ kind: SpanKind.CLIENT, droppedLinksCount: 0 })
    expect(request?.attributes['messaging.batch.message_count']).toBe(130)
    expect(request?.links).toHaveLength(128)
    expect(new Set(request?.links.map((link) => link.context.spanId)).size).toBe(128)
  })

  it('has a span for each attempt that failed, unless it was never written', () => {
    const { hooks, spans } = setUp()
    const { sent } = send(hooks)
    const retry = { ...batch([sent]), reason: 'NOT_LEADER_OR_FOLLOWER' }
    hooks.onRetry?.({ ...retry, brokerId: undefined })
    expect(spans()).toEqual([])
    hooks.onRetry?.(retry)
    expect(spans()[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'NOT_LEADER_OR_FOLLOWER' },
      attributes: { 'error.type': 'NOT_LEADER_OR_FOLLOWER', 'headwater.attempts': 1 },
    })
  })

  it('leaves the sends of other observers of the same producer to them', () => {
    const one = setUp()
    const other = setUp()
    const traces = [send(one.hooks).sent, send(other.hooks).sent]
    one.hooks.onBatchSent?.(batch(traces))
    other.hooks.onBatchSent?.(batch([{ settled: () => undefined }]))
    expect(one.spans()).toMatchObject([{ links: [] }])
    expect(one.spans()[0]?.parentSpanContext).toBeDefined()
    expect(other.spans()).toEqual([])
  })

  it('keeps nothing of an unsampled send, whose context travels all the same', () => {
    const { provider, spans } = recordSpans({ sampler: new AlwaysOffSampler() })
    const { hooks } = otelTracing({ clientId: 'shop', tracerProvider: provider })
    const { sent, headers } = send(hooks)
    expect(sent).toBeUndefined()
    expect(named(headers)['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(spans()).toEqual([])
  })

  it('does nothing without an SDK', () => {
    const { hooks } = otelTracing({ clientId: 'shop' })
    expect(hooks.onSend?.({ topic: 'orders', value: 'v' })).toBeUndefined()
  })

  it('records tombstones, and keys only when it is told to', () => {
    const { hooks, spans } = setUp()
    send(hooks, { key: 'k', value: null }).sent?.settled(delivered)
    expect(spans()[0]?.attributes['messaging.kafka.message.tombstone']).toBe(true)
    expect(spans()[0]?.attributes['messaging.kafka.message.key']).toBeUndefined()

    const told = setUp({ recordKeys: true })
    for (const key of ['k', Buffer.from('é'), new Uint8Array([0xff])])
      send(told.hooks, { key }).sent?.settled(delivered)
    expect(told.spans().map(({ attributes }) => attributes['messaging.kafka.message.key'])).toEqual([
      'k',
      'é',
      undefined,
    ])
  })

  it('puts no illegal topic into the name of a span', () => {
    const { hooks, spans } = setUp()
    for (const topic of ['a\nb', 'x'.repeat(10_240), undefined as unknown as string]) {
      send(hooks, { topic, headers: 7 as never }).sent?.settled(failed('INVALID_RECORD_INPUT', { topic: '' }))
    }
    expect(spans().map(({ name }) => name)).toEqual(['send', 'send', 'send'])
  })

  it('leaves no span open when the propagator throws', () => {
    const { hooks, spans } = setUp()
    const broken: TextMapPropagator = {
      inject: () => {
        throw new Error('broken propagator')
      },
      extract: (around) => around,
      fields: () => [],
    }
    propagation.disable()
    propagation.setGlobalPropagator(broken)
    try {
      expect(() => send(hooks)).toThrow('broken propagator')
    } finally {
      propagation.disable()
      context.disable()
      registerContext()
    }
    expect(spans()).toHaveLength(1)
  })

  it('shows old and current names side by side when it is told to', () => {
    const { hooks, spans } = setUp({ semanticConventions: 'messaging/dup' })
    send(hooks).sent?.settled(delivered)
    expect(spans()[0]?.attributes).toMatchObject({
      'messaging.client.id': 'shop',
      'messaging.client_id': 'shop',
      'messaging.operation.type': 'send',
      'messaging.operation': 'publish',
      'messaging.destination.partition.id': '2',
      'messaging.kafka.destination.partition': 2,
      'messaging.kafka.offset': 41,
      'messaging.kafka.message.offset': 41,
    })
  })

  it('refuses options that mean nothing', () => {
    expect(() => otelTracing({ clientId: '' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OTEL_OPTION' }),
    )
    expect(() => otelTracing({ clientId: 'a', semanticConventions: 'http' as 'messaging' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OTEL_OPTION' }),
    )
  })
})
