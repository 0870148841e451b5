import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { ProducerPort } from '@headwater/events'
import { describe, expect, it } from 'vitest'
import { takeWebhook, type WebhookChannel, type WebhookEvent, type WebhookRequest } from '../src/index.ts'
import { MemoryProducer } from './memory-producer.ts'

interface Page {
  readonly pagerChannel: (producer: ProducerPort, secret: string) => WebhookChannel<WebhookEvent>
}

/** The code under "A new channel", as whoever follows the page would write it. */
async function readPage(): Promise<Page> {
  const design = readFileSync(new URL('../../../DESIGN.md', import.meta.url), 'utf8')
  const [, section = ''] = /^## A new channel\n([^]*?)^## /m.exec(design) ?? []
  const [, code = ''] = /```ts\n([^]*?)```/.exec(section) ?? []
  const folder = new URL('../.cache/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const file = new URL('new-channel.ts', folder)
  writeFileSync(file, code)
  return (await import(file.href)) as Page
}

describe('a new channel, by the page in DESIGN.md', () => {
  const page = (headers: Record<string, string>, body = 'disk full\ndisk fuller'): WebhookRequest => ({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'content-type': 'text/plain', ...headers },
    body: Buffer.from(body),
  })
  const right = { 'x-pager-secret': 's3cret', 'x-pager': 'night shift' }

  it('publishes what its provider sends, each line once by its id', async () => {
    const { pagerChannel } = await readPage()
    const producer = new MemoryProducer()
    const channel = pagerChannel(producer, 's3cret')
    const first = await takeWebhook(channel, page(right))
    expect(first).toMatchObject({ outcome: 'published', answer: { status: 200 } })
    expect(producer.records.map(({ topic, key, value }) => [topic, key, String(value)])).toEqual([
      ['ingestion.raw.messages', 'night shift', 'disk full'],
      ['ingestion.raw.messages', 'night shift', 'disk fuller'],
    ])
    const again = await takeWebhook(channel, page(right))
    const ids = first.events.map((each) => each.messageId)
    expect(again.events.map((each) => each.messageId)).toEqual(ids)
    expect(ids).toEqual([producer.header(0, 'message_id'), producer.header(1, 'message_id')])
  })

  it('refuses whoever it does not know, and what it cannot read', async () => {
    const { pagerChannel } = await readPage()
    const producer = new MemoryProducer()
    const channel = pagerChannel(producer, 's3cret')
    const statusOf = async (request: WebhookRequest): Promise<number> =>
      (await takeWebhook(channel, request)).answer.status
    expect(await statusOf(page({ ...right, 'x-pager-secret': 'guessed' }))).toBe(401)
    expect(await statusOf(page({ 'x-pager-secret': 's3cret' }))).toBe(400)
    expect(await statusOf(page(right, 'x'.repeat(4097)))).toBe(413)
    expect(producer.records).toEqual([])
  })
})
