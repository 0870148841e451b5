import type { Config } from '@headwater/config'
import { createPublisher, type Publisher } from '@headwater/events'
import type { Producer } from '@headwater/producer'
import type { Codec } from '@headwater/schemas'
import { orderEvents } from './order-events.ts'

/** Publishes the events of this service: another name, or a payload of another shape, does not compile. */
export type OrderPublisher = Publisher<typeof orderEvents>

/** The publisher on top of the one producer of this service. */
export function openPublisher({ service }: Config, producer: Producer, codec: Codec): OrderPublisher {
  return createPublisher({
    producer,
    codec,
    events: orderEvents,
    source: `/${service.name}`,
    producerId: service.name,
  })
}
