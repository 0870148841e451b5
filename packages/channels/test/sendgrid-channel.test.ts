import { Buffer } from 'node:buffer'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sendGridChannel, takeWebhook, type AuthVerdict, type SendGridChannelOptions } from '../src/index.ts'
import { nowMs, order } from './email-setup.ts'
import { toMultipart } from './form-body.ts'
import { setUpMailWebhook, type MailWebhookSetup } from './mail-webhook-setup.ts'
import { sample } from './sample-mail.ts'
import { sendGridKey, sendGridParsed, sendGridRaw, signSendGrid } from './sign-sendgrid.ts'
import { post } from './webhook-request.ts'

const setUp = (more: Partial<SendGridChannelOptions> = {}): MailWebhookSetup =>
  setUpMailWebhook((options) => sendGridChannel({ ...options, publicKeys: [sendGridKey], ...more }))
const ec = (namedCurve: string): string =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'pem' }).toString()
const seconds = (ms: number): string => String(Math.floor(ms / 1000))
const form = toMultipart([{ name: 'email', value: order }])

describe('sendGridChannel', () => {
  it('tells nobody why a signature does not hold', async () => {
    const { channel, producer } = setUp()
    const signed = sendGridRaw(order)
    const signature = 'x-twilio-email-event-webhook-signature'
    const changed = Buffer.from(signed.body)
    changed[changed.length - 60]! ^= 1
    const forged = [
      { ...signed, body: changed },
      { ...signed, headers: { ...signed.headers, [signature]: 'AAAA' } },
      { ...signed, headers: { ...signed.headers, [signature]: '' } },
      { ...signed, headers: { ...signed.headers, 'x-twilio-email-event-webhook-timestamp': '1' } },
      post(form.body, { 'content-type': form.contentType }),
      signSendGrid(form, seconds(nowMs - 300_000_000)),
      signSendGrid(form, seconds(nowMs + 400_000)),
      signSendGrid(form, 'yesterday'),
    ]
    const answers = await Promise.all(forged.map(async (each) => await takeWebhook(channel, each)))
    expect(new Set(answers.map(({ answer }) => `${answer.status} ${answer.body}`)).size).toBe(1)
    expect(answers[0]?.answer.status).toBe(401)
    expect(producer.records).toEqual([])
  })

  it('takes the key before while it is being changed, as base64 or PEM', async () => {
    const { channel } = setUp({ publicKeys: [ec('prime256v1'), sendGridKey] })
    expect((await takeWebhook(channel, sendGridRaw(order))).outcome).toBe('published')
  })

  it('refuses keys that are none', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    const bad = [[], [''], ['nonsense'], [rsa.export({ type: 'spki', format: 'pem' }).toString()]]
    for (const publicKeys of bad) {
      expect(() => setUp({ publicKeys })).toThrow(expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }))
    }
  })

  it('holds signatures as old as it is told, and no older', async () => {
    const { channel } = setUp({ maxAgeMs: 60_000 })
    const statusAt = async (ageMs: number): Promise<number> =>
      (await takeWebhook(channel, signSendGrid(form, seconds(nowMs - ageMs)))).answer.status
    expect([await statusAt(59_000), await statusAt(61_000)]).toEqual([200, 401])
  })

  it('refuses what is no form, or too much of one', async () => {
    const { channel } = setUp({ maxBodyBytes: 5000, maxParts: 3 })
    const many = Array.from({ length: 4 }, (_, index) => ({ name: `f${index}`, value: '' }))
    const noEnd = { ...form, body: form.body.subarray(0, -20) }
    expect((await takeWebhook(channel, signSendGrid(noEnd))).answer.status).toBe(400)
    const noBoundary = { ...form, contentType: 'multipart/form-data' }
    expect((await takeWebhook(channel, signSendGrid(noBoundary))).answer.status).toBe(400)
    expect((await takeWebhook(channel, signSendGrid(toMultipart(many)))).answer.status).toBe(413)
    const other = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await takeWebhook(channel, post(Buffer.alloc(1), other))).answer.status).toBe(415)
    const type = { 'content-type': form.contentType }
    expect((await takeWebhook(channel, post(Buffer.alloc(5001), type))).answer.status).toBe(413)
  })

  it.each<[string, string, AuthVerdict, AuthVerdict]>([
    ['pass', 'none', 'pass', 'none'],
    ['SoftFail', '{@a.example : fail}', 'softfail', 'fail'],
    ['unheard', '{@a.example : fail, @b.example : pass}', 'unknown', 'pass'],
    ['', '{@a.example : odd}', 'unknown', 'unknown'],
  ])('reads the checks %s and %s', async (spf, dkim, wantedSpf, wantedDkim) => {
    const { channel, payload } = setUp()
    const checks = [
      { name: 'SPF', value: spf },
      { name: 'dkim', value: dkim },
      { name: 'email', value: order },
    ]
    await takeWebhook(channel, signSendGrid(toMultipart(checks)))
    expect(payload().auth).toMatchObject({ spf: wantedSpf, dkim: wantedDkim })
  })

  it('says nothing of checks that were not made', async () => {
    const { channel, payload } = setUp()
    await takeWebhook(channel, signSendGrid(form))
    expect(payload().auth).toBeNull()
  })

  it('goes on with charsets that nobody knows, and JSON that is none', async () => {
    const { channel, payload } = setUp()
    const fields = [
      { name: 'from', value: 'ada@example.com' },
      { name: 'text', value: Buffer.from('Gr\xfc\xdfe', 'latin1') },
      { name: 'charsets', value: '{"text":"x-unheard-of"}' },
      { name: 'envelope', value: '{"to":["a@example.org", 7' },
      { name: 'attachment-info', value: '[]' },
      { name: 'attachment1', value: 'x', filename: 'a.txt', type: 'text/plain' },
    ]
    await takeWebhook(channel, signSendGrid(toMultipart(fields)))
    expect(payload()).toMatchObject({
      from_email: 'ada@example.com',
      text: 'Gr\ufffd\ufffde\n',
      envelope_to: null,
    })
    expect(payload().attachments).toMatchObject([{ filename: 'a.txt', content_type: 'text/plain' }])
  })

  it('takes the first of two fields of one name', async () => {
    const { channel, payload } = setUp()
    await takeWebhook(channel, sendGridParsed(sample, [{ name: 'text', value: 'another text' }]))
    expect(payload().text).toBe('Zwei Paletten fehlen.\n\nGrüße\nJörg\n')
  })
})
