import { domainToASCII } from 'node:url'

/** One mailbox of a header. */
export interface EmailAddress {
  readonly address: string
  readonly name: string | null
}

/**
 * An address in the one form that keys and lookups use: no white space around it, the domain in lower case and ASCII
 * (RFC 5890), the local part untouched since only its own server knows what case means there. `null` for a text that
 * is no address.
 */
export function toAddress(text: string | null | undefined): string | null {
  const trimmed =
    text
      ?.trim()
      .replace(/^<(.*)>$/, '$1')
      .trim() ?? ''
  const at = trimmed.lastIndexOf('@')
  const local = trimmed.slice(0, at)
  const domain = trimmed.slice(at + 1).replace(/\.$/, '')
  if (at < 1 || domain === '' || /[\p{Cc}]/u.test(trimmed) || /\s/.test(domain)) return null
  return `${local}@${domainToASCII(domain) || domain.toLowerCase()}`
}
