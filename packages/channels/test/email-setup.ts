import { Buffer } from 'node:buffer'
import { ManualClock } from '@headwater/base'
import type { EventCodec } from '@headwater/events'
import { emailChannel, type EmailChannel, type EmailChannelOptions } from '../src/index.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { MemoryProducer } from './memory-producer.ts'

/** What the channel's clock says. */
export const nowMs: number = Date.parse('2026-03-02T08:15:00.500Z')
/** Payloads as JSON. */
export const json: EventCodec = {
  contentType: 'application/json',
  encode: (_topic, value) => Buffer.from(JSON.stringify(value)),
}

/** A channel on a producer and a store in memory. */
export function setUp(more: Partial<EmailChannelOptions> = {}): {
  producer: MemoryProducer
  claimCheck: MemoryClaimChecks
  channel: EmailChannel
} {
  const producer = new MemoryProducer()
  const claimCheck = new MemoryClaimChecks()
  const clock = new ManualClock(nowMs)
  return {
    producer,
    claimCheck,
    channel: emailChannel({ producer, claimCheck, codec: json, clock, ...more }),
  }
}

/** Header fields and body lines as a mail. */
export const mail = (fields: readonly string[], ...body: string[]): Buffer =>
  Buffer.from([...fields, '', ...body].join('\r\n'))

/** A mail with all that a mail should have. */
export const order: Buffer = mail(
  [
    'From: Desk <desk@Example.COM>',
    'To: support@example.org',
    'Subject: Order',
    'Message-ID: <o-1@example.com>',
  ],
  'two pallets',
)
/** How it was delivered. */
export const envelope: { readonly from: string; readonly to: string } = {
  from: 'bounce@example.com',
  to: 'support@example.org',
}
