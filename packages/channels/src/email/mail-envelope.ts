import { toAddress } from './email-address.ts'
import type { AuthVerdicts } from './email-message.ts'

/** What the transport knows about a mail beside its bytes. */
export interface MailEnvelope {
  /** MAIL FROM; the empty string is the null return path of bounces. Default: not known. */
  readonly from?: string | undefined
  /** RCPT TO; several make several events. Default: not known. */
  readonly to?: string | readonly string[] | undefined
  /** Milliseconds since the epoch. Default: now. */
  readonly receivedAtMs?: number | undefined
  /** What the receiving side found out about the sender. Default: nobody checked. */
  readonly auth?: AuthVerdicts | undefined
}

/** The content type of a raw mail. */
export const mailType: string = 'message/rfc822'

/** The empty sender is the null return path, and kept; a sender that is no address is kept as it is. */
export function senderOf({ from }: MailEnvelope): string | null {
  if (from === undefined) return null
  const bare = from.toWellFormed().trim()
  return bare === '' || bare === '<>' ? '' : (toAddress(bare) ?? bare)
}

/** Each recipient once; `[null]` when the envelope names none. */
export function recipientsOf({ to = [] }: MailEnvelope): readonly (string | null)[] {
  const all = (typeof to === 'string' ? [to] : to)
    .map((each) => each.toWellFormed())
    .map((each) => toAddress(each) ?? each.trim())
  const named = new Set(all.filter((each) => each !== ''))
  return named.size === 0 ? [null] : [...named]
}
