import { ManualClock } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { createJsonCodec } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { createDomainPublisher, type DomainPublisherOptions } from '../src/index.ts'
import { MemoryProducer } from './memory-producer.ts'

interface OrderCreated {
  readonly amountMinor: number
  readonly currency: string
}

const nowMs = Date.parse('2026-03-01T08:30:00.250Z')
const events = {
  OrderCreated: { aggregateType: 'Order', data: (order: OrderCreated) => order },
  OrderPaid: { aggregateType: 'Order', data: (paid: { readonly paymentId: string }) => paid },
  RoomMeasured: {
    aggregateType: 'Room',
    topic: 'measurements',
    allowsFractions: true,
    data: (room: { readonly celsius: number }) => room,
  },
} as const

function setUp(more: Partial<DomainPublisherOptions<typeof events>> = {}) {
  const producer = new MemoryProducer()
  const clock = new ManualClock(nowMs)
  const parts = { producer, codec: createJsonCodec(), producerId: 'shop', events, clock }
  return { producer, domain: createDomainPublisher({ ...parts, ...more }) }
}

const created = { aggregateId: 'ORDER-123', version: 1, data: { amountMinor: 9999, currency: 'EUR' } }

describe('createDomainPublisher', () => {
  it('writes aggregate, version, time and data, with the aggregate as the key', async () => {
    const { producer, domain } = setUp()
    const { eventId } = await domain.publishEvent('OrderCreated', created)
    expect(producer.records[0]).toMatchObject({ topic: 'domain-events', key: 'ORDER-123', timestamp: nowMs })
    expect(JSON.parse(String(producer.records[0]?.value))).toEqual({
      event_id: eventId,
      event_type: 'OrderCreated',
      aggregate_type: 'Order',
      aggregate_id: 'ORDER-123',
      version: 1,
      timestamp: nowMs,
      data: '{"amountMinor":9999,"currency":"EUR"}',
    })
    expect(producer.header(0, 'ce_type')).toBe('OrderCreated')
    expect(producer.header(0, 'ce_subject')).toBe('Order/ORDER-123')
    expect(producer.header(0, 'message_id')).toBe(eventId)
  })

  it("sends to the definition's topic, to the publisher's, or to the call's", async () => {
    const { producer, domain } = setUp({ topic: 'shop.events' })
    await domain.publishEvent('OrderCreated', created)
    await domain.publishEvent('RoomMeasured', { aggregateId: 'r-1', version: 1, data: { celsius: 20.5 } })
    await domain.publishEvent('OrderCreated', created, { topic: 'replay' })
    expect(producer.records.map((each) => each.topic)).toEqual(['shop.events', 'measurements', 'replay'])
  })

  it.each([
    [{ amountMinor: 99.99, currency: 'EUR' }, 'amountMinor'],
    [{ amountMinor: 2 ** 53, currency: 'EUR' }, 'amountMinor'],
    [{ amountMinor: 1, currency: 'EUR', lines: [{ price: 0.5 }] }, 'lines.0.price'],
  ])('refuses %j as money, and says where it is', async (data, path) => {
    const { producer, domain } = setUp()
    const published = domain.publishEvent('OrderCreated', { ...created, data })
    await expect(published).rejects.toMatchObject({
      code: 'INEXACT_NUMBER',
      message: expect.stringContaining(`at ${path} `) as string,
    })
    expect(producer.records).toEqual([])
  })

  it.each([
    [{ version: 0 }, 'INVALID_DOMAIN_EVENT'],
    [{ version: 1.5 }, 'INVALID_DOMAIN_EVENT'],
    [{ version: '1' as unknown as number }, 'INVALID_DOMAIN_EVENT'],
    [{ aggregateId: '' }, 'INVALID_DOMAIN_EVENT'],
    [{ aggregateId: 'a\nb' }, 'INVALID_DOMAIN_EVENT'],
    [{ timestamp: -1 }, 'INVALID_EVENT_OPTION'],
    [{ data: { amountMinor: Number.NaN, currency: 'EUR' } }, 'VALUE_INVALID'],
  ])('refuses %j before anything is sent', async (part, code) => {
    const { producer, domain } = setUp()
    const event = { ...created, ...part }
    await expect(domain.publishEvent('OrderCreated', event)).rejects.toMatchObject({ code })
    expect(await domain.tryPublishEvent('OrderCreated', event)).toMatchObject({
      status: 'invalid',
      error: { code },
    })
    expect(() => domain.toRecord('OrderCreated', event)).toThrow(expect.objectContaining({ code }))
    expect(producer.records).toEqual([])
  })

  it('knows its types while it is compiled and while it runs', async () => {
    const { domain } = setUp()
    const check = async (): Promise<void> => {
      // @ts-expect-error -- no such event
      await domain.publishEvent('OrderLost', created)
      // @ts-expect-error -- the data of another event
      await domain.publishEvent('OrderPaid', created)
      // @ts-expect-error -- the version is the caller's to give
      await domain.publishEvent('OrderCreated', { aggregateId: 'o', data: created.data })
    }
    expect(check).toBeTypeOf('function')
    for (const type of ['OrderLost', 'constructor']) {
      await expect(domain.publishEvent(type as 'OrderCreated', created)).rejects.toMatchObject({
        code: 'UNKNOWN_EVENT',
      })
    }
  })

  it('gives the record to an outbox, with the id that the event has', () => {
    const { producer, domain } = setUp()
    const record = domain.toRecord('OrderCreated', { ...created, eventId: 'e-1' }, { tenantId: 'acme' })
    expect(record).toMatchObject({ topic: 'domain-events', key: 'ORDER-123' })
    expect(record.headers).toContainEqual(['message_id', 'e-1'])
    expect(record.headers).toContainEqual(['tenant-id', 'acme'])
    expect(producer.records).toEqual([])
  })

  it("hands the producer's outcome on", async () => {
    const { producer, domain } = setUp()
    producer.failWith = new DeliveryError('DELIVERY_TIMEOUT', 'late', {
      outcome: 'unknown',
      topic: 'domain-events',
    })
    await expect(domain.publishEvent('OrderCreated', created)).rejects.toBe(producer.failWith)
    expect(await domain.tryPublishEvent('OrderCreated', created)).toMatchObject({ status: 'unknown' })
  })

  it('refuses a definition that cannot be', () => {
    const make = (aggregateType: string) => () =>
      createDomainPublisher({
        producer: new MemoryProducer(),
        codec: createJsonCodec(),
        producerId: 'shop',
        events: { Odd: { aggregateType, data: (data: object) => data } },
      })
    for (const aggregateType of ['', 'a/b']) {
      expect(make(aggregateType)).toThrow(expect.objectContaining({ code: 'INVALID_EVENT_DEFINITION' }))
    }
  })
})
