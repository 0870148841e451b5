import { Buffer } from 'node:buffer'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry, SchemaValidationError } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import { createPublisher, defineEvents } from '../src/index.ts'

interface OrderPlaced {
  readonly orderId: string
  readonly totalCents: number
}

const orderPlaced = {
  type: 'record',
  name: 'OrderPlaced',
  fields: [
    { name: 'orderId', type: 'string' },
    { name: 'totalCents', type: 'long' },
  ],
}
const events = defineEvents({
  'order.placed': { topic: 'orders', key: (order: OrderPlaced) => order.orderId, version: '1' },
})

describe('createPublisher with an Avro codec', () => {
  it('sends what the codec reads back, and nothing that does not fit', async () => {
    await using kafka = await startKafka({ registry: true, topics: { orders: {} } })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const registry = createRegistry({ url: kafka.registryUrl })
    const codec = await createAvroCodec({ registry, topics: { orders: JSON.stringify(orderPlaced) } })
    const publisher = createPublisher({ producer, events, codec, source: '/shop', producerId: 'shop-api' })

    const orders = Array.from({ length: 20 }, (_, n) => ({ orderId: `o-${n % 3}`, totalCents: n }))
    await Promise.all(orders.map((each) => publisher.publish('order.placed', each)))
    const misfit = { orderId: 'o-1', totalCents: 'a lot' } as unknown as OrderPlaced
    await expect(publisher.publish('order.placed', misfit)).rejects.toBeInstanceOf(SchemaValidationError)

    const records = await kafka.records('orders')
    expect(
      records.map((each) => ({ ...(codec.decode(Buffer.from(each.value ?? [])) as OrderPlaced) })),
    ).toEqual(orders)
    const types = records.map((each) => each.headers.find(([name]) => name === 'content-type')?.[1])
    expect(new Set(types.map((each) => String(Buffer.from(each ?? []))))).toEqual(
      new Set(['application/avro']),
    )
  })
})
