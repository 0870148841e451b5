import { Buffer } from 'node:buffer'
import { ManualClock, type Logger } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { createPublisher, defineEvents, EventError, type EventContext, type Publisher } from '../src/index.ts'
import { MemoryProducer } from './memory-producer.ts'

interface OrderPlaced {
  readonly orderId: string
  readonly total: number
}

const json = {
  contentType: 'application/json',
  encode: (_topic: string, value: unknown) => Buffer.from(JSON.stringify(value)),
}

const events = defineEvents({
  'order.placed': {
    topic: 'orders',
    key: (order: OrderPlaced) => order.orderId,
    subject: (order: OrderPlaced) => `orders/${order.orderId}`,
    dataSchema: 'https://schemas.example.org/order-placed/1',
    version: '1',
  },
  'clock.ticked': {
    topic: 'ticks',
    key: (_tick: number) => null,
    version: '2',
    codec: { contentType: 'text/plain', encode: (_topic, value) => Buffer.from(String(value)) },
  },
})

const nowMs = Date.parse('2026-03-01T08:30:00.250Z')
const order: OrderPlaced = { orderId: 'o-17', total: 4200 }
const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const otherParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

function setUp(
  more: {
    context?: () => EventContext | undefined
    logger?: Logger
    bodyEnvelope?: 'json'
    codec?: typeof json
  } = {},
): {
  producer: MemoryProducer
  publisher: Publisher<typeof events>
} {
  const producer = new MemoryProducer()
  const publisher = createPublisher({
    producer,
    events,
    codec: json,
    source: '/shop',
    producerId: 'shop-api',
    clock: new ManualClock(nowMs),
    ...more,
  })
  return { producer, publisher }
}

