import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { context, ROOT_CONTEXT, SpanKind, trace, type TracerProvider } from '@opentelemetry/api'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { otelTracing } from '@headwater/metrics/otel'
import { createProducer, type Producer, type ProducerTuning } from '@headwater/producer'
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { recordSpans, registerContext, traceParent } from './otel-spans.ts'

const remote = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

function ofKind(spans: readonly ReadableSpan[], kind: SpanKind): readonly ReadableSpan[] {
  return spans.filter((span) => span.kind === kind)
}

describe('otelTracing', () => {
  let kafka: EmbeddedKafka
  beforeAll(async () => {
    registerContext()
    const strict = { config: { 'max.message.bytes': '300' } }
    kafka = await startKafka({
      topics: { orders: {}, retried: {}, batches: {}, strict, dead: {}, consumed: {} },
    })
  })
  afterAll(() => kafka.close())

  const producerFor = (tracerProvider: TracerProvider, tuning: ProducerTuning = {}): Producer =>
    createProducer({
      connection: { brokers: kafka.bootstrapServers.split(','), clientId: 'shop' },
      hooks: otelTracing({ clientId: 'shop', tracerProvider }).hooks,
      ...tuning,
    })
  const parentsIn = async (topic: string): Promise<(string | undefined)[][]> =>
    (await kafka.records(topic)).map(({ headers }) =>
      headers.filter(([name]) => name === 'traceparent').map(([, value]) => value?.toString()),
    )

  it('puts the context of each send into its record, once, and keeps one that is there', async () => {
    const { provider, tracer, spans } = recordSpans()
    await using producer = producerFor(provider)
    const callers = ['a', 'b'].map((name) => tracer.startSpan(name))
    for (const caller of callers) {
      await context.with(trace.setSpan(ROOT_CONTEXT, caller), () =>
        producer.send({ topic: 'orders', value: 'v' }),
      )
    }
    await producer.send({ topic: 'orders', value: 'v', headers: { traceparent: remote } })

    const sends = ofKind(spans('send orders'), SpanKind.PRODUCER)
    expect(sends.map((span) => span.parentSpanContext?.spanId)).toEqual([
      ...callers.map((caller) => caller.spanContext().spanId),
      'b7ad6b7169203331',
    ])
    expect(sends.map(({ attributes }) => attributes['messaging.kafka.offset'])).toEqual([0, 1, 2])
    const [first, second] = sends.map((span) => traceParent(span.spanContext()))
    expect(await parentsIn('orders')).toEqual([[first], [second], [remote]])
  })

  it('shows the attempt whose acknowledgement was lost and the one that was answered below one send', async () => {
    const { provider, spans } = recordSpans()
    await using producer = producerFor(provider)
    await producer.ready()
    kafka.faults.on('Produce', { topic: 'retried' }).loseResponse().once()
    const receipt = await producer.send({ topic: 'retried', value: 'v' })

    const [send] = ofKind(spans(), SpanKind.PRODUCER)
    const requests = ofKind(spans(), SpanKind.CLIENT)
    expect(receipt.attempts).toBe(2)
    expect(requests.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      requests.map(() => send?.spanContext().spanId),
    )
    expect(requests.map(({ attributes }) => attributes['headwater.attempts'])).toEqual([1, 2])
    expect(requests[0]?.attributes['error.type']).toBeTypeOf('string')
    expect(requests[1]?.attributes['error.type']).toBeUndefined()
    for (const { startTime, endTime } of requests) {
      expect(toMs(startTime)).toBeGreaterThanOrEqual(toMs(send!.startTime))
      expect(toMs(endTime)).toBeLessThanOrEqual(toMs(send!.endTime))
    }
  })

  it('links the request of a batch to all sends in it', async () => {
    const { provider, spans } = recordSpans()
    await using producer = producerFor(provider, { lingerMs: 20 })
    await producer.ready()
    await producer.sendMany(
      Array.from({ length: 10 }, (_, index) => ({ topic: 'batches', value: `v${index}` })),
    )

    const sends = ofKind(spans(), SpanKind.PRODUCER).map((span) => span.spanContext().spanId)
    const requests = ofKind(spans(), SpanKind.CLIENT)
    const linked = requests.flatMap(({ links, parentSpanContext }) =>
      links.length > 0 ? links.map((link) => link.context.spanId) : [parentSpanContext?.spanId],
    )
    expect(sends).toHaveLength(10)
    expect(linked).toHaveLength(10)
    expect(new Set(linked)).toEqual(new Set(sends))
    expect(requests.some(({ links }) => links.length > 1)).toBe(true)
  })

  it('links a dead letter, whose headers stay as they were, to the send that failed', async () => {
    const { provider, spans } = recordSpans()
    await using producer = producerFor(provider, { onRejected: { topic: 'dead' } })
    const { status } = await producer.trySend({ topic: 'strict', value: 'p'.repeat(1000) })
    const [first] = spans('send strict').filter(({ kind }) => kind === SpanKind.PRODUCER)
    const [letter] = spans('send dead')
    expect(status).toBe('dead-lettered')
    expect(first?.attributes).toMatchObject({
      'error.type': 'MESSAGE_TOO_LARGE',
      'headwater.outcome': 'dead-lettered',
    })
    // What the links are read from comes first: a header that is lost and one that is not read are two faults.
    expect(await parentsIn('dead')).toEqual([[traceParent(first!.spanContext())]])
    expect(letter?.links).toMatchObject([{ context: { spanId: first?.spanContext().spanId } }])
    expect(letter?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId)
  })

  it('is continued by a consumer that processes the message', async () => {
    const { provider, spans } = recordSpans()
    await using producer = producerFor(provider)
    await producer.send({ topic: 'consumed', key: 'k', value: 'v' })
    const { process } = otelTracing({ clientId: 'billing', tracerProvider: provider })
    const client = new Kafka({ brokers: kafka.bootstrapServers.split(','), logLevel: logLevel.NOTHING })
    const consumer = client.consumer({ groupId: 'billing', maxWaitTimeInMs: 50 })
    try {
      await consumer.connect()
      await consumer.subscribe({ topic: 'consumed', fromBeginning: true })
      const active = await new Promise((resolve, reject) => {
        consumer
          .run({
            eachMessage: (payload) =>
              process(payload, async () => resolve(trace.getActiveSpan()), { consumerGroup: 'billing' }),
          })
          .catch(reject)
      })
      const [send] = ofKind(spans('send consumed'), SpanKind.PRODUCER)
      const [processed] = await vi.waitUntil(() => nonEmpty(spans('process consumed')), { timeout: 60_000 })
      expect(active).toBe(processed)
      expect(processed?.spanContext().traceId).toBe(send?.spanContext().traceId)
      expect(processed?.parentSpanContext?.spanId).toBe(send?.spanContext().spanId)
      expect(processed?.attributes).toMatchObject({
        'messaging.destination.partition.id': '0',
        'messaging.kafka.offset': 0,
        'messaging.consumer.group.name': 'billing',
      })
    } finally {
      await consumer.disconnect()
    }
  })

  it('ends every span that it began, whatever becomes of the record', async () => {
    const { provider, spans, open } = recordSpans()
    const outcomes: string[] = []
    {
      const producer = producerFor(provider, {
        bufferMemory: 2048,
        batchSize: 1024,
        maxWaitingBytes: 2048,
        maxRequestSize: 1024,
      })
      const trySend = async (record: object, options = {}) => {
        const result = await producer.trySend({ topic: 'orders', value: 'v', ...record }, options)
        outcomes.push(result.status === 'delivered' ? result.status : result.error!.code)
      }
      await trySend({})
      await trySend({ topic: 'a\nb' })
      await trySend({ partition: 9 })
      await trySend({ value: 'v'.repeat(5000) })
      await trySend({}, { signal: AbortSignal.abort() })
      const gate = kafka.faults.on('Produce', { topic: 'orders' }).hold()
      await trySend({}, { deliveryTimeoutMs: 20 })
      const pending = Array.from({ length: 4 }, () => trySend({ value: 'v'.repeat(700) }))
      await trySend({ value: 'v'.repeat(700) }, { wait: false })
      while (producer.post({ topic: 'orders', value: 'v'.repeat(700) }));
      await producer.close({ timeoutMs: 0 })
      await Promise.all(pending)
      await trySend({})
      gate.release()
    }
    expect(open()).toEqual([])
    expect(new Set(outcomes)).toEqual(
      new Set([
        'delivered',
        'INVALID_RECORD_INPUT',
        'INVALID_PARTITION',
        'RECORD_TOO_LARGE',
        'ABORTED',
        'DELIVERY_TIMEOUT',
        'BUFFER_FULL',
        'PRODUCER_CLOSED',
      ]),
    )
    const traced = ofKind(spans(), SpanKind.PRODUCER).map(
      ({ attributes }) => attributes['error.type'] ?? 'delivered',
    )
    expect(new Set(traced)).toEqual(new Set(outcomes))
  })

  it('sends all the same when nothing of it works, or nothing is sampled', async () => {
    const broken = () => {
      throw new Error('broken tracer')
    }
    const sampled = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 })
    const span = Object.assign(sampled, { isRecording: () => true, end: broken })
    const tracers = [
      { startSpan: broken, startActiveSpan: broken },
      { startSpan: () => span, startActiveSpan: broken },
    ]
    for (const tracer of [...tracers, recordSpans({ sampler: new AlwaysOffSampler() }).tracer]) {
      await using producer = producerFor({ getTracer: () => tracer })
      expect(await producer.trySend({ topic: 'orders', value: 'v' })).toMatchObject({ status: 'delivered' })
    }
  })
})

