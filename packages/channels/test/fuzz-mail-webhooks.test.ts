import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  ChannelError,
  mailgunChannel,
  postmarkChannel,
  rawEmailChannel,
  sendGridChannel,
  sesChannel,
  type ClaimCheckStore,
  type EmailChannelOptions,
  type MailWebhook,
  type WebhookRequest,
} from '../src/index.ts'
import { toForm } from '../src/form/form-part.ts'
import { readMailgun } from '../src/email/mailgun/read-mailgun.ts'
import { readPostmark } from '../src/email/postmark/read-postmark.ts'
import { readUrlEncoded } from '../src/form/read-urlencoded.ts'
import { readSes } from '../src/email/ses/read-ses.ts'
import { readSnsCertificate } from '../src/email/ses/sns-certificate.ts'
import { readSnsMessage } from '../src/email/ses/sns-message.ts'
import { damage } from './damage.ts'
import { json } from './email-setup.ts'
import { toMultipart, toUrlEncoded } from './form-body.ts'
import { MemoryProducer } from './memory-producer.ts'
import { createRandom } from './mutate.ts'
import { credentials, postmark, postmarkBody } from './postmark-request.ts'
import { sample, toMime } from './sample-mail.ts'
import { mailgunMime, mailgunParsed, signingKey } from './sign-mailgun.ts'
import { sendGridKey, sendGridParsed, sendGridRaw } from './sign-sendgrid.ts'
import { sesNotification, snsBody, snsCertificate, snsPost, topicArn } from './sign-sns.ts'
import { post } from './webhook-request.ts'

const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
/** Through a whole channel; a form in several parts takes a third of a millisecond. All ways: 50000 here. */
const inputs = Number(process.env['HEADWATER_FUZZ_INPUTS'] ?? 1000)
/** Through what reads a request alone. */
const pureInputs = 50_000

/** Keeps nothing: fifty thousand mails would fill the memory. */
const claimCheck: ClaimCheckStore = {
  put: async (bytes) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { uri: `nowhere:${sha256}`, sha256, size: bytes.byteLength }
  },
  get: async () => await Promise.reject(new Error('nothing is kept')),
}
const options: EmailChannelOptions = { producer: new MemoryProducer(), claimCheck, codec: json }

const short = { ...sample, text: 'Grüße\r\n', html: '<b>Grüße</b>\r\n' }
const raw = toMime(short)
const ses = sesChannel({ ...options, topicArns: [topicArn] })
const mailgun = mailgunChannel({ ...options, signingKeys: [signingKey] })
const sendGrid = sendGridChannel({ ...options, publicKeys: [sendGridKey] })
const notification = sesNotification(short, { type: 'SNS' }, { content: String(raw) })
const notified = snsPost(snsBody({ Message: notification }))
const targets: readonly (readonly [
  name: string,
  channel: MailWebhook,
  samples: readonly WebhookRequest[],
])[] = [
  ['raw mails', rawEmailChannel({ ...options, verify: () => ({ ok: true }) }), [post(raw)]],
  [
    'Postmark',
    postmarkChannel({ ...options, credentials: [credentials] }),
    [postmark(postmarkBody(short)), postmark({ From: 'a@example.com', RawEmail: String(raw) })],
  ],
  ['Mailgun, urlencoded', mailgun, [mailgunMime(raw), mailgunParsed({ ...short, files: [] }, toUrlEncoded)]],
  ['Mailgun, multipart', mailgun, [mailgunMime(raw, toMultipart), mailgunParsed(short)]],
  ['SendGrid', sendGrid, [sendGridRaw(raw), sendGridParsed(short)]],
  [
    'SNS',
    ses,
    [
      notified,
      snsPost(snsBody({ Message: sesNotification(short, { type: 'S3', bucketName: 'b', objectKey: 'k' }) })),
    ],
  ],
]

describe(`every mail webhook, of damaged requests (HEADWATER_TEST_SEED=${seed})`, () => {
  it.each(targets)(
    'makes events with ids, or a refusal: %s',
    { timeout: 600_000 },
    async (_name, channel, samples) => {
      const random = createRandom(seed)
      const ends = new Map<string, number>()
      for (let round = 0; round < inputs; round += 1) {
        const request = samples[round % samples.length]!
        const end = await take(channel, { ...request, body: damage(request.body, random) })
        ends.set(end, (ends.get(end) ?? 0) + 1)
      }
      expect([...ends.keys()].filter((each) => each.startsWith('broken'))).toEqual([])
      // Damage that leaves nothing readable would test nothing.
      expect(ends.get('ingestion.email_received') ?? 0).toBeGreaterThan(inputs / 20)
    },
  )

  const limits = { maxParts: 1000, maxFieldBytes: 100_000, maxFileBytes: 100_000 }
  const readers: readonly (readonly [
    name: string,
    sample: Uint8Array,
    read: (body: Uint8Array) => unknown,
  ])[] = [
    ['Postmark', postmark(postmarkBody(short)).body, readPostmark],
    [
      'Mailgun',
      mailgunParsed({ ...short, files: [] }, toUrlEncoded).body,
      (body) => readMailgun(toForm(readUrlEncoded(body, limits)), body, 'x/y'),
    ],
    ['SNS', notified.body, (body) => readSes(body, readSnsMessage(body).message)],
    ['SES', Buffer.from(notification), (message) => readSes(message, Buffer.from(message).toString())],
    ['certificates', Buffer.from(snsCertificate.pem), readCertificate],
  ]

  it.each(readers)(
    'reads them, or says that they are invalid: %s',
    { timeout: 600_000 },
    (_name, sample, read) => {
      const random = createRandom(seed)
      for (let round = 0; round < pureInputs; round += 1) {
        try {
          read(damage(sample, random))
        } catch (thrown) {
          if (!(thrown instanceof ChannelError)) throw thrown
        }
      }
    },
  )
})

function readCertificate(pem: Uint8Array): unknown {
  return readSnsCertificate(Buffer.from(pem).toString('latin1'), { nowMs: 0, trustedIssuers: undefined })
}

async function take(channel: MailWebhook, request: WebhookRequest): Promise<string> {
  try {
    const [event] = await channel.normalise(request.body, request.headers, request)
    if (event === undefined) return 'broken: no event'
    return /^[0-9a-f]{64}$/.test(event.messageId) ? event.type : `broken: id ${event.messageId}`
  } catch (thrown) {
    return thrown instanceof ChannelError ? thrown.code : `broken: ${String(thrown)}`
  }
}
