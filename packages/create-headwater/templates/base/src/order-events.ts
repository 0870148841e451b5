import { defineEvents } from '@headwater/events'
import type { OrderPlacedInput } from './schema-types.ts'

/** The events of this service. The key decides the partition: events of one order keep their order. */
export const orderEvents = defineEvents({
  'order.placed': { topic: 'orders', key: (order: OrderPlacedInput) => order.order_id, version: '1' },
})
