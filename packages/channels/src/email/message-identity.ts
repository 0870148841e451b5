import { identityDigest } from '../identity-digest.ts'

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
    ? identityDigest([version, 'raw', recipient, raw])
    : identityDigest([version, 'message-id', providerId, sender, recipient, body])
}
