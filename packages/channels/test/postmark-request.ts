import { Buffer } from 'node:buffer'
import type { Credentials, WebhookRequest } from '../src/index.ts'
import type { SampleMail } from './sample-mail.ts'
import { post } from './webhook-request.ts'

/** The credentials of the tests. */
export const credentials: Credentials = { username: 'postmark', password: 'a long password' }

/** A request with basic authentication. */
export function postmark(body: unknown, { username, password }: Credentials = credentials): WebhookRequest {
  return post(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), {
    'content-type': 'application/json; charset=utf-8',
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  })
}

/** What Postmark makes of a mail. */
export function postmarkBody(mail: SampleMail): Readonly<Record<string, unknown>> {
  const header = (name: string): string => mail.headers.find((each) => each[0] === name)?.[1] ?? ''
  const own = new Set(['From', 'To', 'Cc', 'Reply-To', 'Subject', 'Date'])
  return {
    FromName: mail.from.name,
    From: mail.from.address,
    FromFull: { Email: mail.from.address, Name: mail.from.name, MailboxHash: '' },
    To: header('To'),
    ToFull: mail.to.map(({ name, address }) => ({ Email: address, Name: name, MailboxHash: '' })),
    Cc: header('Cc'),
    CcFull: [{ Email: header('Cc'), Name: '', MailboxHash: '' }],
    OriginalRecipient: 'support@example.org',
    ReplyTo: header('Reply-To'),
    Subject: mail.subject,
    MessageID: '73e6d360-66eb-11e1-8e72-a8904824019b',
    Date: header('Date'),
    TextBody: mail.text,
    HtmlBody: mail.html,
    StrippedTextReply: 'something shorter',
    Headers: mail.headers.filter(([name]) => !own.has(name)).map(([Name, Value]) => ({ Name, Value })),
    Attachments: mail.files.map(({ filename, type, bytes, contentId }) => ({
      Name: filename,
      Content: bytes.toString('base64'),
      ContentType: type,
      ContentLength: bytes.byteLength,
      ...(contentId !== undefined && { ContentID: `<${contentId}>` }),
    })),
  }
}
