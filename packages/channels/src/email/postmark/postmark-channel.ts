import { basicAuth, type Credentials } from '../basic-auth.ts'
import type { EmailChannelOptions } from '../email-channel-options.ts'
import { createMailWebhook, type MailWebhook } from '../mail-webhook.ts'
import { plainAddress } from '../../plain-address.ts'
import { readPostmark } from './read-postmark.ts'

/** What a Postmark channel is made of. */
export interface PostmarkChannelOptions extends EmailChannelOptions {
  /** Of the webhook's address, `https://user:password@host/`; several while they are being changed. */
  readonly credentials: readonly Credentials[]
  /** IP addresses that may call, as Postmark lists them; needs a server that sees the caller's own. Default: any. */
  readonly allowedAddresses?: readonly string[] | undefined
  /** Bytes of the largest request: 35 MiB of mail, in base64. @defaultValue 52428800 */
  readonly maxBodyBytes?: number | undefined
}

/**
 * Mails from Postmark's inbound webhook, which is not signed: basic authentication is all there is. Set the server to
 * include the raw mail. It answers 403 to what can never be taken, after which Postmark does not repeat it.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function postmarkChannel(options: PostmarkChannelOptions): MailWebhook {
  const { allowedAddresses, maxBodyBytes = 52_428_800 } = options
  const check = basicAuth(options.credentials)
  return createMailWebhook(options, {
    name: 'postmark',
    rules: { methods: ['POST'], contentTypes: ['application/json'], maxBodyBytes },
    verify(_raw, headers, { remoteAddress }) {
      if (allowedAddresses !== undefined && !allowedAddresses.includes(plainAddress(remoteAddress ?? ''))) {
        return { ok: false, reason: 'the address is not on the list' }
      }
      return check(headers)
    },
    read: (raw) => [readPostmark(raw)],
    // Any other failure is repeated ten times; 401 too, for a wrong password may be ours.
    answer: (standard) =>
      standard.status === 400 || standard.status === 413 ? { ...standard, status: 403 } : standard,
  })
}