describe('createPublisher', () => {
  it('sends the payload to the topic of the event, under its key, and hands the receipt back', async () => {
    const { producer, publisher } = setUp()
    const receipt = await publisher.publish('order.placed', order)
    expect(receipt.offset).toBe(0n)
    expect(producer.records[0]).toMatchObject({ topic: 'orders', key: 'o-17', timestamp: nowMs })
    expect(JSON.parse(String(producer.records[0]?.value))).toEqual(order)
  })

  it('writes CloudEvents binary headers beside the envelope names', async () => {
    const { producer, publisher } = setUp()
    await publisher.publish('order.placed', order, { messageId: 'm-1' })
    expect(Object.fromEntries(producer.headers(0))).toEqual({
      ce_specversion: '1.0',
      ce_id: 'm-1',
      ce_source: '/shop',
      ce_type: 'order.placed',
      ce_time: '2026-03-01T08:30:00.250Z',
      ce_subject: 'orders/o-17',
      ce_dataschema: 'https://schemas.example.org/order-placed/1',
      'content-type': 'application/json',
      message_id: 'm-1',
      correlation_id: 'm-1',
      produced_at: '2026-03-01T08:30:00.250Z',
      producer_id: 'shop-api',
      message_version: '1',
    })
  })

  it('makes a UUIDv7 of the clock where no id is given, a new one for each event', async () => {
    const { producer, publisher } = setUp()
    await publisher.publish('order.placed', order)
    await publisher.publish('order.placed', order)
    const [first, second] = [producer.header(0, 'ce_id'), producer.header(1, 'ce_id')]
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(first?.replace('-', '').slice(0, 12) ?? '', 16)).toBe(nowMs)
    expect(second).not.toBe(first)
    expect(producer.header(0, 'message_id')).toBe(first)
  })

  it("uses the definition's own codec and a null key where it says so", async () => {
    const { producer, publisher } = setUp()
    await publisher.publish('clock.ticked', 7)
    expect(producer.records[0]).toMatchObject({ topic: 'ticks', key: null })
    expect(String(producer.records[0]?.value)).toBe('7')
    expect(producer.header(0, 'content-type')).toBe('text/plain')
  })

  it('takes the record timestamp and ce_time from the event time, produced_at from the clock', async () => {
    const { producer, publisher } = setUp()
    const time = new Date('2026-02-28T23:59:59.999Z')
    await publisher.publish('order.placed', order, { time })
    expect(producer.records[0]?.timestamp).toBe(time.getTime())
    expect(producer.header(0, 'ce_time')).toBe('2026-02-28T23:59:59.999Z')
    expect(producer.header(0, 'produced_at')).toBe('2026-03-01T08:30:00.250Z')
  })

  it.each<[string, Parameters<Publisher<typeof events>['publish']>[2], EventContext, string]>([
    ['option', { correlationId: 'a', causation: { messageId: 'm', correlationId: 'b' } }, {}, 'a'],
    [
      'cause',
      { causation: { messageId: 'm', correlationId: 'b' }, headers: { correlation_id: 'c' } },
      {},
      'b',
    ],
    ['header', { headers: { correlation_id: 'c' } }, { correlationId: 'd' }, 'c'],
    ['context', {}, { correlationId: 'd' }, 'd'],
    ['message id', { messageId: 'm-1' }, {}, 'm-1'],
    ['message id when the context has nonsense', { messageId: 'm-1' }, { correlationId: 'a\nb' }, 'm-1'],
  ])('takes the correlation id from the %s', async (_, options, context, expected) => {
    const { producer, publisher } = setUp({ context: () => context })
    await publisher.publish('order.placed', order, options)
    expect(producer.headers(0).filter(([name]) => name === 'correlation_id')).toEqual([
      ['correlation_id', expected],
    ])
  })

  it('names the cause', async () => {
    const { producer, publisher } = setUp()
    const headers = { causation_id: 'stale' }
    await publisher.publish('order.placed', order, { causation: { messageId: 'm-0' }, headers })
    expect(producer.headers(0).filter(([name]) => name === 'causation_id')).toEqual([['causation_id', 'm-0']])
  })

  it("carries the context's trace, and the caller's before it", async () => {
    const context = { traceparent: parent, tracestate: 'a=1', baggage: 'tier=gold' }
    const { producer, publisher } = setUp({ context: () => context })
    await publisher.publish('order.placed', order)
    await publisher.publish('order.placed', order, { headers: { traceparent: otherParent } })
    expect(producer.headers(0)).toEqual(expect.arrayContaining(Object.entries(context)))
    expect(producer.header(1, 'traceparent')).toBe(otherParent)
    // The context's tracestate belongs to another trace.
    expect(producer.header(1, 'tracestate')).toBeUndefined()
    expect(producer.header(1, 'baggage')).toBe('tier=gold')
  })

  it('leaves a broken trace out and says so without its value', async () => {
    const lines: unknown[] = []
    const debug = (fields: unknown, message: string) => void lines.push([fields, message])
    const logger: Logger = { debug, info: debug, warn: debug, error: debug }
    const context = { traceparent: 'not-a-trace', tracestate: 'a=1' }
    const { producer, publisher } = setUp({ context: () => context, logger })
    await publisher.publish('order.placed', order)
    expect(producer.header(0, 'traceparent')).toBeUndefined()
    expect(producer.header(0, 'tracestate')).toBeUndefined()
    expect(lines).toEqual([[{ header: 'traceparent' }, expect.any(String)]])
  })

  it("lets the caller's headers win, save for those that say what the record is", async () => {
    const { producer, publisher } = setUp()
    await publisher.publish('order.placed', order, {
      messageId: 'm-1',
      headers: [
        ['producer_id', 'importer'],
        ['ce_subject', 'elsewhere'],
        ['ce_id', 'forged'],
        ['content-type', 'text/html'],
        ['x-hop', 'one'],
        ['x-hop', 'two'],
      ],
    })
    const headers = producer.headers(0)
    expect(headers.filter(([name]) => name === 'producer_id')).toEqual([['producer_id', 'importer']])
    expect(headers.filter(([name]) => name === 'ce_subject')).toEqual([['ce_subject', 'elsewhere']])
    expect(headers.filter(([name]) => name === 'ce_id')).toEqual([['ce_id', 'm-1']])
    expect(producer.header(0, 'content-type')).toBe('application/json')
    expect(headers.filter(([name]) => name === 'x-hop')).toEqual([
      ['x-hop', 'one'],
      ['x-hop', 'two'],
    ])
  })

  it('carries a valid tenant and refuses another', async () => {
    const { producer, publisher } = setUp()
    await publisher.publish('order.placed', order, { tenantId: 'acme-eu.1' })
    expect(producer.header(0, 'tenant-id')).toBe('acme-eu.1')
    for (const tenantId of ['', '../etc', 'a b', 'x'.repeat(129)]) {
      await expect(publisher.publish('order.placed', order, { tenantId })).rejects.toMatchObject({
        code: 'INVALID_TENANT_ID',
      })
    }
    await expect(
      publisher.publish('order.placed', order, { headers: { 'tenant-id': 'a b' } }),
    ).rejects.toBeInstanceOf(EventError)
    expect(producer.records).toHaveLength(1)
  })

  it.each([
    { messageId: '' },
    { messageId: 'a\u0000' },
    { correlationId: '' },
    { causation: { messageId: '' } },
    { time: Number.NaN },
    { time: -1 },
  ])('refuses %j before anything is sent', async (options) => {
    const { producer, publisher } = setUp()
    await expect(publisher.publish('order.placed', order, options)).rejects.toMatchObject({
      code: 'INVALID_EVENT_OPTION',
    })
    expect(producer.records).toEqual([])
  })

  it.each(['order.cancelled', 'constructor'])('refuses the unknown event %s', async (name) => {
    const { producer, publisher } = setUp()
    const error = await publisher.publish(name as 'order.placed', order).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(EventError)
    expect(error).toMatchObject({ code: 'UNKNOWN_EVENT' })
    expect(producer.records).toEqual([])
  })

  it("hands the codec's own error on and sends nothing", async () => {
    const broken = new RangeError('total: not a long')
    const codec = {
      contentType: 'application/json',
      encode(): never {
        throw broken
      },
    }
    const { producer, publisher } = setUp({ codec })
    await expect(publisher.publish('order.placed', order)).rejects.toBe(broken)
    expect(await publisher.tryPublish('order.placed', order)).toEqual({ status: 'invalid', error: broken })
    expect(producer.records).toEqual([])
  })

  it("hands the producer's error on, thrown or as a value", async () => {
    const { producer, publisher } = setUp()
    producer.failWith = new DeliveryError('BUFFER_FULL', 'full', { outcome: 'not-sent', topic: 'orders' })
    await expect(publisher.publish('order.placed', order)).rejects.toBe(producer.failWith)
    expect(await publisher.tryPublish('order.placed', order)).toEqual({
      status: 'not-sent',
      error: producer.failWith,
    })
  })

  it('passes deadline and signal to the producer', async () => {
    const { producer, publisher } = setUp()
    const { signal } = new AbortController()
    await publisher.publish('order.placed', order, { deliveryTimeoutMs: 5000, signal })
    expect(producer.calls[0]).toEqual({ deliveryTimeoutMs: 5000, signal })
  })

  it('keeps the order of calls that do not wait for each other', async () => {
    const { producer, publisher } = setUp()
    await Promise.all(Array.from({ length: 20 }, (_, n) => publisher.publish('clock.ticked', n)))
    expect(producer.records.map((each) => String(each.value))).toEqual(
      Array.from({ length: 20 }, (_, n) => `${n}`),
    )
  })

  it('repeats the envelope in a JSON body on request', async () => {
    const { producer, publisher } = setUp({ bodyEnvelope: 'json' })
    await publisher.publish('order.placed', order, { messageId: 'm-1' })
    expect(JSON.parse(String(producer.records[0]?.value))).toEqual({
      ...order,
      produced_at: '2026-03-01T08:30:00.250Z',
      producer_id: 'shop-api',
      correlation_id: 'm-1',
      message_version: '1',
    })
    await expect(publisher.publish('clock.ticked', 7)).rejects.toMatchObject({
      code: 'ENVELOPE_NEEDS_OBJECT',
    })
  })

  it('prepares a record that can be sent by other means', async () => {
    const { producer, publisher } = setUp()
    const record = publisher.toRecord('order.placed', order, { messageId: 'm-1' })
    await publisher.publish('order.placed', order, { messageId: 'm-1' })
    expect(producer.records[0]).toEqual(record)
  })

  it.each(['', 'two words', 'a\nb'])('refuses %j as a source', (source) => {
    expect(() =>
      createPublisher({ producer: new MemoryProducer(), events, codec: json, source, producerId: 'x' }),
    ).toThrow(expect.objectContaining({ code: 'INVALID_PUBLISHER_OPTION' }))
  })

  it('types the payload by the name', () => {
    const { publisher } = setUp()
    type Publish = typeof publisher.publish
    expectTypeOf<Parameters<Publish>[0]>().toEqualTypeOf<'order.placed' | 'clock.ticked'>()
    const check = async (): Promise<void> => {
      // @ts-expect-error -- no such event
      await publisher.publish('order.cancelled', order)
      // @ts-expect-error -- the payload of another event
      await publisher.publish('clock.ticked', order)
      // @ts-expect-error -- a field is missing
      await publisher.publish('order.placed', { orderId: 'o-17' })
    }
    expect(check).toBeTypeOf('function')
  })
})
