import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import {
  InvalidWebhookError,
  takeWebhook,
  type WebhookResult,
  type WhatsAppChannelOptions,
} from '../src/index.ts'
import { createRandom, mutate } from './mutate.ts'
import { message, messages, setUp, signed, statuses, webhook } from './whatsapp-setup.ts'
import type { MemoryProducer } from './memory-producer.ts'

/** A request with the right signature over whatever bytes. */
async function take(
  body: unknown,
  more: Partial<WhatsAppChannelOptions> = {},
): Promise<WebhookResult & { readonly producer: MemoryProducer }> {
  const { channel, producer } = setUp(more)
  return { ...(await takeWebhook(channel, signed(body))), producer }
}

describe('a signed body that is no webhook of WhatsApp', { timeout: 60_000 }, () => {
  it.each([
    ['no JSON', Buffer.from('hello'), '$'],
    ['nothing', Buffer.alloc(0), '$'],
    ['half a webhook', Buffer.from(JSON.stringify(messages(message())).slice(0, -5)), '$'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), '$'],
    ['a list', [], '$'],
    ['null', null, '$'],
    ['of another product', { object: 'page', entry: [] }, '$.object'],
    ['without a product', { entry: [] }, '$.object'],
    ['without entries', { object: 'whatsapp_business_account' }, '$.entry'],
    ['with entries that are no list', { object: 'whatsapp_business_account', entry: {} }, '$.entry'],
    ['endlessly deep', Buffer.from('['.repeat(3_000_000)), '$'],
    ['deep within a message', messages({ id: 'w1', text: JSON.parse('['.repeat(60) + ']'.repeat(60)) }), '$'],
  ])('is refused with 400 and the path: %s', async (_what, body, path) => {
    const { answer, producer } = await take(body)
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'WEBHOOK_INVALID', path } })
    expect(producer.records).toEqual([])
  })
})

// Bounded in what they make, not in time: the computer may be busy with other tests.
describe('a body that is meant to hurt', { timeout: 60_000 }, () => {
  const largest = 3_145_728

  it('is taken at 3 MiB, and refused with 413 above', async () => {
    const empty = Buffer.byteLength(JSON.stringify(messages(message({ text: { body: '' } }))))
    const body = messages(message({ text: { body: 'x'.repeat(largest - empty) } }))
    expect(signed(body).body).toHaveLength(largest)
    expect((await take(body)).answer.status).toBe(200)
    expect(
      (await take(messages(message({ text: { body: 'x'.repeat(largest - empty + 1) } })))).answer.status,
    ).toBe(413)
  })

  it('makes one event of a message with a quarter of a million keys', async () => {
    const keys = Array.from({ length: 250_000 }, (_each, index) => `"k${index}":0`).join(',')
    const body = JSON.stringify(messages(message())).replace('"type":', `${keys},"type":`)
    expect((await take(Buffer.from(body))).producer.records).toHaveLength(1)
  })

  it.each([
    ['messages that are none', { messages: Array.from({ length: 100_000 }, () => 0) }],
    [
      'members of a change',
      Object.fromEntries(Array.from({ length: 20_000 }, (_each, index) => [`k${index}`, 0])),
    ],
  ])('is refused with 413 for endless %s', async (_what, value) => {
    const { answer, producer } = await take(webhook(value))
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'WEBHOOK_TOO_LARGE' } })
    expect(answer.status).toBe(413)
    expect(producer.records).toEqual([])
  })

  it('has a limit of events, and one of depth, that can be set', async () => {
    const two = messages(message(), message({ id: 'w2' }))
    expect((await take(two, { maxEvents: 2 })).answer.status).toBe(200)
    expect((await take(two, { maxEvents: 1 })).answer.status).toBe(413)
    const deep = messages(message({ more: [[[]]] }))
    expect((await take(deep, { maxDepth: 11 })).answer.status).toBe(200)
    expect((await take(deep, { maxDepth: 10 })).answer.status).toBe(400)
  })

  it('has a limit of bytes that can be set', async () => {
    const body = messages(message())
    const { length } = signed(body).body
    expect((await take(body, { maxBodyBytes: length })).answer.status).toBe(200)
    expect((await take(body, { maxBodyBytes: length - 1 })).answer.status).toBe(413)
  })

  it('pollutes nothing', async () => {
    const body = JSON.stringify(messages(message())).replace(
      '"type":',
      '"__proto__":{"polluted":1,"from":"evil"},"constructor":{"prototype":{"polluted":1}},"type":',
    )
    const { producer } = await take(Buffer.from(body))
    expect(producer.records).toHaveLength(1)
    expect(({} as { polluted?: number }).polluted).toBe(undefined)
    expect(producer.records[0]?.key).not.toContain('evil')
  })

  it('cannot write headers: what it says is in the value alone, or in the key', async () => {
    const evil = 'x\r\nset-cookie: a'
    const body = webhook({
      metadata: { phone_number_id: evil },
      messages: [message({ id: evil }), { type: evil }],
    })
    const { answer, producer } = await take(body)
    expect(answer.status).toBe(200)
    for (const index of [0, 1]) {
      expect(producer.headers(index).filter(([, value]) => value.includes('set-cookie'))).toEqual([])
    }
  })

  it('has a short key whatever it names', async () => {
    const body = webhook({
      metadata: { phone_number_id: '1'.repeat(100_000) },
      messages: [message({ from_user_id: '2'.repeat(100_000) })],
    })
    const { producer } = await take(body)
    expect(String(producer.records[0]?.key)).toHaveLength(1025)
  })
})