describe('otelTracing with a spool', () => {
  it('links the send from the disk to the first one, of which it is no part', async () => {
    registerContext()
    const folder = mkdtempSync(join(tmpdir(), 'headwater-otel-'))
    const kafka = await startKafka({ topics: { orders: {} } })
    try {
      const { provider, spans } = recordSpans()
      await using producer = createProducer({
        connection: { brokers: kafka.bootstrapServers.split(','), clientId: 'shop' },
        hooks: otelTracing({ clientId: 'shop', tracerProvider: provider }).hooks,
        onUnavailable: { folder, afterMs: 50 },
      })
      // On a busy computer a first send may take longer than `afterMs`; then it is spooled, too.
      while ((await producer.send({ topic: 'orders', value: 'warm' })).kind === 'spool')
        await vi.waitUntil(() => producer.stats().spoolRecords === 0, { timeout: 60_000 })
      await kafka.broker(1).stop()
      await vi.waitUntil(() => producer.stats().connections === 0, { timeout: 60_000 })
      expect(await producer.trySend({ topic: 'orders', value: 'v' })).toMatchObject({ status: 'spooled' })
      await kafka.broker(1).start()
      await vi.waitUntil(() => producer.stats().spoolRecords === 0, { timeout: 60_000 })

      const sends = ofKind(spans(), SpanKind.PRODUCER)
      const spooled = sends.findLast(({ attributes }) => attributes['headwater.outcome'] === 'spooled')
      const replayed = sends.findLast(
        ({ attributes }) =>
          attributes['headwater.replayed'] === true && attributes['headwater.outcome'] === 'delivered',
      )
      expect(replayed?.links).toMatchObject([{ context: { spanId: spooled?.spanContext().spanId } }])
      expect(replayed?.spanContext().traceId).not.toBe(spooled?.spanContext().traceId)
      const record = (await kafka.records('orders')).at(-1)
      const parents = record!.headers.filter(([name]) => name === 'traceparent')
      expect(parents.map(([, value]) => value?.toString())).toEqual([traceParent(spooled!.spanContext())])
    } finally {
      await kafka.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

function nonEmpty<Each>(list: readonly Each[]): readonly Each[] | undefined {
  return list.length === 0 ? undefined : list
}

function toMs([seconds, nanoseconds]: ReadableSpan['startTime']): number {
  return seconds * 1000 + nanoseconds / 1e6
}
