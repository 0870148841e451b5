import { Buffer } from 'node:buffer'
import { startKafka } from '@headwater/embedded'
import { createProducer, tenantPartitioner } from '@headwater/producer'
import { createJsonCodec } from '@headwater/schemas'
import { expect, it } from 'vitest'
import { createPublisher, defineEvents } from '../src/index.ts'

const events = defineEvents({
  'order.placed': { topic: 'orders', key: (order: { readonly id: string }) => order.id, version: '1' },
})

it(
  'keeps the events of each tenant together with the tenant partitioner, whatever their keys',
  { timeout: 30_000 },
  async () => {
    await using kafka = await startKafka({ topics: { orders: { partitions: 12 } } })
    await using producer = createProducer({
      connection: { brokers: kafka.bootstrapServers.split(',') },
      partitioner: tenantPartitioner(),
    })
    const parts = { producer, events, codec: createJsonCodec(), source: '/shop', producerId: 'shop' }
    const publisher = createPublisher({ ...parts, requiresTenant: true })
    const tenants = ['acme', 'globex', 'initech', 'umbrella', 'hooli']
    await Promise.all(
      tenants.flatMap((tenant) => {
        const bound = publisher.forTenant(tenant)
        return Array.from({ length: 20 }, (_, n) => bound.publish('order.placed', { id: `o-${n}` }))
      }),
    )
    const partitionsOf = new Map(tenants.map((tenant) => [tenant, new Set<number>()]))
    for (const { headers, partition } of await kafka.records('orders')) {
      const tenant = headers.find(([name]) => String(name) === 'tenant-id')?.[1]
      partitionsOf.get(String(Buffer.from(tenant ?? [])))?.add(partition)
    }
    expect([...partitionsOf.values()].map((each) => each.size)).toEqual([1, 1, 1, 1, 1])
    expect(new Set([...partitionsOf.values()].flatMap((each) => [...each])).size).toBeGreaterThan(1)
  },
)
