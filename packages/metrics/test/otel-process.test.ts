import { runInNewContext } from 'node:vm'
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { HeadwaterError } from '@headwater/base'
import { extractContext, otelTracing } from '@headwater/metrics/otel'
import { beforeAll, describe, expect, it } from 'vitest'
import { recordSpans, registerContext } from './otel-spans.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const sender = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

/** As kafkajs hands it to `eachMessage`. */
const payload = {
  topic: 'orders',
  partition: 3,
  message: {
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    offset: '41',
    timestamp: '0',
    attributes: 0,
    headers: { traceparent: Buffer.from(traceparent), baggage: Buffer.from('tenant=acme') },
  },
  heartbeat: () => Promise.resolve(),
}

beforeAll(registerContext)

function setUp() {
  const recorded = recordSpans()
  return { ...recorded, ...otelTracing({ clientId: 'billing', tracerProvider: recorded.provider }) }
}

describe('OtelTracing.process', () => {
  it('is a child of the send, links to it, and is active with its baggage meanwhile', async () => {
    const { process, spans } = setUp()
    const seen = await process(
      payload,
      async () => {
        await Promise.resolve()
        return {
          span: trace.getActiveSpan(),
          tenant: propagation.getActiveBaggage()?.getEntry('tenant')?.value,
        }
      },
      { consumerGroup: 'billing' },
    )
    const [span] = spans()
    expect(span).toMatchObject({ name: 'process orders', kind: SpanKind.CONSUMER })
    expect(span?.parentSpanContext).toMatchObject(sender)
    expect(span?.links).toMatchObject([{ context: sender }])
    expect(seen).toEqual({ span, tenant: 'acme' })
    expect(span?.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.client.id': 'billing',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '3',
      'messaging.kafka.offset': 41,
      'messaging.consumer.group.name': 'billing',
    })
  })

  it('stays below the span that is active, and links to the send', () => {
    const { process, tracer, spans } = setUp()
    const around = tracer.startSpan('around')
    context.with(trace.setSpan(ROOT_CONTEXT, around), () => process(payload, () => undefined))
    expect(spans()[0]?.parentSpanContext?.spanId).toBe(around.spanContext().spanId)
    expect(spans()[0]?.links).toMatchObject([{ context: sender }])
  })

  it.each([
    ['pairs', [['traceparent', Buffer.from(traceparent)] as const]],
    ['a Map', new Map([['traceparent', traceparent]])],
    ['a Map of bytes', new Map([[Buffer.from('traceparent'), Buffer.from(traceparent)]])],
    ['an object in another case', { Traceparent: traceparent }],
    ['a repeated name', { traceparent: [traceparent, Buffer.from('x')] }],
  ])('reads headers that are %s', (_name, headers) => {
    const { process, spans } = setUp()
    process({ topic: 'orders', headers }, () => undefined)
    expect(spans()[0]?.links).toMatchObject([{ context: sender }])
  })

  it('begins a trace for a message whose headers say nothing', () => {
    const { process, spans } = setUp()
    process({ topic: 'orders', headers: { traceparent: 'nonsense', other: null } }, () => undefined)
    process({ topic: 'orders' }, () => undefined)
    expect(spans()).toMatchObject([{ links: [] }, { links: [] }])
    expect(spans().map((span) => span.parentSpanContext)).toEqual([undefined, undefined])
  })

  it('throws on what is thrown, and tells of it by its code or class alone', async () => {
    const { process, spans } = setUp()
    const thrown = new HeadwaterError('SOME_CODE', 'the value was "secret"')
    expect(() =>
      process(payload, () => {
        throw thrown
      }),
    ).toThrow(thrown)
    await expect(process(payload, () => Promise.reject(new RangeError('secret')))).rejects.toThrow(RangeError)
    expect(spans().map(({ attributes }) => attributes['error.type'])).toEqual(['SOME_CODE', 'RangeError'])
    expect(spans().map(({ status }) => status)).toEqual([
      { code: SpanStatusCode.ERROR, message: 'SOME_CODE' },
      { code: SpanStatusCode.ERROR, message: 'RangeError' },
    ])
    expect(JSON.stringify(spans().map(({ events, attributes }) => [events, attributes]))).not.toContain(
      'secret',
    )
  })

  it('processes a message whose span cannot be made', () => {
    const broken = {
      getTracer: () => ({
        startSpan: () => {
          throw new Error('broken tracer')
        },
        startActiveSpan: () => {
          throw new Error('broken tracer')
        },
      }),
    }
    const { process } = otelTracing({ clientId: 'billing', tracerProvider: broken })
    expect(process(payload, () => 7)).toBe(7)
  })
})

describe('extractContext', () => {
  it('reads bytes of another realm, such as the one that a test runner makes', () => {
    const bytes = runInNewContext('Uint8Array.from(text, (one) => one.charCodeAt(0))', { text: traceparent })
    const found = trace.getSpanContext(extractContext({ traceparent: bytes as Uint8Array }))
    expect(found?.spanId).toBe(sender.spanId)
  })

  it('gives the sender and its baggage, and nothing of whoever is active', () => {
    const { tracer } = setUp()
    const found = context.with(trace.setSpan(ROOT_CONTEXT, tracer.startSpan('around')), () => [
      extractContext(payload.message.headers),
      extractContext(undefined),
    ])
    expect(trace.getSpanContext(found[0]!)).toMatchObject(sender)
    expect(propagation.getBaggage(found[0]!)?.getEntry('tenant')?.value).toBe('acme')
    expect(trace.getSpanContext(found[1]!)).toBeUndefined()
  })
  // Each repetition copied all before it: a record of 1 MB kept a consumer busy for minutes.
  it('takes a header that is repeated two hundred thousand times in its stride', () => {
    const headers = Array.from({ length: 200_000 }, () => ['traceparent', traceparent] as const)
    expect(trace.getSpanContext(extractContext(headers))).toMatchObject(sender)
  })
})
