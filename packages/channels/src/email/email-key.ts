import { recordKey } from '../record-key.ts'
import { sha256Hex } from '../sha256-hex.ts'
import type { EmailReceived } from './email-message.ts'

/**
 * The record key: who wrote the mail, so that the mails of one sender keep their order. Mails without a From address
 * fall back to the envelope's sender, then to the Message-ID, then to the raw bytes: never to no key, which would lose
 * the order of deliveries of one and the same mail.
 *
 * @param hmacSecret - makes the key unreadable to whoever lists records: hex HMAC-SHA256 instead of the address.
 */
export function emailKey(
  mail: Pick<EmailReceived, 'from_email' | 'envelope_from' | 'message_id_header' | 'raw_sha256'>,
  hmacSecret?: string | Uint8Array,
): string {
  return recordKey(mail.from_email ?? (mail.envelope_from || null) ?? fallback(mail), hmacSecret)
}

function fallback(mail: Pick<EmailReceived, 'message_id_header' | 'raw_sha256'>): string {
  return mail.message_id_header === null
    ? `raw:${mail.raw_sha256}`
    : `message-id:${sha256Hex(mail.message_id_header)}`
}
