import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { ManualClock } from '@headwater/base'
import { startKafka } from '@headwater/embedded'
import { createProducer } from '@headwater/producer'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { describe, expect, it } from 'vitest'
import {
  mailgunChannel,
  postmarkChannel,
  rawEmailChannel,
  readEmailReceivedSchema,
  sendGridChannel,
  sesChannel,
  webhookHandler,
  type EmailChannelOptions,
  type EmailMessage,
  type MailWebhook,
  type WebhookRequest,
} from '../src/index.ts'
import { fixtures, readFixture } from './email-fixtures.ts'
import { nowMs } from './email-setup.ts'
import { toMultipart } from './form-body.ts'
import { listening } from './listening.ts'
import { findCorpora } from './mail-corpora.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { credentials, postmark, postmarkBody } from './postmark-request.ts'
import { sample } from './sample-mail.ts'
import { mailgunMime, signingKey } from './sign-mailgun.ts'
import { sendGridKey, sendGridRaw } from './sign-sendgrid.ts'
import { certUrl, serve, sesNotification, snsBody, snsCertificate, snsPost, topicArn } from './sign-sns.ts'
import { post } from './webhook-request.ts'

const topic = 'ingestion.raw.messages'
const deadLetters = 'ingestion.dlq.messages'
const topics = { [topic]: { partitions: 6 }, [deadLetters]: { partitions: 1 } }

const { fetch: fetchCertificate } = serve({ [certUrl]: snsCertificate.pem })
const action = { type: 'SNS', encoding: 'BASE64' }

interface Way {
  readonly way: string
  readonly open: (options: EmailChannelOptions) => MailWebhook
  /** The request that brings a mail, the index making it another one. */
  readonly request: (raw: Buffer, index: number) => WebhookRequest
}

/** All ways in which a mail comes whole. */
const ways: readonly Way[] = [
  {
    way: 'as it is',
    open: (options) => rawEmailChannel({ ...options, verify: () => ({ ok: true }) }),
    request: (raw) => post(raw, { 'content-type': 'message/rfc822', 'x-envelope-to': 'support@example.org' }),
  },
  {
    way: 'by SES',
    open: (options) => sesChannel({ ...options, topicArns: [topicArn], fetch: fetchCertificate }),
    request: (raw) =>
      snsPost(snsBody({ Message: sesNotification(sample, action, { content: raw.toString('base64') }) })),
  },
  {
    way: 'by SendGrid',
    open: (options) => sendGridChannel({ ...options, publicKeys: [sendGridKey] }),
    request: (raw) => sendGridRaw(raw),
  },
  {
    way: 'by Mailgun',
    open: (options) => mailgunChannel({ ...options, signingKeys: [signingKey] }),
    request: (raw, index) => mailgunMime(raw, toMultipart, { token: `token ${index}` }),
  },
]

/** The fixtures and, where this computer has them, the mails that others collected. */
const mails: readonly { readonly name: string; readonly raw: Buffer }[] = [
  ...fixtures.map(({ file }) => ({ name: file, raw: Buffer.from(readFixture(file)) })),
  ...findCorpora().map(({ name, path }) => ({ name, raw: readFileSync(path) })),
].filter(({ raw }) => raw.byteLength <= 500_000)

async function send(url: string, { body, headers }: WebhookRequest): Promise<number> {
  const init = { method: 'POST', body: new Uint8Array(body), headers: headers as Record<string, string> }
  return (await fetch(url, init)).status
}

describe('mail webhooks, by HTTP into Kafka', () => {
  it.each(ways)('store every mail $way once, its bytes where the event says', async ({ open, request }) => {
    await using kafka = await startKafka({ brokers: 3, registry: true, topics })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const registry = createRegistry({ url: kafka.registryUrl })
    const codec = await createAvroCodec({ registry, topics: { [topic]: readEmailReceivedSchema() } })
    const claimCheck = new MemoryClaimChecks()
    const clock = new ManualClock(nowMs)
    await using channel = open({ producer, codec, claimCheck, clock, maxDeadLetterBytes: 600_000 })
    await using server = await listening(createServer(webhookHandler(channel)))

    kafka.faults.on('Produce', { topic }).loseResponse().times(3)
    const statuses = await Promise.all(
      mails.map(async ({ raw }, index) => await send(server.url, request(raw, index))),
    )
    expect(statuses.filter((each) => each !== 200)).toEqual([])
    kafka.faults.assertSpent()

    const stored: Buffer[] = []
    for (const { value } of await kafka.records(topic)) {
      const { payload } = codec.decode(Buffer.from(value ?? []), { topic }) as EmailMessage
      stored.push(Buffer.from(await claimCheck.get(payload.raw_claim_check.uri)))
    }
    for (const { value } of await kafka.records(deadLetters)) stored.push(Buffer.from(value ?? []))
    expect(stored.map(hex).toSorted(byText)).toEqual(mails.map(({ raw }) => hex(raw)).toSorted(byText))
  })

  it('fill the schema from a mail that was taken apart, and read it back', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using producer = createProducer({ connection: { brokers: kafka.bootstrapServers.split(',') } })
    const registry = createRegistry({ url: kafka.registryUrl })
    const codec = await createAvroCodec({ registry, topics: { [topic]: readEmailReceivedSchema() } })
    const claimCheck = new MemoryClaimChecks()
    await using channel = postmarkChannel({ producer, codec, claimCheck, credentials: [credentials] })
    await using server = await listening(createServer(webhookHandler(channel)))
    const request = postmark(postmarkBody(sample))
    expect(await send(server.url, request)).toBe(200)
    const [record] = await kafka.records(topic)
    const { payload } = codec.decode(Buffer.from(record?.value ?? []), { topic }) as EmailMessage
    expect(payload).toMatchObject({
      subject: sample.subject,
      raw_content_type: 'application/json',
      raw_location: null,
    })
    expect(payload.attachments.map(({ inline }) => hex(Buffer.from(inline ?? [])))).toEqual(
      sample.files.map(({ bytes }) => hex(bytes)),
    )
    expect(Buffer.from(await claimCheck.get(payload.raw_claim_check.uri)).equals(request.body)).toBe(true)
  })

  it('tell Mailgun not to come again with what is too large, before all of it is read', async () => {
    const { producer, claimCheck } = { producer: undefined as never, claimCheck: new MemoryClaimChecks() }
    const codec = { contentType: 'application/json', encode: () => Buffer.alloc(0) }
    const parts = { producer, claimCheck, codec, signingKeys: [signingKey], maxBodyBytes: 1000 }
    await using channel = mailgunChannel(parts)
    await using server = await listening(createServer(webhookHandler(channel)))
    expect(await send(server.url, mailgunMime(Buffer.alloc(2000, 'x')))).toBe(406)
  })
})

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
