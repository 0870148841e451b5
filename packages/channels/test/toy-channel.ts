import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Receipt } from '@headwater/producer'
import {
  headerOf,
  InvalidWebhookError,
  type PublishedEvent,
  type WebhookChannel,
  type WebhookEvent,
} from '../src/index.ts'

export interface ToyEvent extends WebhookEvent {
  readonly text: string
}

/** What a toy channel was asked. */
export interface ToyChannel extends WebhookChannel<ToyEvent> {
  readonly published: string[]
  readonly headers: unknown[]
}

/** A channel of lines: each line of a body is an event. `overrides` make it misbehave. */
export function toyChannel(overrides: Partial<WebhookChannel<ToyEvent>> = {}): ToyChannel {
  const published: string[] = []
  const headers: unknown[] = []
  return {
    published,
    headers,
    name: 'toy',
    rules: { methods: ['POST'], contentTypes: ['text/plain'], maxBodyBytes: 1000 },
    verify: (_raw, fields) =>
      headerOf(fields, 'x-toy') === 'yes' ? { ok: true } : { ok: false, reason: 'not a toy' },
    normalise(raw) {
      const text = Buffer.from(raw).toString()
      if (text === '') throw new InvalidWebhookError('$', 'is empty')
      return text.split('\n').map((line) => ({
        type: 'ingestion.toy',
        messageId: createHash('sha256').update(line).digest('hex'),
        text: line,
      }))
    },
    key: (event) => event.text,
    async publish({ messageId, text }, options): Promise<PublishedEvent> {
      published.push(text)
      headers.push(...(options?.headers ?? []))
      return { kind: 'published', messageId, receipt: {} as Receipt }
    },
    ...overrides,
  }
}

export const toyHeaders = { 'content-type': 'text/plain', 'x-toy': 'yes' } as const
