import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import {
  mailgunChannel,
  parseEmail,
  postmarkChannel,
  rawEmailChannel,
  sesChannel,
  takeWebhook,
  type MailParser,
  type WebhookRequest,
} from '../src/index.ts'
import { order } from './email-setup.ts'
import { toMultipart, toUrlEncoded } from './form-body.ts'
import { setUpMailWebhook, type MailWebhookSetup } from './mail-webhook-setup.ts'
import { credentials, postmark } from './postmark-request.ts'
import { mailgunMime, mailgunSignature, signingKey } from './sign-mailgun.ts'
import { certUrl, serve, sesNotification, snsBody, snsCertificate, snsPost, topicArn } from './sign-sns.ts'
import { sample } from './sample-mail.ts'
import { post } from './webhook-request.ts'

const byItself = (): MailWebhookSetup =>
  setUpMailWebhook((options) => rawEmailChannel({ ...options, verify: () => ({ ok: true }) }))
const byMailgun = (): MailWebhookSetup =>
  setUpMailWebhook((options) => mailgunChannel({ ...options, signingKeys: [signingKey] }))
const byPostmark = (): MailWebhookSetup =>
  setUpMailWebhook((options) => postmarkChannel({ ...options, credentials: [credentials] }))

const rawMail = (...lines: readonly string[]): WebhookRequest =>
  post(Buffer.from(lines.join('\r\n'), 'latin1'), { 'content-type': 'message/rfc822' })
const valueSize = ({ producer }: MailWebhookSetup): number =>
  Buffer.from(producer.records[0]?.value ?? '').byteLength
const megabyte = 1_048_576

