import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { startIntake } from '@headwater/intake'
import { createAvroCodec, createRegistry } from '@headwater/schemas'
import { describe, expect, it, onTestFinished } from 'vitest'
import { settings, topics } from './intake-settings.ts'
import { LogLines } from './log-lines.ts'

const topic = 'ingestion.raw.messages'
const secrets = {
  WHATSAPP_APP_SECRET: 'new, old',
  WHATSAPP_VERIFY_TOKEN: 'what we told Meta',
  MAILGUN_SIGNING_KEY: 'the signing key',
  POSTMARK_BASIC_AUTH: 'postmark:pass:word',
  WEB_FORMS: 'contact, jobs',
}
const mail =
  'From: Ana <ana@example.org>\r\nSubject: Order 17\r\nMessage-ID: <1@example.org>\r\n\r\nWhere is it?\r\n'

const whatsApp = (id: string): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '1022',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550100000', phone_number_id: '1065' },
              messages: [
                { from: '491700000001', id, timestamp: '1772439300', type: 'text', text: { body: 'hi' } },
              ],
            },
          },
        ],
      },
    ],
  })

async function postWhatsApp(url: string, body: string, secret = 'old'): Promise<Response> {
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` }
  return await fetch(`${url}/channels/whatsapp`, { method: 'POST', headers, body })
}

async function postMailgun(url: string): Promise<Response> {
  const [timestamp, token] = [String(Math.floor(Date.now() / 1000)), 't'.repeat(50)]
  const signature = createHmac('sha256', 'the signing key')
    .update(timestamp + token)
    .digest('hex')
  const body = new URLSearchParams({
    recipient: 'support@example.org',
    sender: 'ana@example.org',
    'body-mime': mail,
    timestamp,
    token,
    signature,
  })
  return await fetch(`${url}/channels/email/mailgun/mime`, { method: 'POST', body })
}

async function postPostmark(url: string, password: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`postmark:${password}`).toString('base64')}`
  return await fetch(`${url}/channels/email/postmark`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({
      From: 'ana@example.org',
      FromFull: { Email: 'ana@example.org', Name: 'Ana' },
      ToFull: [{ Email: 'support@example.org', Name: '' }],
      OriginalRecipient: 'support@example.org',
      Subject: 'Order 17',
      MessageID: '73e6d360-66eb-11e1-8e72-a8904824019b',
      TextBody: 'Where is it?',
      Headers: [],
      Attachments: [],
    }),
  })
}

async function postForm(url: string, fields: Record<string, string>, headers = {}): Promise<Response> {
  const body = new URLSearchParams(fields)
  return await fetch(`${url}/channels/forms/contact`, { method: 'POST', headers, body })
}

interface Stored {
  readonly channel: string
  readonly message_type: string
}

async function storedIn(kafka: EmbeddedKafka): Promise<readonly Stored[]> {
  const codec = await createAvroCodec({ registry: createRegistry({ url: kafka.registryUrl }), topics: {} })
  const records = await kafka.records(topic)
  return await Promise.all(records.map(async ({ value }) => (await codec.decodeAsync(value!)) as Stored))
}

describe('the raw mails of startIntake', () => {
  const postMail = async (url: string, headers: Record<string, string>): Promise<number> =>
    (await fetch(`${url}/channels/email`, { method: 'POST', headers, body: mail })).status

  it('need a key where there are any, and say nothing of which', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const config = settings(kafka, { EMAIL_API_KEYS: 'new key, old' })
    const log = new LogLines()
    await using intake = await startIntake(config, { logger: log })
    for (const headers of [
      {},
      { authorization: 'Bearer guessed' },
      { authorization: 'Basic b2xkOg==' },
      { authorization: 'Bearer ' },
      { 'x-api-key': 'ol' },
      { 'x-api-key': '' },
    ] satisfies Record<string, string>[]) {
      expect(await postMail(intake.url, headers)).toBe(401)
    }
    expect(await kafka.records(topic)).toEqual([])
    expect(await postMail(intake.url, { authorization: 'bearer old' })).toBe(202)
    expect(await postMail(intake.url, { 'x-api-key': 'new key' })).toBe(202)
    const metrics = await (await fetch(`${intake.url}/metrics`)).text()
    expect(metrics).toContain(
      'intake_messages_total{channel="email",type="ingestion.email",outcome="unauthorised"} 6',
    )
    expect(JSON.stringify(log)).not.toMatch(/guessed|new key/)
  })

  it('are not taken from others without a key', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const log = new LogLines()
    await using intake = await startIntake(settings(kafka, { INTAKE_HOST: '0.0.0.0' }), { logger: log })
    const url = intake.url.replace('0.0.0.0', '127.0.0.1')
    expect(await postMail(url, {})).toBe(404)
    expect(log.text).toContain('EMAIL_API_KEYS')
  })
})

