import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { ManualClock } from '@headwater/base'
import {
  whatsAppChannel,
  type WebhookRequest,
  type WhatsAppChannel,
  type WhatsAppChannelOptions,
  type WhatsAppEvent,
  type WhatsAppMessage,
  type WhatsAppReceived,
} from '../src/index.ts'
import { json } from './email-setup.ts'
import { MemoryProducer } from './memory-producer.ts'

export const appSecret = 'an app secret of 32 characters..'
export const verifyToken = 'what we told Meta'
/** What the channel's clock says; the messages below are five seconds older. */
export const nowMs: number = Date.parse('2026-03-02T08:15:05Z')
export const sentAt: string = String(nowMs / 1000 - 5)

export const metadata = { display_phone_number: '15550100000', phone_number_id: '106540000000001' }
export const ana = {
  profile: { name: 'Ana', username: 'ana.example' },
  wa_id: '491700000001',
  user_id: 'DE.1001',
}

/** A channel on a producer in memory. */
export function setUp(more: Partial<WhatsAppChannelOptions> = {}): {
  producer: MemoryProducer
  channel: WhatsAppChannel
} {
  const producer = new MemoryProducer()
  const clock = new ManualClock(nowMs)
  const options = { producer, codec: json, appSecrets: [appSecret], verifyToken, clock, ...more }
  return { producer, channel: whatsAppChannel(options) }
}

/** A webhook of one change. */
export const webhook = (value: unknown, field = 'messages'): object => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '102290000000001', changes: [{ field, value }] }],
})

/** A webhook with messages of Ana. */
export const messages = (...list: readonly unknown[]): object =>
  webhook({ messaging_product: 'whatsapp', metadata, contacts: [ana], messages: list })

/** A webhook with statuses. */
export const statuses = (...list: readonly unknown[]): object =>
  webhook({ messaging_product: 'whatsapp', metadata, statuses: list })

/** A message of Ana. */
export const message = (fields: object = {}): object => ({
  from: ana.wa_id,
  from_user_id: ana.user_id,
  id: 'wamid.A1',
  timestamp: sentAt,
  type: 'text',
  text: { body: 'Where is it?' },
  ...fields,
})

/** Escaped as Meta escapes, so that parsing and printing again gives other bytes. */
const bytesOf = (body: unknown): Buffer =>
  Buffer.from(
    typeof body === 'string'
      ? body
      : JSON.stringify(body).replace(
          /[\u0080-\uffff]/g,
          (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
        ),
  )

export const signatureOf = (body: Uint8Array, secret: string = appSecret): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

/** A request as Meta makes it. */
export function signed(body: unknown, more: Partial<WebhookRequest> = {}): WebhookRequest {
  const bytes = body instanceof Uint8Array ? body : bytesOf(body)
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signatureOf(bytes) }
  return { method: 'POST', path: '/', query: new URLSearchParams(), headers, body: bytes, ...more }
}

/** The events that the channel sees in a body. */
export async function eventsOf(
  body: unknown,
  more: Partial<WhatsAppChannelOptions> = {},
): Promise<readonly WhatsAppEvent[]> {
  const request = signed(body)
  return await setUp(more).channel.normalise(request.body, request.headers, request)
}

/** The events that are not dead letters. */
export async function messagesOf(body: unknown): Promise<readonly WhatsAppMessage[]> {
  return (await eventsOf(body)).flatMap((each) =>
    each.type === 'ingestion.unreadable' ? [] : [each.message],
  )
}

/** The payload of a webhook that holds one message of Ana. */
export async function receivedOf(fields: object): Promise<WhatsAppReceived> {
  const [first] = await messagesOf(messages(message(fields)))
  if (first?.message_type !== 'whatsapp_received') throw new Error('no message came out')
  return first.payload
}