/** Multiparts in each other, each with a boundary of its own. */
function nested(levels: number): string {
  const open = Array.from(
    { length: levels },
    (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
  )
  return `From: ada@example.com\r\n${open.join('')}\r\ninside\r\n`
}

describe('a mail that was made to do harm', () => {
  it('of a thousand multiparts in each other is buried whole', async () => {
    const raw = Buffer.from(nested(1000))
    const ways = [
      [byItself(), post(raw, { 'content-type': 'message/rfc822' })],
      [byMailgun(), mailgunMime(raw)],
    ] as const
    for (const [{ channel, producer }, request] of ways) {
      expect((await takeWebhook(channel, request)).outcome).toBe('dead-lettered')
      expect(producer.header(0, 'dlq.error.code')).toBe('EMAIL_OVER_LIMIT')
      expect(raw.equals(Buffer.from(producer.records[0]?.value ?? ''))).toBe(true)
    }
  })

  // Regression: such a header was read on the spot, up to half a MiB of it.
  it('of a long header leaves reading it to the thread, also where a provider took the mail apart', async () => {
    const seen: number[] = []
    const parser: MailParser = {
      parse: async (raw, limits) => {
        seen.push(raw.byteLength)
        return await parseEmail(raw, limits)
      },
      close: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }
    const { channel } = setUpMailWebhook((options) =>
      postmarkChannel({ ...options, credentials: [credentials], parser }),
    )
    const Headers = [{ Name: 'To', Value: 'a@example.org,'.repeat(10_000) }]
    expect((await takeWebhook(channel, postmark({ From: 'ada@example.com', Headers }))).outcome).toBe(
      'published',
    )
    expect(seen).toEqual([expect.any(Number)])
    expect(seen[0]).toBeGreaterThan(140_000)
  })

  it('of mails in mails in mails is read', async () => {
    const setup = byItself()
    const inside = Array.from({ length: 200 }, () => 'Content-Type: message/rfc822\r\n\r\n').join('')
    const { outcome } = await takeWebhook(setup.channel, rawMail('From: ada@example.com', `${inside}x`))
    expect(outcome).toBe('published')
  })

  it('of ten thousand parts gives one event that is small enough', async () => {
    const setup = byItself()
    const part = '--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n'
    const lines = [
      'From: ada@example.com',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      part.repeat(10_000),
    ]
    await takeWebhook(setup.channel, rawMail(...lines))
    expect(setup.payload().attachments).toHaveLength(100)
    expect(setup.payload().truncated).toContain('attachments')
    expect(valueSize(setup)).toBeLessThan(megabyte)
  })

  it('of more header than anybody needs is buried', async () => {
    const { channel, producer } = byItself()
    await takeWebhook(channel, rawMail('From: ada@example.com', 'X: y\r\n'.repeat(150_000), 'text'))
    expect(producer.header(0, 'dlq.error.code')).toBe('EMAIL_OVER_LIMIT')
  })

  it('of invalid UTF-8 and control characters is an event in UTF-8', async () => {
    const setup = byItself()
    const lines = [
      'From: \xff\xfe <ada@example.com>',
      'Subject: a\x00b\xc3',
      'X-\x01: 1',
      '',
      '\xe2\x98 \xed\xa0\x80',
    ]
    expect((await takeWebhook(setup.channel, rawMail(...lines))).outcome).toBe('published')
    expect(setup.payload().from_email).toBe('ada@example.com')
    expect(setup.payload().text?.isWellFormed()).toBe(true)
  })
})

describe('a request that was made to do harm', () => {
  it('of a million fields is refused', async () => {
    const body = Buffer.from('a=1&'.repeat(1_000_000))
    const { channel } = byMailgun()
    const { answer } = await takeWebhook(
      channel,
      post(body, { 'content-type': 'application/x-www-form-urlencoded' }),
    )
    expect(answer.status).toBe(406)
  })

  it('of a hundred thousand parts is refused', async () => {
    const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    const { channel } = byMailgun()
    const body = Buffer.from(`${part.repeat(100_000)}--b--\r\n`)
    const { answer } = await takeWebhook(
      channel,
      post(body, { 'content-type': 'multipart/form-data; boundary=b' }),
    )
    expect(answer.status).toBe(406)
  })

  it('of a part with more header than anybody needs is refused, or read without it', async () => {
    const { channel } = byMailgun()
    const form = toMultipart([...mailgunSignature(), { name: 'body-mime', value: order }])
    const body = Buffer.from(
      form.body.toString('latin1').replace('Content-Disposition', `${'X: y\r\n'.repeat(100_000)}$&`),
      'latin1',
    )
    const { answer } = await takeWebhook(channel, post(body, { 'content-type': form.contentType }))
    expect([401, 406]).toContain(answer.status)
  })

  it.each([
    ['arrays in each other', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['objects in each other', '{"From":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    ['no UTF-8', Buffer.from('{"From":"\xff\xc3"', 'latin1').toString('latin1')],
  ])('of %s ends in an answer', async (_what, text) => {
    const { channel, producer } = byPostmark()
    const { answer } = await takeWebhook(channel, postmark(text))
    expect([200, 403]).toContain(answer.status)
    expect(answer.status === 200).toBe(producer.records.length === 1)
  })

  it('of a hundred thousand attachments gives one event that is small enough', async () => {
    const setup = byPostmark()
    const Attachments = Array.from({ length: 100_000 }, () => ({ Name: 'a', Content: 'AA==' }))
    await takeWebhook(setup.channel, postmark({ From: 'ada@example.com', Attachments }))
    expect(setup.payload().truncated).toEqual(['attachments'])
    expect(valueSize(setup)).toBeLessThan(megabyte)
  })

  // A pattern for base64 that looked back took the square of the length in time.
  it('of a megabyte of white space for base64 ends at once', async () => {
    const setup = byPostmark()
    const Attachments = [{ Name: 'a', Content: `${' '.repeat(megabyte)}%` }]
    await takeWebhook(setup.channel, postmark({ From: 'ada@example.com', Attachments }))
    expect(setup.payload().truncated).toEqual(['attachments'])
  })

  it('of more header fields than anybody needs is buried', async () => {
    const { channel, producer } = byPostmark()
    const Headers = Array.from({ length: 200_000 }, () => ({ Name: 'X', Value: 'y' }))
    await takeWebhook(channel, postmark({ From: 'ada@example.com', Headers }))
    expect(producer.header(0, 'dlq.error.code')).toBe('EMAIL_OVER_LIMIT')
    expect(producer.header(0, 'content-type')).toMatch(/claim-check|application\/json/)
  })

  it('of a thousand recipients makes each event once, and no more of them', async () => {
    const { fetch } = serve({ [certUrl]: snsCertificate.pem })
    const setup = setUpMailWebhook((options) => sesChannel({ ...options, topicArns: [topicArn], fetch }))
    const more = {
      content: String(order),
      receipt: { recipients: Array.from({ length: 1000 }, (_, index) => `r${index % 50}@example.org`) },
    }
    const Message = sesNotification(sample, { type: 'SNS' }, more)
    await takeWebhook(setup.channel, snsPost(snsBody({ Message })))
    expect(setup.producer.records).toHaveLength(50)
  })

  it('of fields with line ends makes no field of them', async () => {
    const setup = byMailgun()
    const { body, contentType } = toUrlEncoded([
      ...mailgunSignature(),
      { name: 'from', value: 'ada@example.com\r\nReply-To: eve@example.com' },
      { name: 'subject', value: 'hello\n\nFrom: eve@example.com' },
    ])
    await takeWebhook(setup.channel, post(body, { 'content-type': contentType }))
    expect(setup.payload().reply_to).toEqual([])
    expect(setup.payload()).toMatchObject({ subject: 'hello From: eve@example.com', text: null })
  })
})
