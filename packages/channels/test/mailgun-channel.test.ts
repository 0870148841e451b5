import { Buffer } from 'node:buffer'
import { DeliveryError } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { mailgunChannel, takeWebhook, type MailgunChannelOptions } from '../src/index.ts'
import { nowMs, order } from './email-setup.ts'
import { toMultipart, toUrlEncoded } from './form-body.ts'
import { setUpMailWebhook, type MailWebhookSetup } from './mail-webhook-setup.ts'
import { sample } from './sample-mail.ts'
import { encodedHeaders, mailgunMime, mailgunParsed, mailgunSignature, signingKey } from './sign-mailgun.ts'
import { post } from './webhook-request.ts'

const setUp = (more: Partial<MailgunChannelOptions> = {}): MailWebhookSetup =>
  setUpMailWebhook((options) => mailgunChannel({ ...options, signingKeys: [signingKey], ...more }))

const seconds = (ms: number): string => String(Math.floor(ms / 1000))
const unavailable = new DeliveryError('DELIVERY_TIMEOUT', 'no acknowledgement', {
  outcome: 'unknown',
  topic: 'ingestion.raw.messages',
  attempts: 3,
})

describe('mailgunChannel', () => {
  it('tells nobody why a signature does not hold', async () => {
    const { channel, producer } = setUp()
    const forged = [
      mailgunMime(order, toUrlEncoded, { key: 'another key' }),
      mailgunMime(order, toUrlEncoded, { token: '' }),
      mailgunMime(order, toUrlEncoded, { timestamp: 'yesterday' }),
      mailgunMime(order, toUrlEncoded, { timestamp: seconds(nowMs - 40_000_000) }),
      mailgunMime(order, toUrlEncoded, { timestamp: seconds(nowMs + 400_000) }),
      post(toUrlEncoded([{ name: 'body-mime', value: order }]).body, {
        'content-type': 'application/x-www-form-urlencoded',
      }),
    ]
    const answers = await Promise.all(forged.map(async (each) => await takeWebhook(channel, each)))
    expect(new Set(answers.map(({ answer }) => `${answer.status} ${answer.body}`)).size).toBe(1)
    expect(answers[0]?.answer.status).toBe(401)
    expect(producer.records).toEqual([])
  })

  it('takes the key before while it is being changed', async () => {
    const { channel } = setUp({ signingKeys: ['the new key', signingKey] })
    expect((await takeWebhook(channel, mailgunMime(order))).outcome).toBe('published')
  })

  it('has no default for keys', () => {
    for (const signingKeys of [[], ['']]) {
      expect(() => setUp({ signingKeys })).toThrow(
        expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }),
      )
    }
  })

  it('holds signatures as old as it is told, and no older', async () => {
    for (const [ageMs, status] of [
      [59_000, 200],
      [61_000, 401],
    ] as const) {
      const { channel } = setUp({ maxAgeMs: 60_000 })
      const request = mailgunMime(order, toUrlEncoded, { timestamp: seconds(nowMs - ageMs) })
      expect((await takeWebhook(channel, request)).answer.status).toBe(status)
    }
  })

  it('takes a token once: another mail under the same signature is refused', async () => {
    const { channel, producer } = setUp()
    await takeWebhook(channel, mailgunMime(order))
    const replayed = await takeWebhook(
      channel,
      mailgunMime(Buffer.from('From: eve@example.com\r\n\r\nhi\r\n')),
    )
    expect(replayed.answer.status).toBe(401)
    expect(producer.records).toHaveLength(1)
  })

  it('takes a token of a request that failed again, for Mailgun repeats it', async () => {
    const { channel, producer } = setUp()
    producer.failWith = unavailable
    expect((await takeWebhook(channel, mailgunMime(order))).answer.status).toBe(503)
    producer.failWith = undefined
    expect((await takeWebhook(channel, mailgunMime(order))).answer.status).toBe(200)
    expect((await takeWebhook(channel, mailgunMime(order))).answer.status).toBe(401)
  })

  it('takes one of two requests with one token that come at the same time', async () => {
    const { channel, producer } = setUp()
    const ends = await Promise.all([1, 2].map(async () => await takeWebhook(channel, mailgunMime(order))))
    expect(ends.map(({ answer }) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 401])
    expect(producer.records).toHaveLength(1)
  })

  it('answers 406 to what can never be taken, so that it does not come again', async () => {
    const { channel } = setUp({ maxBodyBytes: 5000, maxParts: 10 })
    const { body } = toMultipart([...mailgunSignature(), { name: 'body-mime', value: order }])
    const type = { 'content-type': 'multipart/form-data; boundary=xYzZy-7' }
    const many = Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, value: '' }))
    const never = [
      post(body.subarray(0, -40), type),
      post(body, { 'content-type': 'multipart/form-data' }),
      post(Buffer.alloc(5001), type),
      post(toMultipart(many).body, type),
      post(toUrlEncoded(many).body, { 'content-type': 'application/x-www-form-urlencoded' }),
    ]
    for (const each of never) expect((await takeWebhook(channel, each)).answer.status).toBe(406)
    expect((await takeWebhook(channel, post(body, { 'content-type': 'text/html' }))).answer.status).toBe(415)
  })

  it('answers 500 or 503, and no 406, to what may be taken later', async () => {
    const { channel, claimCheck } = setUp()
    claimCheck.failWith = new Error('disk full')
    expect((await takeWebhook(channel, mailgunMime(order))).answer).toMatchObject({ status: 503 })
  })

  it('gives a mail that was taken apart one id, however often and however it is sent', async () => {
    const { channel } = setUp()
    const sent = [
      mailgunParsed(sample, toMultipart, { token: 'one' }),
      mailgunParsed(sample, (entries) => toMultipart(entries, 'another-boundary'), { token: 'two' }),
      mailgunParsed({ ...sample, text: 'Another text.\r\n' }, toMultipart, { token: 'three' }),
    ]
    const ids: unknown[] = []
    for (const each of sent) ids.push((await takeWebhook(channel, each)).events[0]?.messageId)
    expect(ids[0]).toBe(ids[1])
    expect(ids[0]).not.toBe(ids[2])
  })

  it('gives one id without a Message-ID, too', async () => {
    const { channel } = setUp()
    const headers = sample.headers.filter(([name]) => name !== 'Message-ID')
    const sent = ['one', 'two'].map((token) => mailgunParsed({ ...sample, headers }, toMultipart, { token }))
    const ids: unknown[] = []
    for (const each of sent) ids.push((await takeWebhook(channel, each)).events[0]?.messageId)
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(ids[0]).toBe(ids[1])
  })

  it('reads header fields as they were sent, too', async () => {
    const { channel, payload } = setUp()
    const { body } = toUrlEncoded([
      ...mailgunSignature(),
      { name: 'message-headers', value: encodedHeaders(sample) },
      { name: 'body-plain', value: 'x' },
    ])
    await takeWebhook(channel, post(body, { 'content-type': 'application/x-www-form-urlencoded' }))
    expect(payload()).toMatchObject({ from_name: 'Grüner, Jörg', subject: sample.subject, envelope_to: null })
  })

  it('finds header fields beside a list that is damaged', async () => {
    const { channel, payload } = setUp()
    const { body } = toUrlEncoded([
      ...mailgunSignature(),
      { name: 'message-headers', value: '[["From"' },
      { name: 'from', value: 'Ada <ada@example.com>' },
      { name: 'Message-Id', value: '<1@example.com>' },
      { name: 'body-plain', value: 'x' },
    ])
    await takeWebhook(channel, post(body, { 'content-type': 'application/x-www-form-urlencoded' }))
    expect(payload()).toMatchObject({ from_email: 'ada@example.com', message_id_header: '<1@example.com>' })
  })

  it('lets no value of a field become a field', async () => {
    const { channel, payload } = setUp()
    const list = [
      ['From', 'ada@example.com'],
      ['Subject', 'hello\r\nFrom: eve@example.com\r\n\r\nbody'],
      ['X\r\nReply-To: eve@example.com\r\nY', '1'],
    ]
    const { body } = toUrlEncoded([
      ...mailgunSignature(),
      { name: 'message-headers', value: JSON.stringify(list) },
    ])
    await takeWebhook(channel, post(body, { 'content-type': 'application/x-www-form-urlencoded' }))
    expect(payload()).toMatchObject({
      from_email: 'ada@example.com',
      subject: 'hello From: eve@example.com body',
      reply_to: [],
      text: null,
    })
  })

  it('says that attachments are missing which it was not sent', async () => {
    const { channel, payload } = setUp()
    const { body } = toUrlEncoded([
      ...mailgunSignature(),
      { name: 'from', value: 'ada@example.com' },
      { name: 'attachment-count', value: '2' },
    ])
    await takeWebhook(channel, post(body, { 'content-type': 'application/x-www-form-urlencoded' }))
    expect(payload().truncated).toEqual(['attachments'])
  })

  it('makes one event a recipient', async () => {
    const { channel, producer } = setUp()
    const { body } = toUrlEncoded([
      ...mailgunSignature(),
      { name: 'recipient', value: 'a@example.org, b@example.org' },
      { name: 'body-mime', value: order },
    ])
    await takeWebhook(channel, post(body, { 'content-type': 'application/x-www-form-urlencoded' }))
    expect(producer.records).toHaveLength(2)
  })

  it('buries what is no mail', async () => {
    const { channel, producer } = setUp()
    const result = await takeWebhook(channel, mailgunMime(Buffer.from('not a mail')))
    expect(result).toMatchObject({ outcome: 'dead-lettered', answer: { status: 200 } })
    expect(producer.header(0, 'dlq.error.code')).toBe('EMAIL_NO_HEADER')
  })

  it('keeps bytes of a raw mail that are no UTF-8', async () => {
    const { channel, claimCheck, payload } = setUp()
    const mail = Buffer.from('From: ada@example.com\r\nSubject: x\r\n\r\nGr\xfc\xdfe % + & =\r\n', 'latin1')
    await takeWebhook(channel, mailgunMime(mail))
    expect(Buffer.compare(await claimCheck.get(payload().raw_claim_check.uri), mail)).toBe(0)
  })
})
