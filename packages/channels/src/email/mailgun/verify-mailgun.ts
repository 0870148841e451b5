import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Verification } from '../../webhook/webhook-channel.ts'
import type { Form } from '../../form/form-part.ts'
import { isInWindow } from '../timestamp-window.ts'

/** What Mailgun's signature is checked against. */
interface MailgunCheck {
  /** The account's HTTP webhook signing keys: the present one, and the one before while it is being changed. */
  readonly signingKeys: readonly string[]
  readonly maxAgeMs: number
  readonly nowMs: number
}

/** A signature that holds, with the token that may be used once. */
type MailgunVerification =
  | Extract<Verification, { ok: false }>
  | { readonly ok: true; readonly token: string }

/**
 * Checks the fields `timestamp`, `token` and `signature`: hex HMAC-SHA256 of the first two. The signature says nothing
 * of the mail itself, so whoever saw one could send any mail under it: a token must not be taken twice.
 */
export function verifyMailgun(
  form: Form,
  { signingKeys, maxAgeMs, nowMs }: MailgunCheck,
): MailgunVerification {
  const timestamp = form.text('timestamp') ?? ''
  const token = form.text('token') ?? ''
  const signature = form.text('signature') ?? ''
  if (token === '' || token.length > 200) return { ok: false, reason: 'no token' }
  if (!/^[0-9a-f]{64}$/i.test(signature)) return { ok: false, reason: 'no signature' }
  const given = Buffer.from(signature, 'hex')
  const holds = signingKeys.some((key) =>
    timingSafeEqual(createHmac('sha256', key).update(timestamp).update(token).digest(), given),
  )
  if (!holds) return { ok: false, reason: 'the signature is of another key' }
  if (!isInWindow(timestamp, nowMs, maxAgeMs))
    return { ok: false, reason: 'the timestamp is out of the window' }
  return { ok: true, token }
}
