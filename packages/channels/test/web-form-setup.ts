import { Buffer } from 'node:buffer'
import { ManualClock } from '@headwater/base'
import {
  webFormChannel,
  type FormSubmitted,
  type WebFormChannel,
  type WebFormChannelOptions,
  type WebFormEvent,
  type WebhookRequest,
} from '../src/index.ts'
import { json } from './email-setup.ts'
import { toMultipart, toUrlEncoded, type FormEntry } from './form-body.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { MemoryProducer } from './memory-producer.ts'

/** A channel on a producer and a store in memory. */
export interface FormSetup {
  readonly producer: MemoryProducer
  readonly claimCheck: MemoryClaimChecks
  readonly clock: ManualClock
  readonly channel: WebFormChannel
}

export function setUpForm(more: Partial<WebFormChannelOptions> = {}): FormSetup {
  const [producer, claimCheck] = [new MemoryProducer(), new MemoryClaimChecks()]
  const clock = new ManualClock(Date.parse('2026-03-02T08:15:05Z'))
  const options = { producer, claimCheck, codec: json, clock, formType: 'contact', ...more }
  return { producer, claimCheck, clock, channel: webFormChannel(options) }
}

/** How a request differs from the usual one. */
export interface FormRequestOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly remoteAddress?: string
  readonly path?: string
}

function request(
  body: Buffer,
  contentType: string,
  { headers = {}, remoteAddress, path = '/forms/contact' }: FormRequestOptions,
): WebhookRequest {
  return {
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers: { 'content-type': contentType, ...headers },
    body,
    remoteAddress,
  }
}

/** What a browser sends for a form without files. */
export function urlEncodedForm(
  fields: Readonly<Record<string, string>> | readonly FormEntry[],
  options: FormRequestOptions = {},
): WebhookRequest {
  const entries = Array.isArray(fields)
    ? (fields as readonly FormEntry[])
    : Object.entries(fields).map(([name, value]) => ({ name, value: String(value) }))
  const { body, contentType } = toUrlEncoded(entries)
  return request(body, contentType, options)
}

/** What a browser sends for a form with files. */
export function multipartForm(
  entries: readonly FormEntry[],
  options: FormRequestOptions = {},
  boundary?: string,
): WebhookRequest {
  const { body, contentType } = toMultipart(entries, boundary)
  return request(body, contentType, options)
}

/** What `fetch` sends. */
export function jsonForm(value: unknown, options: FormRequestOptions = {}): WebhookRequest {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return request(Buffer.from(text), 'application/json', options)
}

/** The one event of a request. */
export async function eventOf(channel: WebFormChannel, form: WebhookRequest): Promise<WebFormEvent> {
  const [event] = await channel.normalise(form.body, form.headers, form)
  return event!
}

/** Its payload. */
export async function payloadOf(channel: WebFormChannel, form: WebhookRequest): Promise<FormSubmitted> {
  return (await eventOf(channel, form)).message.payload
}