describe('the webhooks of startIntake', () => {
  it('put what each channel takes into one topic', { timeout: 30_000 }, async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka, secrets), { logger: new LogLines() })
    const answers = await Promise.all([
      postWhatsApp(intake.url, whatsApp('wamid.1')),
      postMailgun(intake.url),
      postPostmark(intake.url, 'pass:word'),
      postForm(intake.url, { email: 'ana@example.org', text: 'Where is it?' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 202])
    const stored = await storedIn(kafka)
    expect(stored.map(({ channel, message_type: type }) => `${channel} ${type}`).toSorted()).toEqual([
      'email email_received',
      'email email_received',
      'web_form form_submitted',
      'whatsapp whatsapp_received',
    ])
    const metrics = await (await fetch(`${intake.url}/metrics`)).text()
    expect(metrics).toContain(
      'intake_messages_total{channel="whatsapp",type="ingestion.whatsapp",outcome="published"} 1',
    )
  })

  it('put what comes again into the topic once, and count it', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka, secrets), { logger: new LogLines() })
    for (let times = 0; times < 2; times++) await postWhatsApp(intake.url, whatsApp('wamid.1'))
    expect(await storedIn(kafka)).toHaveLength(1)
    const metrics = await (await fetch(`${intake.url}/metrics`)).text()
    expect(metrics).toContain('intake_events_total{channel="whatsapp",kind="published"} 2')
    expect(metrics).toContain('intake_events_total{channel="whatsapp",kind="duplicate"} 1')
  })

  // Regression: the second of two people who chose the same in a form without an address was thanked, and dropped.
  it('keep what two people wrote alike in a form, and once what has one submission id', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka, secrets), { logger: new LogLines() })
    for (let times = 0; times < 2; times++) {
      expect((await postForm(intake.url, { choice: 'blue' })).status).toBe(202)
    }
    expect(await storedIn(kafka)).toHaveLength(2)
    for (let times = 0; times < 2; times++) {
      await postForm(intake.url, { choice: 'blue' }, { 'idempotency-key': 'k1' })
      await postForm(intake.url, { choice: 'blue', submission_id: 'k2' })
    }
    expect(await storedIn(kafka)).toHaveLength(4)
  })

  it('answer the question with which Meta registers them', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka, secrets), { logger: new LogLines() })
    const ask = async (token: string): Promise<readonly [number, string]> => {
      const query = new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.verify_token': token,
        'hub.challenge': '1158201444',
      })
      const answer = await fetch(`${intake.url}/channels/whatsapp?${query.toString()}`)
      return [answer.status, await answer.text()]
    }
    expect(await ask('what we told Meta')).toEqual([200, '1158201444'])
    expect((await ask('a guess'))[0]).toBe(403)
  })

  it('refuse whoever is not the provider, count it, and log nothing of the body', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const log = new LogLines()
    await using intake = await startIntake(settings(kafka, secrets), { logger: log })
    const answers = [
      await postWhatsApp(intake.url, whatsApp('wamid.secret'), 'guessed'),
      await postPostmark(intake.url, 'guessed'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect(await kafka.records(topic)).toEqual([])
    const metrics = await (await fetch(`${intake.url}/metrics`)).text()
    expect(metrics).toContain(
      'intake_messages_total{channel="whatsapp",type="ingestion.whatsapp",outcome="unauthorised"} 1',
    )
    expect(JSON.stringify(log)).not.toMatch(/wamid\.secret|491700000001|guessed|ana@example/)
  })

  // Regression: forms and WhatsApp went by limits of their own, and the memory for bodies is counted by this one.
  it('take no body above INTAKE_MAX_BODY_BYTES', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const config = settings(kafka, { ...secrets, INTAKE_MAX_BODY_BYTES: '100000' })
    await using intake = await startIntake(config, { logger: new LogLines() })
    const upload = new FormData()
    upload.set('file', new Blob([Buffer.alloc(100_000)]), 'f.bin')
    const form = await fetch(`${intake.url}/channels/forms/contact`, { method: 'POST', body: upload })
    const chat = await postWhatsApp(intake.url, whatsApp('w'.repeat(100_000)))
    expect([form.status, chat.status]).toEqual([413, 413])
    expect(await kafka.records(topic)).toEqual([])
  })

  // Regression: the sender was told to come back for ever, and no log said what was missing.
  it('name in the log what a large file needs, and lose nothing meanwhile', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const log = new LogLines()
    const config = settings(kafka, { ...secrets, INTAKE_CLAIM_CHECK_DIR: '' })
    await using intake = await startIntake(config, { logger: log })
    const upload = new FormData()
    upload.set('file', new Blob([Buffer.alloc(300_000)]), 'f.bin')
    const form = await fetch(`${intake.url}/channels/forms/contact`, { method: 'POST', body: upload })
    expect(form.status).toBe(500)
    expect(log.lines.filter((line) => JSON.parse(line).level === 'error')).toEqual([
      expect.stringContaining('INTAKE_CLAIM_CHECK_DIR'),
    ])
  })

  it('are not there without their secrets', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    await using intake = await startIntake(settings(kafka), { logger: new LogLines() })
    const answers = await Promise.all([
      postWhatsApp(intake.url, whatsApp('wamid.1')),
      postMailgun(intake.url),
      postPostmark(intake.url, 'pass:word'),
      postForm(intake.url, { text: 'x' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
  })

  // Regression: a route is written without escapes, so a form with a space in its name was answered 404.
  it.each(['job application', 'größe', 'jobs/berlin', '100%'])('take the form %s', async (form) => {
    await using kafka = await startKafka({ registry: true, topics })
    const config = settings(kafka, { WEB_FORMS: `contact, ${form}` })
    await using intake = await startIntake(config, { logger: new LogLines() })
    const path = form.split('/').map(encodeURIComponent).join('/')
    const body = new URLSearchParams({ a: '1' })
    expect((await fetch(`${intake.url}/channels/forms/${path}`, { method: 'POST', body })).status).toBe(202)
    const other = await fetch(`${intake.url}/channels/forms/other`, { method: 'POST', body })
    expect(other.status).toBe(404)
    expect(await storedIn(kafka)).toMatchObject([{ payload: { form_type: form } }])
  })

  // Regression: with one of the two WhatsApp was not there, and nothing said why.
  it('ask for the other half of what WhatsApp needs', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const halves = [
      [{ WHATSAPP_APP_SECRET: 'new' }, 'WHATSAPP_VERIFY_TOKEN'],
      [{ WHATSAPP_VERIFY_TOKEN: 'told Meta' }, 'WHATSAPP_APP_SECRET'],
    ] as const
    for (const [half, missing] of halves) {
      const log = new LogLines()
      await using intake = await startIntake(settings(kafka, half), { logger: log })
      expect((await postWhatsApp(intake.url, whatsApp('wamid.1'), 'new')).status).toBe(404)
      expect(log.text).toContain(`"missing":"${missing}"`)
    }
  })

  it.each([
    ['50000', 1],
    ['0', 2],
  ])(
    'with %s messages remembered, one that comes twice stands in the log %i times',
    async (remembered, times) => {
      await using kafka = await startKafka({ registry: true, topics })
      const config = settings(kafka, { ...secrets, INTAKE_DUPLICATES_REMEMBERED: remembered })
      await using intake = await startIntake(config, { logger: new LogLines() })
      for (let i = 0; i < 2; i++) {
        expect((await postWhatsApp(intake.url, whatsApp('wamid.1'))).status).toBe(200)
      }
      expect(await kafka.records(topic)).toHaveLength(times)
    },
  )

  it('send providers away while Kafka is away', { timeout: 30_000 }, async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const config = settings(kafka, { ...secrets, INTAKE_ACK_TIMEOUT_MS: '300' })
    await using intake = await startIntake(config, { logger: new LogLines() })
    await kafka.broker(1).stop()
    const answer = await postWhatsApp(intake.url, whatsApp('wamid.1'))
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    await kafka.broker(1).start()
    await expect.poll(async () => (await postWhatsApp(intake.url, whatsApp('wamid.1'))).status).toBe(200)
  })

  it(
    'or keep messages on the disk meanwhile, where there is a folder for it',
    { timeout: 30_000 },
    async () => {
      await using kafka = await startKafka({ registry: true, topics })
      const folder = mkdtempSync(join(tmpdir(), 'intake-spool-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const config = settings(kafka, { ...secrets, INTAKE_ACK_TIMEOUT_MS: '300', INTAKE_SPOOL_DIR: folder })
      await using intake = await startIntake(config, { logger: new LogLines() })
      await kafka.broker(1).stop()
      expect((await postWhatsApp(intake.url, whatsApp('wamid.1'))).status).toBe(200)
      await kafka.broker(1).start()
      await expect.poll(async () => (await kafka.records(topic)).length, { timeout: 20_000 }).toBe(1)
    },
  )

  it('count submissions by the address that a trusted proxy names', async () => {
    await using kafka = await startKafka({ registry: true, topics })
    const limited = { ...secrets, WEB_FORM_RATE_PER_MINUTE: '1' }
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const submit = async (more: Record<string, string>, addresses: readonly string[]): Promise<number[]> => {
      await using intake = await startIntake(settings(kafka, { ...limited, ...more }), {
        logger: new LogLines(),
      })
      const statuses: number[] = []
      for (const address of addresses)
        statuses.push((await postForm(intake.url, { a: address }, from(address))).status)
      return statuses
    }
    const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.1']
    expect(await submit({ INTAKE_TRUSTED_PROXIES: '127.0.0.1' }, addresses)).toEqual([202, 202, 429])
    expect(await submit({}, addresses)).toEqual([202, 429, 429])
  })
})
