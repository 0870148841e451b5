import { createHmac } from 'node:crypto'

/**
 * A record key as it is, or unreadable to whoever lists records.
 *
 * @param hmacSecret - makes it hex HMAC-SHA256 under this secret
 */
export function recordKey(plain: string, hmacSecret?: string | Uint8Array): string {
  return hmacSecret === undefined ? plain : createHmac('sha256', hmacSecret).update(plain).digest('hex')
}
