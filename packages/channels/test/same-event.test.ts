import { Buffer } from 'node:buffer'
import { ManualClock } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import {
  mailgunChannel,
  postmarkChannel,
  rawEmailChannel,
  sendGridChannel,
  sesChannel,
  takeWebhook,
  type EmailChannelOptions,
  type EmailReceived,
  type MailWebhook,
  type WebhookRequest,
} from '../src/index.ts'
import { json, nowMs } from './email-setup.ts'
import { toMultipart, toUrlEncoded } from './form-body.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { MemoryProducer } from './memory-producer.ts'
import { credentials, postmark, postmarkBody } from './postmark-request.ts'
import { sample, toMime } from './sample-mail.ts'
import { mailgunMime, mailgunParsed, signingKey } from './sign-mailgun.ts'
import { sendGridKey, sendGridParsed, sendGridRaw } from './sign-sendgrid.ts'
import { certUrl, serve, sesNotification, snsBody, snsCertificate, snsPost, topicArn } from './sign-sns.ts'
import { post } from './webhook-request.ts'

const raw = toMime(sample)
const { fetch } = serve({ [certUrl]: snsCertificate.pem })
const sns = { type: 'SNS', topicArn }
const s3 = { type: 'S3', bucketName: 'mails', objectKey: 'in/7' }
const ses = (notification: string): WebhookRequest => snsPost(snsBody({ Message: notification }))

type Open = (options: EmailChannelOptions) => MailWebhook
const openRaw: Open = (options) => rawEmailChannel({ ...options, verify: () => ({ ok: true }) })
const openSes: Open = (options) => sesChannel({ ...options, topicArns: [topicArn], fetch })
const openSesWithBucket: Open = (options) =>
  sesChannel({ ...options, topicArns: [topicArn], fetch, fetchObject: async () => raw })
const openSendGrid: Open = (options) => sendGridChannel({ ...options, publicKeys: [sendGridKey] })
const openMailgun: Open = (options) => mailgunChannel({ ...options, signingKeys: [signingKey] })
const openPostmark: Open = (options) => postmarkChannel({ ...options, credentials: [credentials] })

interface Shape {
  readonly shape: string
  readonly open: Open
  readonly request: WebhookRequest
  /** Fields of the event that this shape says other things in, and why: docs/channels.md has the words. */
  readonly differs: Partial<EmailReceived>
}

/** What the provider took apart is kept as its request. */
const takenApart = (contentType: unknown): Partial<EmailReceived> => ({
  raw_content_type: contentType as string,
  raw_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  raw_size: expect.any(Number) as number,
  raw_claim_check: expect.anything() as EmailReceived['raw_claim_check'],
})
const sesAuth = { spf: 'pass', dkim: 'fail', dmarc: 'none', spam: 'pass', virus: 'neutral' } as const
const sendGridAuth = {
  spf: 'pass',
  dkim: 'pass',
  dmarc: 'unknown',
  spam: 'unknown',
  virus: 'unknown',
} as const
const multipart = expect.stringMatching(/^multipart\/form-data; boundary=/) as unknown
const noFrom = { envelope_from: null }
const noFiles = { ...sample, files: [] }

