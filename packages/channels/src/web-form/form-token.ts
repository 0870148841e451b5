import { Buffer } from 'node:buffer'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { systemClock, type Clock } from '@headwater/base'
import { assertHmacSecrets } from '../assert-hmac-secrets.ts'

/** What a token is made for. */
export interface FormTokenOptions {
  /** `tokenSecret` of the channel. */
  readonly secret: string | Uint8Array
  /** The form that it is for. */
  readonly formType: string
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
}

/** `<milliseconds in base 36>.<nonce>.<signature>` */
const form = /^([0-9a-z]{1,12})\.([\w-]{12})\.([\w-]{43})$/

/**
 * Makes the token for the hidden field of a page: it tells, signed, when the page was made, so that a submission shows
 * how long it took to fill in. It is no protection against somebody who reads the page first and waits.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION` for an empty secret
 */
export function createFormToken({ secret, formType, clock = systemClock }: FormTokenOptions): string {
  assertHmacSecrets({ secret })
  const head = `${clock.now().toString(36)}.${randomBytes(9).toString('base64url')}`
  return `${head}.${sign(head, secret, formType)}`
}

/** When a token was made; `undefined` for a text that is none of ours, or none for this form. */
export function readFormToken(
  token: string,
  secret: string | Uint8Array,
  formType: string,
): number | undefined {
  const parts = form.exec(token)
  if (parts === null) return undefined
  const [, madeAt = '', nonce = '', signature = ''] = parts
  const expected = Buffer.from(sign(`${madeAt}.${nonce}`, secret, formType))
  return timingSafeEqual(Buffer.from(signature), expected) ? Number.parseInt(madeAt, 36) : undefined
}

function sign(head: string, secret: string | Uint8Array, formType: string): string {
  return createHmac('sha256', secret)
    .update(`headwater.form-token.1\n${formType}\n${head}`)
    .digest('base64url')
}