// Of the module: a further try has the same values, or it would hide what the first one found.
const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? Date.now() % 1_000_000)

describe('fuzz', () => {
  it('ends every body in an answer, and every event with its id, from a printed seed', async () => {
    const count = 50_000
    // oxlint-disable-next-line no-console -- whoever sees it fail needs it
    console.log(`fuzz seed ${seed} (HEADWATER_TEST_SEED)`)
    const random = createRandom(seed)
    const seeds = [
      messages(
        message(),
        message({ type: 'order', order: { product_items: [{ quantity: 1, item_price: 1.5 }] } }),
      ),
      messages(
        message({
          type: 'edit',
          edit: { original_message_id: 'w', message: { type: 'image', image: { id: 'm' } } },
        }),
      ),
      statuses({
        id: 'w1',
        status: 'failed',
        timestamp: '1',
        errors: [{ code: 1, error_data: { details: 'd' } }],
      }),
      webhook(
        { user_id_update: [{ wa_id: '1', user_id: { previous: 'a', current: 'b' } }] },
        'user_id_update',
      ),
      webhook({ event: 'DISABLED' }, 'account_update'),
    ].map((each) => Buffer.from(JSON.stringify(each)))
    const { channel, producer } = setUp()
    // Signed or not is tested elsewhere, and costs the time of three more inputs.
    const open = { ...channel, verify: () => ({ ok: true }) as const }
    const seen = { taken: 0, refused: 0 }
    for (let index = 0; index < count; index += 1) {
      const body = mutate(seeds[index % seeds.length] ?? Buffer.alloc(0), random)
      const request = { ...signed(Buffer.alloc(0)), body }
      const fail = (what: string, cause?: unknown): never => {
        throw new Error(`seed ${seed}, input ${index}: ${what} for ${body.toString('latin1')}`, { cause })
      }
      try {
        const events = await channel.normalise(body, request.headers, request)
        if (!events.every((each) => /^[0-9a-f]{64}$/.test(each.messageId))) fail('no id')
        seen.taken += 1
      } catch (thrown) {
        if (!(thrown instanceof InvalidWebhookError)) fail('thrown', thrown)
        seen.refused += 1
      }
      // The whole way for some: publishing costs more than reading.
      if (index % 50 !== 0) continue
      const { answer, events, errors } = await takeWebhook(open, request)
      if (answer.status !== 200 && answer.status !== 400) fail(String(answer.status), errors[0])
      const ids = producer.records.map((_each, at) => producer.header(at, 'message_id'))
      if (ids.join() !== events.map((each) => each.messageId).join()) fail('another id in the record')
      producer.records.length = 0
      producer.calls.length = 0
    }
    // Both ways were walked, or the fuzzing is none.
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(count / 10)
  }, 300_000)
})
