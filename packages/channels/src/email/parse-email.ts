import { Buffer } from 'node:buffer'
import { toError } from '@headwater/base'
import PostalMime, { addressParser, type Email } from 'postal-mime'
import type { MailHeader } from './auto-generated.ts'
import { toAddress, type EmailAddress } from './email-address.ts'
import { hasField, toMailBytes } from './mail-bytes.ts'
import { repairWindows1252 } from './windows-1252.ts'

/** A part of a mail that is neither its text nor its HTML. */
export interface ParsedAttachment {
  readonly filename: string | null
  readonly contentType: string
  readonly disposition: string | null
  readonly contentId: string | null
  readonly bytes: Uint8Array
}

/** A mail as its header fields and parts say; nothing is shortened. */
export interface ParsedEmail {
  readonly kind: 'mail'
  /** The first address of From, of several From fields the first that has one. */
  readonly from: EmailAddress | null
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly replyTo: readonly EmailAddress[]
  readonly subject: string | null
  readonly text: string | null
  readonly html: string | null
  readonly messageId: string | null
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  /** ISO 8601 where the field is a date, else the field as it is. */
  readonly date: string | null
  /** The top-level fields, in order, names in lower case. */
  readonly headers: readonly MailHeader[]
  readonly attachments: readonly ParsedAttachment[]
  /** The bytes behind the header block: what relays on the way do not touch. */
  readonly body: Uint8Array
}

/** Why bytes are no mail that anyone could read. */
export type UnreadableReason =
  /** Nothing but white space and NUL. */
  | 'EMPTY'
  /** Not one header field before the first blank line: no mail at all. */
  | 'NO_HEADER'
  /** More header bytes, deeper nesting or more time than the limits allow. */
  | 'OVER_LIMIT'
  /** The parser gave up. */
  | 'PARSER_FAILED'
  /** A provider's message that carries no mail: a delivery report, a text that somebody put into the topic. */
  | 'NO_MAIL'

/** Bytes that are no readable mail. */
export interface UnreadableEmail {
  readonly kind: 'unreadable'
  readonly reason: UnreadableReason
  readonly message: string
  readonly cause?: Error | undefined
}

/** Limits of parsing. */
export interface ParseLimits {
  /** Levels of multipart inside multipart. @defaultValue 64 */
  readonly maxNestingDepth?: number | undefined
  /** Bytes of all header blocks together. @defaultValue 524288 */
  readonly maxHeaderBytes?: number | undefined
}

/**
 * Reads a raw mail (RFC 5322, MIME). Damage costs the damaged part, not the mail: only what {@link UnreadableReason}
 * lists is unreadable. Never rejects.
 */
export async function parseEmail(
  raw: Uint8Array,
  limits: ParseLimits = {},
): Promise<ParsedEmail | UnreadableEmail> {
  // White space and NUL make no mail; the parser would make an empty one of them.
  if (isBlank(raw)) {
    return { kind: 'unreadable', reason: 'EMPTY', message: `${raw.byteLength} bytes without content` }
  }
  try {
    const mail = toMailBytes(raw)
    if (!hasField(mail.header)) {
      return {
        kind: 'unreadable',
        reason: 'NO_HEADER',
        message: 'no header field before the first blank line',
      }
    }
    const options = {
      maxNestingDepth: limits.maxNestingDepth ?? 64,
      maxHeadersSize: limits.maxHeaderBytes ?? 524288,
    }
    const parsed = await PostalMime.parse(mail.bytes, options)
    if (hasContent(parsed) || isBlank(mail.body)) return toParsedEmail(parsed, mail.body)
    // A multipart without its boundaries: what people see of it is the text between.
    const plain = await PostalMime.parse(Buffer.concat([Buffer.from('\r\n'), mail.body]), options)
    return toParsedEmail(plain.text === undefined ? parsed : { ...parsed, text: plain.text }, mail.body)
  } catch (thrown) {
    const cause = toError(thrown)
    // The parser has no codes; both of its limits say so in their first words.
    const reason = cause.message.startsWith('Maximum ') ? 'OVER_LIMIT' : 'PARSER_FAILED'
    return { kind: 'unreadable', reason, message: cause.message, cause }
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0 || byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))
}

function hasContent({ text, html, attachments }: Email): boolean {
  return Boolean(text) || Boolean(html) || attachments.length > 0
}

function toParsedEmail(mail: Email, body: Uint8Array): ParsedEmail {
  const headers = mail.headers.map(({ key, value }) => ({ name: key, value: repairWindows1252(value) }))
  return {
    kind: 'mail',
    from: addressesOf(headers, 'from')[0] ?? null,
    to: addressesOf(headers, 'to'),
    cc: addressesOf(headers, 'cc'),
    replyTo: addressesOf(headers, 'reply-to'),
    subject: lineOf(mail.subject),
    text: textOf(mail.text),
    html: textOf(mail.html),
    messageId: textOf(mail.messageId?.trim()),
    inReplyTo: textOf(mail.inReplyTo?.trim()),
    references: (mail.references ?? '').split(/\s+/).filter((each) => each !== ''),
    date: textOf(mail.date),
    headers,
    attachments: mail.attachments.map((each) => ({
      filename: lineOf(each.filename),
      contentType: each.mimeType || 'application/octet-stream',
      disposition: each.disposition,
      contentId: textOf(each.contentId?.replace(/^<(.*)>$/, '$1')),
      // A view, not a copy; strings only come with an encoding that is not asked for.
      bytes: typeof each.content === 'string' ? Buffer.from(each.content) : new Uint8Array(each.content),
    })),
    body,
  }
}

/** Empty is absent; half a surrogate pair, which an HTML entity can make, has no UTF-8. */
function textOf(text: string | null | undefined): string | null {
  return text === undefined || text === null || text === '' ? null : repairWindows1252(text).toWellFormed()
}

/**
 * The same of what was one line: an encoded word may hold line ends (RFC 2047 has none in them), and whoever puts a
 * subject or a name into the header of an answer would write a field of the sender's choice.
 */
function lineOf(text: string | null | undefined): string | null {
  return textOf(text)?.replace(/[\r\n]+[ \t]*/g, ' ') ?? null
}

/** All mailboxes of all fields of a name, those of groups too; what is no address is left to the raw mail. */
function addressesOf(headers: readonly MailHeader[], name: string): readonly EmailAddress[] {
  return headers
    .filter((each) => each.name === name)
    .flatMap(({ value }) => addressParser(value, { flatten: true }))
    .flatMap((each): EmailAddress[] => {
      const address = toAddress(each.address)
      return address === null ? [] : [{ address: address.toWellFormed(), name: lineOf(each.name) }]
    })
}
