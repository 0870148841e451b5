import { Buffer } from 'node:buffer'
import { HeadwaterError } from '@headwater/base'
import type { MailEnvelope } from '@headwater/channels'

/** The part of a request that says from whom and to whom a mail was delivered. */
export interface EnvelopeSource {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly query: unknown
}

/** RFC 5321 §4.5.3.1: a path has 256 octets; UTF-8 addresses (RFC 6531) are not longer in practice. */
const maxAddressLength = 320
/** RFC 5321 §4.5.3.1.8: what a server must take at least, and what one request of ours may multiply a mail by. */
const maxRecipients = 100

/**
 * MAIL FROM and RCPT TO: headers `x-envelope-from` and `x-envelope-to` (several recipients with commas between), or the
 * query `from` and `to` (repeated). An empty sender is the null return path; none at all is "not known".
 *
 * @throws HeadwaterError `INVALID_ENVELOPE`
 */
export function toMailEnvelope({ headers, query }: EnvelopeSource): MailEnvelope {
  const asked = (typeof query === 'object' && query !== null ? query : {}) as Record<string, unknown>
  const from = textsOf(headers['x-envelope-from'] ?? asked['from'])
  const to =
    headers['x-envelope-to'] === undefined
      ? textsOf(asked['to'])
      : textsOf(headers['x-envelope-to']).flatMap(splitAddresses)
  if (from.length > 1) throw invalid('more than one sender')
  if (to.length > maxRecipients)
    throw invalid(`more than ${maxRecipients} recipients: split them into several requests`)
  for (const address of [...from, ...to]) {
    if (address.length > maxAddressLength)
      throw invalid(`an address of more than ${maxAddressLength} characters`)
    if (/\p{Cc}/u.test(address)) throw invalid('control characters in an address')
  }
  return { ...(from[0] !== undefined && { from: from[0] }), ...(to.length > 0 && { to }) }
}

function invalid(what: string): HeadwaterError {
  return new HeadwaterError('INVALID_ENVELOPE', `the envelope has ${what}`)
}

function textsOf(value: unknown): readonly string[] {
  const all = Array.isArray(value) ? value : [value]
  return all.filter((each) => typeof each === 'string').map(toUtf8)
}

/** Node reads header fields as Latin-1; addresses beyond ASCII are UTF-8 (RFC 6532). */
function toUtf8(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[^\0-\u00ff]/.test(text)) return text
  const decoded = Buffer.from(text, 'latin1').toString('utf8')
  return decoded.includes('\ufffd') ? text : decoded
}

/** At commas that are not inside a quoted local part. */
function splitAddresses(list: string): readonly string[] {
  const found = list.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? []
  return found.map((each) => each.trim()).filter((each) => each !== '')
}
