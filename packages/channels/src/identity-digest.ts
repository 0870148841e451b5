import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

/**
 * A message's id from what makes it the message it is: SHA-256 in hex over fields with their lengths before them, so
 * that no two lists of fields give the same bytes. The first field should name channel and version of the rule.
 */
export function identityDigest(fields: readonly (string | Uint8Array | null)[]): string {
  const sum = createHash('sha256')
  for (const field of fields) {
    const bytes = typeof field === 'string' ? Buffer.from(field) : field
    const length = Buffer.alloc(8)
    length.writeBigInt64BE(bytes === null ? -1n : BigInt(bytes.byteLength))
    sum.update(length)
    if (bytes !== null) sum.update(bytes)
  }
  return sum.digest('hex')
}
