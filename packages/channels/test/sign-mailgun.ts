import { createHmac } from 'node:crypto'
import type { WebhookRequest } from '../src/index.ts'
import { toMultipart, toUrlEncoded, type EncodedForm, type FormEntry } from './form-body.ts'
import { nowMs } from './email-setup.ts'
import { headerBlock, plainHeaders, type SampleMail } from './sample-mail.ts'
import { post } from './webhook-request.ts'

/** The key of the tests. */
export const signingKey = 'key-of-the-account'

interface MailgunSigning {
  readonly key?: string
  readonly token?: string
  readonly timestamp?: string
}

/** The three fields that Mailgun puts beside a mail. */
export function mailgunSignature({
  key = signingKey,
  token = 'd'.repeat(50),
  timestamp = String(Math.floor(nowMs / 1000)),
}: MailgunSigning = {}): readonly FormEntry[] {
  const signature = createHmac('sha256', key).update(`${timestamp}${token}`).digest('hex')
  return Object.entries({ timestamp, token, signature }).map(([name, value]) => ({ name, value }))
}

type EncodeForm = (entries: readonly FormEntry[]) => EncodedForm

const routed: readonly FormEntry[] = [
  { name: 'recipient', value: 'support@example.org' },
  { name: 'sender', value: 'bounce@example.com' },
]

/** What a route with an address that ends in `mime` sends. */
export function mailgunMime(
  raw: Uint8Array,
  form: EncodeForm = toUrlEncoded,
  signing?: MailgunSigning,
): WebhookRequest {
  const entries = [...routed, ...mailgunSignature(signing), { name: 'body-mime', value: raw }]
  const { body, contentType } = form(entries)
  return post(body, { 'content-type': contentType })
}

/** What any other route sends. */
export function mailgunParsed(
  mail: SampleMail,
  form: EncodeForm = toMultipart,
  signing?: MailgunSigning,
): WebhookRequest {
  const ids = mail.files.flatMap(({ contentId }, index) =>
    contentId === undefined ? [] : [[`<${contentId}>`, `attachment-${index + 1}`]],
  )
  const entries: readonly FormEntry[] = [
    ...routed,
    ...mailgunSignature(signing),
    { name: 'from', value: mail.from.address },
    { name: 'subject', value: mail.subject },
    { name: 'body-plain', value: mail.text },
    { name: 'body-html', value: mail.html },
    { name: 'stripped-text', value: 'something shorter' },
    { name: 'message-headers', value: JSON.stringify(plainHeaders(mail)) },
    { name: 'content-id-map', value: JSON.stringify(Object.fromEntries(ids)) },
    { name: 'attachment-count', value: String(mail.files.length) },
    ...mail.files.map(({ filename, type, bytes }, index) => ({
      name: `attachment-${index + 1}`,
      value: bytes,
      filename,
      type,
    })),
  ]
  const { body, contentType } = form(entries)
  return post(body, { 'content-type': contentType })
}

/** The same mail, its header in encoded words: Mailgun's documents show both. */
export function encodedHeaders(mail: SampleMail): string {
  const fields = headerBlock(mail)
    .replace(/\r\n[ \t]+/g, ' ')
    .trimEnd()
    .split('\r\n')
  return JSON.stringify(
    fields.map((field) => [field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 2)]),
  )
}
