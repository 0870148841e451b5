import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { postmarkChannel, takeWebhook, type PostmarkChannelOptions } from '../src/index.ts'
import { setUpMailWebhook, type MailWebhookSetup } from './mail-webhook-setup.ts'
import { credentials, postmark, postmarkBody } from './postmark-request.ts'
import { sample } from './sample-mail.ts'
import { post } from './webhook-request.ts'

const setUp = (more: Partial<PostmarkChannelOptions> = {}): MailWebhookSetup =>
  setUpMailWebhook((options) => postmarkChannel({ ...options, credentials: [credentials], ...more }))
const body = postmarkBody(sample)
const json = { 'content-type': 'application/json' }

describe('postmarkChannel', () => {
  it('tells nobody why credentials are wrong', async () => {
    const { channel, producer } = setUp()
    const wrong = [
      postmark(body, { ...credentials, password: 'another password' }),
      postmark(body, { ...credentials, username: 'eve' }),
      postmark(body, { username: 'postmark:a long', password: 'password' }),
      post(Buffer.from('{}'), json),
      post(Buffer.from('{}'), { ...json, authorization: 'Basic' }),
      post(Buffer.from('{}'), { ...json, authorization: 'Bearer x' }),
    ]
    for (const each of wrong) {
      const { answer } = await takeWebhook(channel, each)
      expect(answer).toEqual({
        status: 401,
        headers: expect.anything() as object,
        body: '{"error":{"code":"UNAUTHORISED","message":"not accepted"}}',
      })
    }
    expect(producer.records).toEqual([])
  })

  it('takes the credentials before while they are being changed', async () => {
    const { channel } = setUp({ credentials: [{ username: 'new', password: 'newer' }, credentials] })
    expect((await takeWebhook(channel, postmark(body))).outcome).toBe('published')
  })

  it('has no default for credentials', () => {
    for (const none of [[], [{ username: 'a', password: '' }]]) {
      expect(() => setUp({ credentials: none })).toThrow(
        expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }),
      )
    }
  })

  it('takes requests from the addresses on its list alone', async () => {
    const { channel } = setUp({ allowedAddresses: ['192.0.2.1'] })
    const from = async (remoteAddress: string | undefined): Promise<number> =>
      (await takeWebhook(channel, { ...postmark(body), remoteAddress })).answer.status
    expect([await from('192.0.2.1'), await from('192.0.2.2'), await from(undefined)]).toEqual([200, 401, 401])
    // Regression: a server that listens to IPv6 as well, as Node's do by default, says IPv4 addresses like this.
    expect([await from('::ffff:192.0.2.1'), await from('::FFFF:192.0.2.2')]).toEqual([200, 401])
  })

  it('answers 403 to what can never be taken, so that it does not come again', async () => {
    const { channel } = setUp({ maxBodyBytes: 100_000 })
    const never = ['', '{', 'null', '[]', '{"RecordType":"Bounce"}', '\0'.repeat(100_001)]
    for (const each of never) expect((await takeWebhook(channel, postmark(each))).answer.status).toBe(403)
    const html = { ...postmark(body).headers, 'content-type': 'text/html' }
    expect((await takeWebhook(channel, post(Buffer.from('{}'), html))).answer.status).toBe(415)
  })

  it('answers 503, and no 403, to what may be taken later', async () => {
    const { channel, claimCheck } = setUp()
    claimCheck.failWith = new Error('disk full')
    expect((await takeWebhook(channel, postmark(body))).answer.status).toBe(503)
  })

  it('gives a mail one id, however often it is sent', async () => {
    const { channel } = setUp()
    const [first, second] = [
      await takeWebhook(channel, postmark(body)),
      await takeWebhook(channel, postmark(body)),
    ]
    expect(first.events[0]?.messageId).toBe(second.events[0]?.messageId)
  })

  it('prefers a field of the list of headers, and lets no name become one', async () => {
    const { channel, payload } = setUp()
    const FromFull = { Email: 'ada@example.com', Name: 'Ada" <eve@example.com>, "\r\nBcc: eve@example.com' }
    const Headers = [{ Name: 'Subject', Value: 'from the list' }, { Name: 7 }, null]
    await takeWebhook(channel, postmark({ ...body, FromFull, Headers }))
    expect(payload()).toMatchObject({ from_email: 'ada@example.com', subject: 'from the list' })
  })

  it('says that attachments are missing which are no base64', async () => {
    const { channel, payload } = setUp()
    const Attachments = [
      { Name: 'a.bin', Content: '%%%', ContentType: 'x/y' },
      { Name: 'b.bin', Content: 'AAEC', ContentType: 'x/y' },
    ]
    await takeWebhook(channel, postmark({ ...body, Attachments }))
    expect(payload().attachments.map(({ filename, size }) => [filename, size])).toEqual([['b.bin', 3]])
    expect(payload().truncated).toEqual(['attachments'])
  })

  it('takes nothing from the prototype', async () => {
    const { channel, payload } = setUp()
    const text =
      '{"From":"ada@example.com","__proto__":{"Subject":"polluted"},"constructor":{"TextBody":"x"}}'
    await takeWebhook(channel, postmark(text))
    expect(payload()).toMatchObject({ from_email: 'ada@example.com', subject: null, text: null })
    expect(({} as Record<string, unknown>)['Subject']).toBeUndefined()
  })
})
