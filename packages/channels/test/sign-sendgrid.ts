import { Buffer } from 'node:buffer'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { WebhookRequest } from '../src/index.ts'
import { toMultipart, type EncodedForm, type FormEntry } from './form-body.ts'
import { nowMs } from './email-setup.ts'
import { headerBlock, type SampleMail } from './sample-mail.ts'
import { post } from './webhook-request.ts'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

/** The public half, in the form that SendGrid shows. */
export const sendGridKey: string = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** A request with SendGrid's two headers. */
export function signSendGrid(
  { body, contentType }: EncodedForm,
  timestamp: string = String(Math.floor(nowMs / 1000)),
): WebhookRequest {
  const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), privateKey)
  return post(body, {
    'content-type': contentType,
    'x-twilio-email-event-webhook-signature': signature.toString('base64'),
    'x-twilio-email-event-webhook-timestamp': timestamp,
  })
}

const envelope = JSON.stringify({ to: ['support@example.org'], from: 'bounce@example.com' })
const checks: readonly FormEntry[] = [
  { name: 'envelope', value: envelope },
  { name: 'SPF', value: 'pass' },
  { name: 'dkim', value: '{@example.com : pass}' },
  { name: 'sender_ip', value: '192.0.2.7' },
]

/** What is sent with "send raw" on. */
export function sendGridRaw(raw: Uint8Array): WebhookRequest {
  return signSendGrid(toMultipart([...checks, { name: 'email', value: raw }]))
}

/** What is sent otherwise; the text in Latin-1, as SendGrid leaves it. */
export function sendGridParsed(mail: SampleMail, more: readonly FormEntry[] = []): WebhookRequest {
  const info = mail.files.map(({ filename, type, contentId }, index) => [
    `attachment${index + 1}`,
    { filename, name: filename, type, ...(contentId !== undefined && { 'content-id': contentId }) },
  ])
  return signSendGrid(
    toMultipart([
      ...checks,
      { name: 'headers', value: `${headerBlock(mail)}Content-Type: multipart/mixed; boundary=mix\r\n` },
      { name: 'from', value: mail.from.address },
      { name: 'subject', value: mail.subject },
      { name: 'text', value: Buffer.from(mail.text, 'latin1') },
      { name: 'html', value: mail.html },
      { name: 'charsets', value: JSON.stringify({ from: 'UTF-8', text: 'iso-8859-1', html: 'utf-8' }) },
      { name: 'attachments', value: String(mail.files.length) },
      { name: 'attachment-info', value: JSON.stringify(Object.fromEntries(info)) },
      ...mail.files.map(({ type, bytes }, index) => ({
        name: `attachment${index + 1}`,
        value: bytes,
        filename: `attachment${index + 1}.bin`,
        type,
      })),
      ...more,
    ]),
  )
}
