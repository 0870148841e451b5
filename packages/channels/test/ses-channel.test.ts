import { Buffer } from 'node:buffer'
import { beforeEach, describe, expect, it } from 'vitest'
import { sesChannel, takeWebhook, type SesChannelOptions, type WebhookResult } from '../src/index.ts'
import { order } from './email-setup.ts'
import { setUpMailWebhook, type MailWebhookSetup } from './mail-webhook-setup.ts'
import { makeCertificate } from './make-certificate.ts'
import { sample } from './sample-mail.ts'
import {
  certUrl,
  serve,
  sesNotification,
  snsBody,
  snsCertificate,
  snsPost,
  subscribeUrl,
  topicArn,
} from './sign-sns.ts'
import { post } from './webhook-request.ts'

const notification = sesNotification(sample, { type: 'SNS', encoding: 'UTF-8' }, { content: String(order) })
const hour = 3_600_000

describe('sesChannel', () => {
  let sns: ReturnType<typeof serve>
  let subscription: Response
  const setUp = (more: Partial<SesChannelOptions> = {}): MailWebhookSetup =>
    setUpMailWebhook((options) =>
      sesChannel({ ...options, topicArns: [topicArn], fetch: sns.fetch, ...more }),
    )
  const confirmation = (more: Readonly<Record<string, string>> = {}): ReturnType<typeof snsPost> => {
    const Type = more['Type'] ?? 'SubscriptionConfirmation'
    return snsPost(snsBody({ Type, Token: '2336', SubscribeURL: subscribeUrl, ...more }))
  }

  beforeEach(() => {
    subscription = new Response('<ConfirmSubscriptionResponse/>')
    sns = serve({ [certUrl]: snsCertificate.pem, [subscribeUrl]: () => subscription })
  })

  it.each(['1', '2'])(
    'takes signatures of version %s, with and without a subject',
    async (SignatureVersion) => {
      const { channel } = setUp()
      for (const Subject of [undefined, 'Amazon SES Email Receipt Notification']) {
        const request = snsPost(snsBody({ Message: notification, SignatureVersion, Subject }))
        expect((await takeWebhook(channel, request)).outcome).toBe('published')
      }
    },
  )

  it('takes the time at which SES took the mail', async () => {
    const { channel, clock, payload } = setUp()
    clock.advance(hour)
    await takeWebhook(channel, snsPost(snsBody({ Message: notification })))
    expect(payload().received_at).toBe(clock.now() - hour)
  })

  it('takes no SHA-1 when it is told so', async () => {
    const { channel } = setUp({ acceptSha1: false })
    const one = snsPost(snsBody({ Message: notification, SignatureVersion: '1' }))
    const two = snsPost(snsBody({ Message: notification }))
    expect((await takeWebhook(channel, one)).answer.status).toBe(401)
    expect((await takeWebhook(channel, two)).answer.status).toBe(200)
  })

  // Regression: the message was "fetch failed", which is all that fetch itself says.
  it('says how the certificate could not be had', async () => {
    const { channel } = setUp({
      fetch: async () => {
        throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND sns') })
      },
    })
    const { answer, errors } = await takeWebhook(channel, snsPost(snsBody({ Message: notification })))
    expect(answer.status).toBe(503)
    expect(answer.body).not.toContain('ENOTFOUND')
    expect(errors[0]?.message).toContain('ENOTFOUND sns')
  })

  // Regression: addresses that differ in what no server sees were fetched one by one, and pushed each other out.
  it.each(['#1', '?', '?1', '/..%2fa.pem'])('fetches no certificate by %s beside its name', async (more) => {
    const { channel } = setUp()
    const request = snsPost(snsBody({ Message: notification, SigningCertURL: `${certUrl}${more}` }))
    expect((await takeWebhook(channel, request)).answer.status).toBe(401)
    expect(sns.asked).toEqual([])
  })

  it('tells nobody why a signature does not hold', async () => {
    const { channel, producer } = setUp()
    const good = snsBody({ Message: notification })
    const changed = ['Message', 'MessageId', 'Timestamp', 'TopicArn'].map((name) => ({
      ...good,
      [name]: 'x',
    }))
    const forged = [
      ...changed,
      { ...good, Subject: 'added' },
      { ...good, SignatureVersion: '1' },
      { ...good, SignatureVersion: '3' },
      { ...good, SignatureVersion: 'constructor' },
      { ...good, Signature: '' },
      { ...good, Signature: undefined },
      { ...good, SigningCertURL: undefined },
      snsBody({ Message: notification, TopicArn: 'arn:aws:sns:eu-central-1:999999999999:mails' }),
      snsBody({ Message: notification }, makeCertificate({ commonName: 'sns.amazonaws.com' })),
    ]
    const answers: string[] = []
    for (const each of forged) {
      const { answer } = await takeWebhook(channel, snsPost(each))
      answers.push(`${answer.status} ${answer.body}`)
    }
    expect(new Set(answers)).toEqual(
      new Set(['401 {"error":{"code":"UNAUTHORISED","message":"not accepted"}}']),
    )
    expect(producer.records).toEqual([])
  })

  it.each([
    'http://sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com.example.org/a.pem',
    'https://example.org/sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com@example.org/a.pem',
    'https://user@sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/a.pem',
    'https://sns.a.b.amazonaws.com/a.pem',
    'https://s3.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com/?Action=x&y=.pem',
    'https://sns.eu-central-1.amazonaws.com/a.txt',
    'file:///etc/passwd.pem',
    'not an address',
  ])('fetches no certificate from %s', async (SigningCertURL) => {
    const { channel } = setUp()
    const request = snsPost(snsBody({ Message: notification, SigningCertURL }))
    expect((await takeWebhook(channel, request)).answer.status).toBe(401)
    expect(sns.asked).toEqual([])
  })

  it('fetches no certificate for a topic that is not ours', async () => {
    const { channel } = setUp({ topicArns: ['arn:aws:sns:eu-central-1:123456789012:others'] })
    await takeWebhook(channel, snsPost(snsBody({ Message: notification })))
    expect(sns.asked).toEqual([])
  })

  it('knows the certificates of China', async () => {
    const certificate = makeCertificate({ commonName: 'sns.cn-north-1.amazonaws.com.cn' })
    const url = 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem'
    sns = serve({ [url]: certificate.pem })
    const { channel } = setUp()
    const body = snsBody({ Message: notification, SigningCertURL: url }, certificate)
    expect((await takeWebhook(channel, snsPost(body))).outcome).toBe('published')
  })

  describe('certificates', () => {
    const root = makeCertificate({ commonName: 'Example Root CA' })
    const issued = makeCertificate({ commonName: 'sns.amazonaws.com', issuer: root })
    const take = async (
      pem: string,
      by = snsCertificate,
      more: Partial<SesChannelOptions> = {},
    ): Promise<WebhookResult> => {
      sns = serve({ [certUrl]: pem })
      return await takeWebhook(setUp(more).channel, snsPost(snsBody({ Message: notification }, by)))
    }

    it.each([
      ['of another name', makeCertificate({ commonName: 'sns.amazonaws.com.example.org' })],
      ['not valid at this time', makeCertificate({ commonName: 'sns.amazonaws.com', validTo: '2026-01-01' })],
      [
        'not valid at this time',
        makeCertificate({ commonName: 'sns.amazonaws.com', validFrom: '2027-01-01' }),
      ],
      [
        'of a key that is no RSA key of 2048 bits or more',
        makeCertificate({ commonName: 'sns.amazonaws.com', modulusLength: 1024 }),
      ],
    ])('hold nothing when they are %s', async (why, certificate) => {
      const { answer, errors } = await take(certificate.pem, certificate)
      expect(answer.status).toBe(401)
      expect(errors[0]?.message).toBe(`the certificate is ${why}`)
    })

    it('holds a chain that leads where it says, and no other', async () => {
      expect((await take(issued.pem + root.pem, issued)).answer.status).toBe(200)
      const sameName = makeCertificate({ commonName: 'Example Root CA' })
      for (const other of [snsCertificate, sameName]) {
        expect((await take(issued.pem + other.pem, issued)).answer.status).toBe(401)
      }
    })

    it('asks for an issuer that is trusted, where it is given some', async () => {
      const trusted = { trustedIssuers: [root.pem] }
      expect((await take(issued.pem, issued, trusted)).answer.status).toBe(200)
      expect((await take(snsCertificate.pem, snsCertificate, trusted)).answer.status).toBe(401)
      expect(() => setUp({ trustedIssuers: ['x'] })).toThrow(
        expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }),
      )
    })

    it.each(['', 'not PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
      'takes %j for none',
      async (pem) => expect((await take(pem)).answer.status).toBe(401),
    )

    it('are fetched once a day, by one request of several', async () => {
      const { channel, clock } = setUp()
      const request = (): ReturnType<typeof snsPost> => snsPost(snsBody({ Message: notification }))
      await Promise.all([1, 2, 3].map(async () => await takeWebhook(channel, request())))
      expect(sns.asked).toHaveLength(1)
      clock.advance(23 * hour)
      await takeWebhook(channel, request())
      expect(sns.asked).toHaveLength(1)
      clock.advance(2 * hour)
      await takeWebhook(channel, request())
      expect(sns.asked).toHaveLength(2)
    })

    it('are forgotten in time: no number of addresses fills the memory', async () => {
      const many = Array.from({ length: 40 }, (_, index) => certUrl.replace('7ff5', `f${index}`))
      sns = serve(Object.fromEntries(many.map((url) => [url, snsCertificate.pem])))
      const { channel } = setUp()
      const urls = [...many, many[0] ?? '', many[39] ?? '']
      for (const SigningCertURL of urls) {
        const body = snsBody({ Message: notification, SigningCertURL })
        expect((await takeWebhook(channel, snsPost(body))).outcome).toBe('published')
      }
      // The first one was forgotten, the last one was not.
      expect(sns.asked).toHaveLength(41)
    })

    it('that cannot be had make a 503, after which SNS sends the message again', async () => {
      const fail = [
        () => new Response('gone', { status: 500 }),
        () => new Response('x'.repeat(100_000)),
        () => {
          throw new Error('no route to host')
        },
      ]
      for (const answer of fail) {
        sns = serve({ [certUrl]: answer })
        const result = await takeWebhook(setUp().channel, snsPost(snsBody({ Message: notification })))
        expect(result.answer.status).toBe(503)
      }
    })

    it('that do not come in time make a 503', async () => {
      const asked = Promise.withResolvers<void>()
      const never = async (): Promise<Response> => {
        asked.resolve()
        return await new Promise(() => undefined)
      }
      sns = serve({ [certUrl]: never })
      const { channel, clock } = setUp({ fetchTimeoutMs: 700 })
      const ended = takeWebhook(channel, snsPost(snsBody({ Message: notification })))
      await asked.promise
      clock.advance(700)
      expect((await ended).answer.status).toBe(503)
      expect(clock.pendingTimers).toBe(0)
    })

    it('are not fetched without end for messages that nobody signed', async () => {
      const open = Promise.withResolvers<Response>()
      const urls = Array.from({ length: 10 }, (_, index) => certUrl.replace('7ff5', `f${index}`))
      sns = serve(Object.fromEntries(urls.map((url) => [url, async () => await open.promise])))
      const { channel } = setUp()
      const ends = urls.map(
        async (SigningCertURL) => await takeWebhook(channel, snsPost(snsBody({ SigningCertURL }))),
      )
      const refused = await Promise.race(ends)
      expect(refused.answer.status).toBe(503)
      expect(sns.asked).toHaveLength(4)
      open.resolve(new Response('', { status: 404 }))
      await Promise.all(ends)
    })
  })

  it('confirms a subscription to one of its topics', async () => {
    const { channel, producer } = setUp()
    const result = await takeWebhook(channel, confirmation())
    expect(result).toMatchObject({ outcome: 'handshake', answer: { status: 200 } })
    expect(sns.asked).toEqual([certUrl, subscribeUrl])
    expect(producer.records).toEqual([])
  })

  it('leaves confirming to whoever asks for it', async () => {
    const heard: unknown[] = []
    const { channel } = setUp({ onSubscription: (each) => void heard.push(each) })
    await takeWebhook(channel, confirmation())
    expect(heard).toEqual([{ topicArn, subscribeUrl }])
    expect(sns.asked).toEqual([certUrl])
  })

  it('confirms nothing that was not signed, or of another topic', async () => {
    const { channel } = setUp()
    const other = confirmation({ TopicArn: 'arn:aws:sns:eu-central-1:999999999999:mails' })
    const eve = makeCertificate({ commonName: 'sns.amazonaws.com' })
    const forged = snsPost(
      snsBody({ Type: 'SubscriptionConfirmation', Token: '1', SubscribeURL: subscribeUrl }, eve),
    )
    expect((await takeWebhook(channel, other)).answer.status).toBe(401)
    expect((await takeWebhook(channel, forged)).answer.status).toBe(401)
    expect(sns.asked).not.toContain(subscribeUrl)
  })

  it('gets no address that is not one of SNS, even when it is signed', async () => {
    const { channel } = setUp()
    for (const SubscribeURL of ['http://169.254.169.254/latest/', 'https://example.org/?Action=x', '']) {
      expect((await takeWebhook(channel, confirmation({ SubscribeURL }))).answer.status).toBe(200)
    }
    expect(sns.asked).toEqual([certUrl])
  })

  it('answers 503 when a confirmation fails, so that SNS sends it again', async () => {
    subscription = new Response('', { status: 500 })
    expect((await takeWebhook(setUp().channel, confirmation())).answer.status).toBe(503)
  })

  it('hears of the end of a subscription, and does not renew it', async () => {
    const { channel } = setUp()
    const result = await takeWebhook(channel, confirmation({ Type: 'UnsubscribeConfirmation' }))
    expect(result.outcome).toBe('handshake')
    expect(sns.asked).toEqual([certUrl])
  })

  it('says where it shows that a request is no message of SNS', async () => {
    const { channel } = setUp()
    const bodies = [
      ['{', '$'],
      ['[]', '$.Type'],
      ['{"Type":"constructor"}', '$.Type'],
      ['{"Type":"Notification","Message":{}}', '$.Message'],
      ['{"Type":"Notification","Message":"m","MessageId":"i","Timestamp":"t"}', '$.TopicArn'],
    ] as const
    for (const [text, path] of bodies) {
      const { answer } = await takeWebhook(channel, post(Buffer.from(text), { 'content-type': 'text/plain' }))
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.body)).toMatchObject({ error: { path } })
    }
  })

  it('buries what SES, or anybody, put into the topic that is no mail', async () => {
    const { channel, producer } = setUp()
    for (const Message of ['hello', '{}', '{"notificationType":"Bounce"}']) {
      const request = snsPost(snsBody({ Message }))
      expect(await takeWebhook(channel, request)).toMatchObject({ outcome: 'dead-lettered' })
      expect(producer.records.at(-1)?.value).toEqual(request.body)
      expect(producer.header(-1, 'dlq.error.code')).toBe('EMAIL_NO_MAIL')
      expect(producer.header(-1, 'content-type')).toBe('application/json')
    }
  })

  it('answers 503 when a bucket cannot be read', async () => {
    const { channel } = setUp({ fetchObject: async () => await Promise.reject(new Error('SlowDown')) })
    const Message = sesNotification(sample, { type: 'S3', bucketName: 'mails', objectKey: 'in/7' })
    expect((await takeWebhook(channel, snsPost(snsBody({ Message })))).answer.status).toBe(503)
  })

  it('asks for the object that the notification names', async () => {
    const asked: unknown[] = []
    const { channel, payload } = setUp({
      fetchObject: async (location) => {
        asked.push(location)
        return order
      },
    })
    const Message = sesNotification(sample, { type: 'S3', bucketName: 'mails', objectKey: 'in/7' })
    await takeWebhook(channel, snsPost(snsBody({ Message })))
    expect(asked).toEqual([{ bucket: 'mails', key: 'in/7' }])
    expect(payload().subject).toBe('Order')
  })

  it('tells two mails apart whose bytes are in a bucket, whatever ids their sender gives them', async () => {
    const { channel } = setUp()
    const ids: unknown[] = []
    for (const objectKey of ['in/7', 'in/8', 'in/7']) {
      const Message = sesNotification(sample, { type: 'S3', bucketName: 'mails', objectKey })
      ids.push((await takeWebhook(channel, snsPost(snsBody({ Message })))).events[0]?.messageId)
    }
    expect(ids[0]).not.toBe(ids[1])
    expect(ids[0]).toBe(ids[2])
  })

  it('has no default for topics', () => {
    expect(() => setUp({ topicArns: [] })).toThrow(
      expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }),
    )
  })
})
