import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import {
  basicAuth,
  rawEmailChannel,
  takeWebhook,
  type MailWebhook,
  type WebhookRequest,
} from '../src/index.ts'
import { order } from './email-setup.ts'
import { setUpMailWebhook, type MailWebhookSetup } from './mail-webhook-setup.ts'
import { post } from './webhook-request.ts'

const setUp = (
  verify: Parameters<typeof rawEmailChannel>[0]['verify'] = () => ({ ok: true }),
): MailWebhookSetup =>
  setUpMailWebhook((options): MailWebhook => rawEmailChannel({ ...options, verify, maxBytes: 5000 }))
const mail = (headers: Readonly<Record<string, string>> = {}, query = ''): WebhookRequest =>
  post(order, { 'content-type': 'message/rfc822', ...headers }, query)

/** To whom events went, and from whom. */
async function envelopes(request: WebhookRequest): Promise<readonly unknown[]> {
  const { channel, producer, payload } = setUp()
  await takeWebhook(channel, request)
  return producer.records.map((_, index) => [payload(index).envelope_from, payload(index).envelope_to])
}

describe('rawEmailChannel', () => {
  it('takes what its check lets in', async () => {
    const check = basicAuth([{ username: 'mx', password: 'secret' }])
    const { channel } = setUp((_raw, headers) => check(headers))
    const authorization = `Basic ${btoa('mx:secret')}`
    expect((await takeWebhook(channel, mail({ authorization }))).answer.status).toBe(200)
    expect((await takeWebhook(channel, mail())).answer.status).toBe(401)
  })

  it.each([
    ['nothing', {}, '', [[null, null]]],
    [
      'headers',
      { 'x-envelope-from': 'a@example.com', 'x-envelope-to': 'b@example.org' },
      '',
      [['a@example.com', 'b@example.org']],
    ],
    ['a null return path', { 'x-envelope-from': '<>' }, '', [['', null]]],
    [
      'the query',
      {},
      'from=a@example.com&to=b@example.org&to=c@example.org',
      [
        ['a@example.com', 'b@example.org'],
        ['a@example.com', 'c@example.org'],
      ],
    ],
    [
      'headers before the query',
      { 'x-envelope-to': 'b@example.org' },
      'to=c@example.org',
      [[null, 'b@example.org']],
    ],
    [
      'commas in quotes',
      { 'x-envelope-to': String.raw`"b, \"b"@example.org , c@example.org,` },
      '',
      [
        [null, String.raw`"b, \"b"@example.org`],
        [null, 'c@example.org'],
      ],
    ],
    [
      'UTF-8',
      { 'x-envelope-from': Buffer.from('jörg@example.com').toString('latin1') },
      '',
      [['jörg@example.com', null]],
    ],
  ])('reads the envelope from %s', async (_from, headers, query, expected) => {
    expect(await envelopes(mail(headers as Record<string, string>, query))).toEqual(expected)
  })

  it.each([
    ['x'.repeat(321), '$envelope.to'],
    ['b@example.org\u0001', '$envelope.to'],
    [Array.from({ length: 101 }, (_, index) => `r${index}@example.org`).join(), '$envelope.to'],
    // A quotation mark that nothing closes took the square of the length in time.
    [String.raw`\"`.repeat(8000), '$envelope.to'],
  ])('refuses recipients that are none: %#', async (to, path) => {
    const { answer } = await takeWebhook(setUp().channel, mail({ 'x-envelope-to': to }))
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { path } })
  })

  it('refuses other types, and more than it may hold', async () => {
    const { channel } = setUp()
    expect((await takeWebhook(channel, mail({ 'content-type': 'application/json' }))).answer.status).toBe(415)
    const large = post(Buffer.alloc(5001, 'x'), { 'content-type': 'message/rfc822' })
    expect((await takeWebhook(channel, large)).answer.status).toBe(413)
  })

  it('orders mails of one sender by one key, and gives dead letters none', async () => {
    const { channel } = setUp()
    const keyOf = async (request: WebhookRequest): Promise<readonly (string | null)[]> =>
      (await channel.normalise(request.body, request.headers, request)).map((event) => channel.key(event))
    expect(await keyOf(mail())).toEqual(['desk@example.com'])
    expect(await keyOf(post(Buffer.from('no mail')))).toEqual([null])
  })
})
