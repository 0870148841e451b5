import { Buffer } from 'node:buffer'
import { createPublicKey, createVerify, type KeyObject } from 'node:crypto'
import { toError } from '@headwater/base'
import { ChannelError } from '../../channel-error.ts'
import type { Verification } from '../../webhook/webhook-channel.ts'
import { headerOf, type WebhookHeaders } from '../../webhook/webhook-request.ts'
import { isInWindow } from '../timestamp-window.ts'

/** The same two that SendGrid's event webhook has. */
const signatureHeader = 'x-twilio-email-event-webhook-signature'
const timestampHeader = 'x-twilio-email-event-webhook-timestamp'

/** What SendGrid's signature is checked against. */
interface SendGridCheck {
  readonly publicKeys: readonly KeyObject[]
  readonly maxAgeMs: number
  readonly nowMs: number
}

/**
 * Keys as SendGrid's security policy shows them: base64 of a SubjectPublicKeyInfo on the curve P-256; PEM is taken too.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`
 */
export function toSendGridKeys(publicKeys: readonly string[]): readonly KeyObject[] {
  if (publicKeys.length === 0) throw new ChannelError('INVALID_CHANNEL_OPTION', 'publicKeys is empty')
  return publicKeys.map((text) => {
    try {
      const key = text.includes('-----')
        ? createPublicKey(text)
        : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
      if (key.asymmetricKeyType === 'ec') return key
    } catch (thrown) {
      const message = 'a key of publicKeys cannot be read: give the base64 that SendGrid shows'
      throw new ChannelError('INVALID_CHANNEL_OPTION', message, { cause: toError(thrown) })
    }
    throw new ChannelError('INVALID_CHANNEL_OPTION', 'a key of publicKeys is on no elliptic curve')
  })
}

/** Checks the ECDSA signature (SHA-256, DER) over the timestamp and the raw body. */
export function verifySendGrid(
  raw: Uint8Array,
  headers: WebhookHeaders,
  { publicKeys, maxAgeMs, nowMs }: SendGridCheck,
): Verification {
  const timestamp = headerOf(headers, timestampHeader)
  const signature = headerOf(headers, signatureHeader)
  if (timestamp === undefined || signature === undefined) return { ok: false, reason: 'no signature' }
  const der = Buffer.from(signature, 'base64')
  // A signature that is no DER is a false one, not an exception.
  if (!publicKeys.some((key) => createVerify('sha256').update(timestamp).update(raw).verify(key, der))) {
    return { ok: false, reason: 'the signature is of another key, or of another body' }
  }
  return isInWindow(timestamp, nowMs, maxAgeMs)
    ? { ok: true }
    : { ok: false, reason: 'the timestamp is out of the window' }
}
