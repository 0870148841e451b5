import { createJsonCodec } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { createPublisher, createWorkflowPublisher, defineEvents, type Publisher } from '../src/index.ts'
import { MemoryProducer } from './memory-producer.ts'

const events = defineEvents({
  'order.placed': { topic: 'orders', key: (order: { readonly id: string }) => order.id, version: '1' },
})
const order = { id: 'o-17' }

function setUp(more: { readonly tenantId?: string; readonly requiresTenant?: boolean } = {}): {
  readonly producer: MemoryProducer
  readonly publisher: Publisher<typeof events>
} {
  const producer = new MemoryProducer()
  const fixed = { producer, events, codec: createJsonCodec(), source: '/shop', producerId: 'shop' }
  return { producer, publisher: createPublisher({ ...fixed, ...more }) }
}

describe('Publisher.forTenant', () => {
  it("puts the tenant's header on every event, and leaves the publisher that it came from alone", async () => {
    const { producer, publisher } = setUp()
    const acme = publisher.forTenant('acme')
    await acme.publish('order.placed', order)
    await acme.tryPublish('order.placed', order, { tenantId: 'acme', headers: { 'tenant-id': 'acme' } })
    await publisher.publish('order.placed', order)
    await publisher.forTenant('globex').publish('order.placed', order)
    expect(
      producer.records.map((_, index) => producer.headers(index).filter(([name]) => name === 'tenant-id')),
    ).toEqual([[['tenant-id', 'acme']], [['tenant-id', 'acme']], [], [['tenant-id', 'globex']]])
  })

  it.each([
    { tenantId: 'globex' },
    { headers: { 'tenant-id': 'globex' } },
    { tenantId: 'acme', headers: { 'tenant-id': 'globex' } },
    { headers: { 'tenant-id': '' } },
  ])('refuses %j of a call to the publisher of another tenant', async (options) => {
    const { producer, publisher } = setUp()
    const acme = publisher.forTenant('acme')
    await expect(acme.publish('order.placed', order, options)).rejects.toMatchObject({
      code: 'TENANT_MISMATCH',
    })
    expect(() => acme.toRecord('order.placed', order, options)).toThrow('another tenant')
    expect(producer.records).toEqual([])
  })

  it('is for good', () => {
    const acme = setUp().publisher.forTenant('acme')
    expect(() => acme.forTenant('globex')).toThrow(expect.objectContaining({ code: 'TENANT_MISMATCH' }))
    expect(acme.forTenant('acme')).toBeDefined()
  })

  it.each(['', '../etc', 'a b', '-acme', 'a\r\nb', 'x'.repeat(129)])('refuses %j as a tenant', (tenantId) => {
    const refusal = expect.objectContaining({ code: 'INVALID_TENANT_ID' })
    expect(() => setUp().publisher.forTenant(tenantId)).toThrow(refusal)
    expect(() => setUp({ tenantId })).toThrow(refusal)
  })
})

describe('createPublisher', () => {
  it('refuses events without a tenant when it requires one', async () => {
    const { producer, publisher } = setUp({ requiresTenant: true })
    await expect(publisher.publish('order.placed', order)).rejects.toMatchObject({ code: 'TENANT_REQUIRED' })
    await publisher.publish('order.placed', order, { tenantId: 'acme' })
    await publisher.forTenant('globex').publish('order.placed', order)
    expect([producer.header(0, 'tenant-id'), producer.header(1, 'tenant-id')]).toEqual(['acme', 'globex'])
  })
})

describe('createWorkflowPublisher', () => {
  it('can be bound to a tenant', async () => {
    const producer = new MemoryProducer()
    const fixed = { producer, codec: createJsonCodec(), producerId: 'scheduler', environment: 'test' }
    const workflows = createWorkflowPublisher({ ...fixed, tenantId: 'acme' })
    const event = {
      eventType: 'WORKFLOW_TRIGGERED',
      source: 'JOB',
      workflowId: 'w',
      workflowRunId: 'r',
    } as const
    await workflows.publishEvent(event)
    expect(producer.header(0, 'tenant-id')).toBe('acme')
    expect(await workflows.tryPublishEvent(event, { tenantId: 'globex' })).toMatchObject({
      status: 'invalid',
      error: { code: 'TENANT_MISMATCH' },
    })
  })
})
