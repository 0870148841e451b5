import { Buffer } from 'node:buffer'
import type { MailHeader } from '../auto-generated.ts'
import { decodeCharset } from '../decode-charset.ts'
import type { AuthVerdict, AuthVerdicts } from '../email-message.ts'
import type { Form } from '../../form/form-part.ts'
import type { InboundMail } from '../inbound-mail.ts'
import { listMember, member, parseJson, textMember } from '../json-value.ts'
import type { MailEnvelope } from '../mail-envelope.ts'
import { toAttachment } from '../provider-attachment.ts'

/** Fields of the form that repeat header fields, for a request without `headers`. */
const repeated = ['from', 'to', 'cc', 'subject'] as const

/**
 * The mail in a request of SendGrid's Inbound Parse: whole in `email` when "send raw" is on, else taken apart.
 *
 * @param rawType - the request's content type.
 */
export function readSendGrid(form: Form, raw: Uint8Array, rawType: string): InboundMail {
  const envelope = envelopeOf(form)
  const mime = form.bytes('email')
  if (mime !== undefined) return { kind: 'raw', raw: mime, envelope }
  const charsets = parseJson(form.bytes('charsets'))
  const text = (name: string): string | null => {
    const bytes = form.bytes(name)
    return bytes === undefined ? null : decodeCharset(bytes, textMember(charsets, name))
  }
  const files = form.parts.filter((each) => each.filename !== null)
  const about = parseJson(form.bytes('attachment-info'))
  return {
    kind: 'fields',
    raw,
    rawType,
    envelope,
    fields: {
      kind: 'fields',
      headers: headersOf(form, text),
      text: text('text'),
      html: text('html'),
      attachments: files.map(({ name, filename, contentType, bytes }) => {
        const info = member(about, name)
        return toAttachment({
          filename: textMember(info, 'filename') ?? textMember(info, 'name') ?? filename,
          contentType: textMember(info, 'type') ?? contentType,
          contentId: textMember(info, 'content-id'),
          bytes,
        })
      }),
      missing: Number(form.text('attachments') ?? 0) > files.length ? ['attachments'] : [],
    },
  }
}

function headersOf(form: Form, text: (name: string) => string | null): Uint8Array | readonly MailHeader[] {
  const block = form.bytes('headers') ?? Buffer.alloc(0)
  if (block.toString('latin1').trim() !== '') return block
  return repeated.flatMap((name): MailHeader[] => {
    const value = text(name)
    return value === null ? [] : [{ name, value }]
  })
}

function envelopeOf(form: Form): MailEnvelope {
  const envelope = parseJson(form.bytes('envelope'))
  const to = listMember(envelope, 'to').filter((each) => typeof each === 'string')
  return { from: textMember(envelope, 'from'), to, auth: authOf(form) }
}

/** SendGrid scores spam and leaves the verdict to the reader; it checks no DMARC. */
function authOf(form: Form): AuthVerdicts | undefined {
  const spf = form.text('SPF')
  const dkim = form.text('dkim')
  if (spf === undefined && dkim === undefined) return undefined
  return { spf: toVerdict(spf), dkim: dkimVerdict(dkim), dmarc: 'unknown' }
}

const verdicts: Readonly<Record<string, AuthVerdict>> = {
  none: 'none',
  pass: 'pass',
  fail: 'fail',
  softfail: 'softfail',
  neutral: 'neutral',
  temperror: 'temperror',
  permerror: 'permerror',
}

function toVerdict(word: string | undefined): AuthVerdict {
  const name = word?.trim().toLowerCase() ?? ''
  return Object.hasOwn(verdicts, name) ? verdicts[name]! : 'unknown'
}

/** `none`, or one word a signature: `{@example.org : pass}`. One that holds is enough (RFC 6376 §6.1). */
function dkimVerdict(text: string | undefined): AuthVerdict {
  const words = [...(text ?? '').matchAll(/:\s*([a-z]+)\s*(?=[},])/gi)].map((each) => toVerdict(each[1]))
  return words.find((each) => each === 'pass') ?? words[0] ?? toVerdict(text)
}
