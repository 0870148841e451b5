import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

/** What makes a mail the mail it is. */
interface MailIdentity {
  /** The Message-ID; `null` when it has none. */
  readonly providerId: string | null
  /** From, or the envelope's sender. */
  readonly sender: string | null
  /** The envelope's recipient. */
  readonly recipient: string | null
  /** The bytes behind the header block. */
  readonly body: Uint8Array
  /** All bytes, for a mail without Message-ID. */
  readonly raw: Uint8Array
}

/** Part of the digest: another way to make ids must not meet this one's. */
const version = 'headwater.email.1'

/**
 * The event's id: a digest, so that a mail delivered twice has one id, and nobody who chooses a Message-ID chooses the
 * id. Relays add header fields on the way, so with a Message-ID only the body counts; without, every byte does.
 */
export function emailMessageId({ providerId, sender, recipient, body, raw }: MailIdentity): string {
  return providerId === null
    ? digest([version, 'raw', recipient, raw])
    : digest([version, 'message-id', providerId, sender, recipient, body])
}

/** Lengths before the fields: no two lists of fields give the same bytes. */
function digest(fields: readonly (string | Uint8Array | null)[]): string {
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
