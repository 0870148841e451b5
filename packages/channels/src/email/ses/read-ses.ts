import { Buffer } from 'node:buffer'
import type { MailHeader } from '../auto-generated.ts'
import type { AuthVerdict, AuthVerdicts } from '../email-message.ts'
import type { InboundMail } from '../inbound-mail.ts'
import { fromBase64, listMember, member, parseJson, textMember, type JsonValue } from '../json-value.ts'
import type { MailEnvelope } from '../mail-envelope.ts'

/** An object in S3. */
export interface S3Location {
  readonly bucket: string
  readonly key: string
}

/** A notification of SES: a mail, and where its bytes lie when they are not in it. */
export interface SesMail {
  readonly mail: InboundMail
  readonly object: S3Location | undefined
}

const rawType = 'application/json'

/**
 * The mail in a message that SES put into a topic. Its bytes are in it (action SNS), or in a bucket (action S3); then
 * the notification has the header alone.
 *
 * @param raw - the request's body.
 * @param message - the member `Message`, once its signature was checked.
 */
export function readSes(raw: Uint8Array, message: string): SesMail {
  const notification = parseJson(message)
  const type = textMember(notification, 'notificationType')
  if (type !== 'Received') {
    const what = type === undefined ? 'no notification of SES' : 'a notification of SES about another matter'
    return {
      mail: { kind: 'fields', raw, rawType, envelope: {}, fields: { kind: 'no-mail', message: what } },
      object: undefined,
    }
  }
  const mail = member(notification, 'mail')
  const receipt = member(notification, 'receipt')
  const action = member(receipt, 'action')
  const envelope = envelopeOf(mail, receipt)
  const content = textMember(notification, 'content')
  const bytes = content === undefined ? null : bytesOf(content, textMember(action, 'encoding'))
  if (bytes !== null) return { mail: { kind: 'raw', raw: bytes, envelope }, object: undefined }
  const object = objectOf(action)
  const id = textMember(mail, 'messageId') ?? ''
  return {
    object,
    mail: {
      kind: 'fields',
      raw,
      rawType,
      envelope,
      fields: {
        kind: 'fields',
        headers: listMember(mail, 'headers').flatMap(toHeader),
        text: null,
        html: null,
        attachments: [],
        missing: ['text', 'html', 'attachments'],
        location: object === undefined ? `ses:${id}` : `s3://${object.bucket}/${object.key}`,
      },
    },
  }
}

function bytesOf(content: string, encoding = 'UTF-8'): Buffer | null {
  return encoding.toLowerCase() === 'base64' ? fromBase64(content) : Buffer.from(content, 'utf8')
}

function objectOf(action: JsonValue): S3Location | undefined {
  const bucket = textMember(action, 'bucketName')
  const key = textMember(action, 'objectKey')
  return bucket === undefined || key === undefined ? undefined : { bucket, key }
}

function toHeader(each: JsonValue): readonly MailHeader[] {
  const name = textMember(each, 'name')
  const value = textMember(each, 'value')
  return name === undefined || value === undefined ? [] : [{ name, value }]
}

function envelopeOf(mail: JsonValue, receipt: JsonValue): MailEnvelope {
  // Those that the rule was for; the destinations are all that the sender's server named.
  const matched = listMember(receipt, 'recipients')
  const to = (matched.length > 0 ? matched : listMember(mail, 'destination')).filter(
    (each) => typeof each === 'string',
  )
  const receivedAtMs = Date.parse(textMember(receipt, 'timestamp') ?? textMember(mail, 'timestamp') ?? '')
  return {
    from: textMember(mail, 'source'),
    to,
    receivedAtMs: Number.isFinite(receivedAtMs) ? receivedAtMs : undefined,
    auth: authOf(receipt),
  }
}

const verdicts: Readonly<Record<string, AuthVerdict>> = {
  PASS: 'pass',
  FAIL: 'fail',
  PROCESSING_FAILED: 'temperror',
  DISABLED: 'none',
}

/** GRAY means no policy or no signature where the sender is checked, and "cannot say" where the mail is. */
function authOf(receipt: JsonValue): AuthVerdicts {
  const verdict = (name: string, gray: AuthVerdict): AuthVerdict => {
    const status = textMember(member(receipt, name), 'status') ?? ''
    if (status === 'GRAY') return gray
    return Object.hasOwn(verdicts, status) ? verdicts[status]! : 'unknown'
  }
  return {
    spf: verdict('spfVerdict', 'none'),
    dkim: verdict('dkimVerdict', 'none'),
    dmarc: verdict('dmarcVerdict', 'none'),
    spam: verdict('spamVerdict', 'neutral'),
    virus: verdict('virusVerdict', 'neutral'),
  }
}
