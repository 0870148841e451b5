import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startKafka } from '@headwater/embedded'
import {
  createDomainPublisher,
  createPublisher,
  createWorkflowPublisher,
  defineEvents,
  domainSchemas,
  EventError,
  workflowSchemas,
  type PublishResult,
} from '@headwater/events'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createJsonCodec, createRegistry } from '@headwater/schemas'

interface OrderPlaced {
  readonly orderId: string
  readonly totalMinor: number
}
const events = defineEvents({
  'order.placed': { topic: 'orders', key: (order: OrderPlaced) => order.orderId, version: '1' },
})
const topics = { orders: {}, 'domain-events': {}, 'workflow.events': {} }

test('a typed publisher enriches an event once, and names what is wrong with one', async () => {
  await using kafka = await startKafka({ topics })
  await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
  const publisher = createPublisher({
    producer,
    events,
    codec: createJsonCodec(),
    source: '/shop',
    producerId: 'shop',
  })
  const receipt = await publisher.publish(
    'order.placed',
    { orderId: 'o-17', totalMinor: 4200 },
    { messageId: 'm-1' },
  )
  assert.equal(receipt.offset, 0n)
  const [record] = await kafka.records('orders')
  const headers = Object.fromEntries((record?.headers ?? []).map(([name, value]) => [name, String(value)]))
  assert.equal(headers['ce_id'], 'm-1')
  assert.equal(headers['ce_type'], 'order.placed')
  assert.equal(headers['ce_source'], '/shop')
  assert.equal(headers['producer_id'], 'shop')
  assert.equal(headers['content-type'], 'application/json')
  const acme = publisher.forTenant('acme')
  const result: PublishResult = await acme.tryPublish(
    'order.placed',
    { orderId: 'o-18', totalMinor: 1 },
    { tenantId: 'other' },
  )
  assert.equal(result.status, 'invalid')
  assert.ok(result.error instanceof EventError)
  assert.equal(result.error.code, 'TENANT_MISMATCH')
})

test('domain and workflow events travel as Avro', async () => {
  await using kafka = await startKafka({ registry: true, topics })
  await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
  const registry = createRegistry({ url: kafka.registryUrl })
  const codec = await createAvroCodec({ registry, topics: { ...domainSchemas(), ...workflowSchemas() } })
  const domain = createDomainPublisher({
    producer,
    codec,
    producerId: 'shop',
    events: {
      OrderCreated: { aggregateType: 'Order', data: (order: { readonly amountMinor: number }) => order },
    },
  })
  await domain.publishEvent('OrderCreated', { aggregateId: 'o-17', version: 1, data: { amountMinor: 9999 } })
  const workflows = createWorkflowPublisher({ producer, codec, producerId: 'scheduler', environment: 'prod' })
  const { eventId } = await workflows.publishEvent({
    eventType: 'WORKFLOW_COMPLETED',
    source: 'JOB',
    workflowId: 'nightly',
    workflowRunId: 'run_17',
    data: { status: 'success' },
  })
  const [created] = await kafka.records('domain-events')
  const [completed] = await kafka.records('workflow.events')
  assert.equal((codec.decode(created!.value!) as { readonly aggregate_id: string }).aggregate_id, 'o-17')
  assert.equal((codec.decode(completed!.value!) as { readonly event_id: string }).event_id, eventId)
})