const shapes: readonly Shape[] = [
  {
    shape: 'SES, content in UTF-8',
    open: openSes,
    request: ses(sesNotification(sample, { ...sns, encoding: 'UTF-8' }, { content: String(raw) })),
    differs: { auth: sesAuth },
  },
  {
    shape: 'SES, content in base64',
    open: openSes,
    request: ses(
      sesNotification(sample, { ...sns, encoding: 'BASE64' }, { content: raw.toString('base64') }),
    ),
    differs: { auth: sesAuth },
  },
  {
    shape: 'SES, bucket that can be read',
    open: openSesWithBucket,
    request: ses(sesNotification(sample, s3)),
    differs: { auth: sesAuth },
  },
  {
    shape: 'SES, bucket that cannot be read',
    open: openSes,
    request: ses(sesNotification(sample, s3)),
    differs: {
      ...takenApart('application/json'),
      auth: sesAuth,
      raw_location: 's3://mails/in/7',
      truncated: ['text', 'html', 'attachments'],
      text: null,
      html: null,
      attachments: [],
    },
  },
  {
    shape: 'SendGrid, raw',
    open: openSendGrid,
    request: sendGridRaw(raw),
    differs: { auth: sendGridAuth },
  },
  {
    shape: 'SendGrid, parsed',
    open: openSendGrid,
    request: sendGridParsed(sample),
    differs: { auth: sendGridAuth, ...takenApart(multipart) },
  },
  { shape: 'Mailgun, MIME urlencoded', open: openMailgun, request: mailgunMime(raw), differs: {} },
  {
    shape: 'Mailgun, MIME multipart',
    open: openMailgun,
    request: mailgunMime(raw, toMultipart),
    differs: {},
  },
  {
    shape: 'Mailgun, parsed multipart',
    open: openMailgun,
    request: mailgunParsed(sample),
    differs: takenApart(multipart),
  },
  {
    shape: 'Mailgun, parsed urlencoded',
    open: openMailgun,
    request: mailgunParsed(noFiles, toUrlEncoded),
    differs: { ...takenApart('application/x-www-form-urlencoded'), attachments: [] },
  },
  {
    shape: 'Postmark, RawEmail',
    open: openPostmark,
    request: postmark({ ...postmarkBody(sample), RawEmail: String(raw) }),
    differs: noFrom,
  },
  {
    shape: 'Postmark, parsed',
    open: openPostmark,
    request: postmark(postmarkBody(sample)),
    differs: { ...noFrom, ...takenApart('application/json') },
  },
]

interface Taken {
  readonly payload: EmailReceived
  readonly messageId: string
  readonly key: unknown
  readonly kept: Uint8Array
}

async function take(open: Open, request: WebhookRequest): Promise<Taken> {
  const producer = new MemoryProducer()
  const claimCheck = new MemoryClaimChecks()
  await using channel = open({ producer, claimCheck, codec: json, clock: new ManualClock(nowMs) })
  const result = await takeWebhook(channel, request)
  expect(result).toMatchObject({ outcome: 'published', events: [{ kind: 'published' }], errors: [] })
  const [record] = producer.records
  const { payload } = JSON.parse(String(record?.value)) as { readonly payload: EmailReceived }
  const kept = await claimCheck.get(payload.raw_claim_check.uri)
  return { payload, messageId: result.events[0]?.messageId ?? '', key: record?.key, kept }
}

const asRaw = post(raw, {
  'content-type': 'message/rfc822',
  'x-envelope-from': 'bounce@example.com',
  'x-envelope-to': 'support@example.org',
})

describe('a mail through every provider', () => {
  it('is what its writer wrote, when it comes as it is', async () => {
    const { payload, key } = await take(openRaw, asRaw)
    expect(key).toBe('joerg@example.com')
    expect(payload).toMatchObject({
      from_email: 'joerg@example.com',
      from_name: 'Grüner, Jörg',
      to: [
        { address: 'support@example.org', name: 'Support' },
        { address: 'night@example.org', name: 'Team, Night' },
      ],
      cc: [{ address: 'archive@example.org', name: null }],
      reply_to: [{ address: 'office@example.com', name: 'Büro' }],
      subject: 'Größe der Lieferung ☕',
      text: 'Zwei Paletten fehlen.\n\nGrüße\nJörg\n',
      message_id_header: '<b7e1@mail.example.com>',
      in_reply_to: '<a001@example.org>',
      references: ['<a000@example.org>', '<a001@example.org>'],
      date_header: '2026-03-02T08:14:58.000Z',
      envelope_from: 'bounce@example.com',
      envelope_to: 'support@example.org',
      auto_generated_reason: 'precedence',
      raw_content_type: 'message/rfc822',
      truncated: [],
    })
    expect(payload.attachments.map(({ filename, disposition }) => [filename, disposition])).toEqual([
      ['Lieferschein März.pdf', 'attachment'],
      ['logo.png', 'inline'],
    ])
  })

  it.each(shapes)('is the same event: $shape', async ({ open, request, differs }) => {
    const expected = await take(openRaw, asRaw)
    const { payload, key, kept } = await take(open, request)
    expect(payload).toEqual({ ...expected.payload, ...differs })
    expect(key).toBe(expected.key)
    const truth = differs.raw_content_type === undefined ? raw : request.body
    expect(Buffer.compare(kept, truth)).toBe(0)
  })

  it('has one id wherever its bytes are the same', async () => {
    const expected = await take(openRaw, asRaw)
    for (const { open, request, differs } of shapes) {
      const { messageId } = await take(open, request)
      expect(messageId === expected.messageId).toBe(differs.raw_content_type === undefined)
    }
  })
})
