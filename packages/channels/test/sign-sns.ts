import { Buffer } from 'node:buffer'
import { sign } from 'node:crypto'
import type { Fetch, WebhookRequest } from '../src/index.ts'
import { makeCertificate, type Certificate } from './make-certificate.ts'
import { plainHeaders, type SampleMail } from './sample-mail.ts'
import { post } from './webhook-request.ts'

export const topicArn = 'arn:aws:sns:eu-central-1:123456789012:mails'
export const certUrl = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-7ff5.pem'
export const subscribeUrl: string = `https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=2336`

/** The certificate of the tests. */
export const snsCertificate: Certificate = makeCertificate({ commonName: 'sns.amazonaws.com' })

/** Serves answers by address, and keeps what it was asked for. */
export function serve(answers: Readonly<Record<string, string | (() => Response | Promise<Response>)>>): {
  readonly asked: string[]
  readonly fetch: Fetch
} {
  const asked: string[] = []
  const fetch: Fetch = async (url) => {
    asked.push(url)
    const answer = answers[url]
    if (answer === undefined) return new Response('nothing here', { status: 404 })
    return typeof answer === 'string' ? new Response(answer) : await answer()
  }
  return { asked, fetch }
}

type Members = Readonly<Record<string, string | undefined>>

/** A message of SNS with its signature; members that are `undefined` are left out. */
export function snsBody(members: Members, { privateKey }: Certificate = snsCertificate): Members {
  const all: Members = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: topicArn,
    Message: 'hello',
    Timestamp: '2026-03-02T08:15:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: certUrl,
    ...members,
  }
  const isNotification = all['Type'] === 'Notification'
  const signed = isNotification
    ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
    : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const text = signed.flatMap((name) => (all[name] === undefined ? [] : [`${name}\n${all[name]}\n`])).join('')
  const hash = all['SignatureVersion'] === '1' ? 'sha1' : 'sha256'
  return { Signature: sign(hash, Buffer.from(text), privateKey).toString('base64'), ...all }
}

/** As SNS posts it: JSON that says it is text. */
export function snsPost(body: Members): WebhookRequest {
  return post(Buffer.from(JSON.stringify(body)), {
    'content-type': 'text/plain; charset=UTF-8',
    'x-amz-sns-message-type': body['Type'] ?? '',
  })
}

/** What SES says of a mail; `more` replaces members. */
export function sesNotification(
  mail: SampleMail,
  action: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    notificationType: 'Received',
    mail: {
      timestamp: '2026-03-02T08:15:00.500Z',
      source: 'bounce@example.com',
      messageId: 'o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1',
      destination: ['support@example.org', 'night@example.org'],
      headersTruncated: false,
      headers: plainHeaders(mail).map(([name, value]) => ({ name, value })),
      commonHeaders: { subject: mail.subject },
    },
    receipt: {
      timestamp: '2026-03-02T08:15:00.500Z',
      processingTimeMillis: 574,
      recipients: ['support@example.org'],
      spamVerdict: { status: 'PASS' },
      virusVerdict: { status: 'GRAY' },
      spfVerdict: { status: 'PASS' },
      dkimVerdict: { status: 'FAIL' },
      dmarcVerdict: { status: 'GRAY' },
      action,
    },
    ...more,
  })
}
