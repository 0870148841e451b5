import { Buffer } from 'node:buffer'
import { InvalidWebhookError } from '../../webhook/invalid-webhook-error.ts'
import { headerOf, type WebhookHead } from '../../webhook/webhook-request.ts'
import type { MailEnvelope } from '../mail-envelope.ts'

/** RFC 5321 §4.5.3.1: a path has 256 octets; UTF-8 addresses (RFC 6531) are not longer in practice. */
const maxAddressLength = 320
/** RFC 5321 §4.5.3.1.8: what a server must take at least, and what one request may multiply a mail by. */
const maxRecipients = 100

/**
 * MAIL FROM and RCPT TO of a request with a raw mail: headers `x-envelope-from` and `x-envelope-to` (several recipients
 * with commas between), or the query's `from` and `to` (repeated). An empty sender is the null return path.
 *
 * @throws InvalidWebhookError
 */
export function requestEnvelope({ headers, query }: Pick<WebhookHead, 'headers' | 'query'>): MailEnvelope {
  const from = utf8HeaderOf(headers, 'x-envelope-from') ?? query.get('from') ?? undefined
  const listed = utf8HeaderOf(headers, 'x-envelope-to')
  const to = listed === undefined ? query.getAll('to') : splitAddresses(listed)
  if (to.length > maxRecipients) {
    throw new InvalidWebhookError('$envelope.to', `more than ${maxRecipients} recipients: send it in parts`)
  }
  for (const [path, address] of [['from', from ?? ''] as const, ...to.map((each) => ['to', each] as const)]) {
    if (address.length > maxAddressLength || /\p{Cc}/u.test(address)) {
      throw new InvalidWebhookError(
        `$envelope.${path}`,
        'too long for an address, or with control characters',
      )
    }
  }
  return { from, to }
}

/** Servers read header fields as Latin-1; addresses beyond ASCII are UTF-8 (RFC 6532). */
function utf8HeaderOf(headers: WebhookHead['headers'], name: string): string | undefined {
  const text = headerOf(headers, name)
  if (text === undefined || !/[\u0080-\u00ff]/.test(text) || /[^\0-\u00ff]/.test(text)) return text
  const decoded = Buffer.from(text, 'latin1').toString('utf8')
  return decoded.includes('\ufffd') ? text : decoded
}

/** At commas that are not inside a quoted local part. */
function splitAddresses(list: string): readonly string[] {
  const addresses: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at < list.length; at += 1) {
    const char = list[at]
    if (char === '\\' && isQuoted) at += 1
    else if (char === '"') isQuoted = !isQuoted
    else if (char === ',' && !isQuoted) {
      addresses.push(list.slice(start, at))
      start = at + 1
    }
  }
  return [...addresses, list.slice(start)].map((each) => each.trim()).filter((each) => each !== '')
}
