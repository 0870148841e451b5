import { Buffer } from 'node:buffer'
import { identityDigest } from '../identity-digest.ts'
import type { MailHeader } from './auto-generated.ts'
import type { MailParser } from './mail-parser.ts'
import type { ParsedAttachment, ParsedEmail, ParseLimits, UnreadableEmail } from './parse-email.ts'

/** A mail that a provider took apart. */
export interface MailFields {
  readonly kind: 'fields'
  /** The fields of the header in order: pairs, or the block as bytes. */
  readonly headers: readonly MailHeader[] | Uint8Array
  readonly text: string | null
  readonly html: string | null
  readonly attachments: readonly ParsedAttachment[]
  /** Fields of the event that hold less than the mail does, since the provider did not send them. Default: none. */
  readonly missing?: readonly MissingPart[] | undefined
  /** Where the provider keeps the whole mail, `s3://bucket/key`, or its own id of it. Default: not known. */
  readonly location?: string | undefined
}

/** What a provider may leave out. */
export type MissingPart = 'text' | 'html' | 'attachments'

/** A mail put together again. */
interface MailFromFields {
  readonly mail: ParsedEmail | UnreadableEmail
  /** Stands for the whole mail where it has no Message-ID: the same whenever the provider sends it. */
  readonly whole: Uint8Array
}

/** Say how a body is written that is not there; with them the parser would look for one. */
const aboutTheBody = /^(?:content-.*|mime-version)$/i

/** RFC 5322 §3.6.8: printable ASCII without the colon. */
const fieldName = /^[!-9;-~]+$/

/**
 * Reads a mail from what a provider made of it. The header goes through the very parser that whole mails go through, so
 * that names, addresses, dates and ids come out the same.
 *
 * @throws ChannelError `PARSER_UNAVAILABLE` (as a rejection, retriable)
 */
export async function mailFromFields(
  fields: MailFields,
  parser: Pick<MailParser, 'parse'>,
  limits: ParseLimits,
): Promise<MailFromFields> {
  const { headers, attachments, location = '' } = fields
  const block = headers instanceof Uint8Array ? withoutBodyFields(headers) : toBlock(headers)
  const text = toBodyText(fields.text)
  const html = toBodyText(fields.html)
  const body = bodyDigest(text, html, attachments, location)
  const { maxHeaderBytes = 524288 } = limits
  if (block.byteLength > maxHeaderBytes) {
    // Before anything looks at it: the limit of a whole mail's bytes does not hold here.
    const message = `Maximum header size of ${maxHeaderBytes} bytes exceeded`
    return {
      mail: { kind: 'unreadable', reason: 'OVER_LIMIT', message },
      whole: Buffer.concat([block, body]),
    }
  }
  const head = await parser.parse(Buffer.concat([block, Buffer.from('\r\n\r\n')]), limits)
  const mail = head.kind === 'unreadable' ? head : { ...head, text, html, attachments, body }
  return { mail, whole: Buffer.concat([block, body]) }
}

/** No line end of a value may start a field of its own. */
function toBlock(headers: readonly MailHeader[]): Buffer {
  const lines = headers
    .filter(({ name }) => fieldName.test(name) && !aboutTheBody.test(name))
    .map(({ name, value }) => `${name}: ${value.replace(/[\r\n\0]+[ \t]*/g, ' ').trim()}\r\n`)
  return Buffer.from(lines.join(''))
}

function withoutBodyFields(block: Uint8Array): Buffer {
  const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString('latin1')
  const fields = text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const kept = fields.filter(
    (line) => line.trim() !== '' && !aboutTheBody.test(line.slice(0, line.indexOf(':')).trim()),
  )
  return Buffer.from(kept.join('\r\n'), 'latin1')
}

/** Providers differ in line ends, and some cut the last one off; the lines of a mail all have one. */
function toBodyText(text: string | null): string | null {
  if (text === null || text === '') return null
  const lines = text.replace(/\r\n?/g, '\n').toWellFormed()
  return lines.endsWith('\n') ? lines : `${lines}\n`
}

/** Stands for the bytes of the body, which nobody has: the same for the same mail, however its request is encoded. */
function bodyDigest(
  text: string | null,
  html: string | null,
  attachments: readonly ParsedAttachment[],
  location: string,
): Uint8Array {
  const files = attachments.flatMap((each) => [each.filename, each.bytes])
  return Buffer.from(identityDigest(['headwater.email.fields.1', location, text, html, ...files]), 'hex')
}
