import { whatsAppSchemas } from '@headwater/channels'
import type { EventSchema } from '@headwater/events'

/** The schemas of WhatsApp's messages and notices, by event type, since they share a topic. */
export function channelSchemas(topic: string): Readonly<Record<string, EventSchema>> {
  return whatsAppSchemas({ topic })
}
