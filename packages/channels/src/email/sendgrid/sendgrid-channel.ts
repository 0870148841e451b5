import { systemClock } from '@headwater/base'
import type { Verification } from '../../webhook/webhook-channel.ts'
import { headerOf, type WebhookRequest } from '../../webhook/webhook-request.ts'
import type { EmailChannelOptions } from '../email-channel-options.ts'
import { createMailWebhook, type MailWebhook } from '../mail-webhook.ts'
import { createFormReader } from '../../form/read-form.ts'
import { readSendGrid } from './read-sendgrid.ts'
import { toSendGridKeys, verifySendGrid } from './verify-sendgrid.ts'

/** What a SendGrid channel is made of. */
export interface SendGridChannelOptions extends EmailChannelOptions {
  /** The public key of the Parse webhook's security policy, as SendGrid shows it; several while it is being changed. */
  readonly publicKeys: readonly string[]
  /**
   * Milliseconds for which a signature holds. SendGrid repeats for 3 days and does not say whether it signs anew; a
   * repeated request is the same mail in any case, for the signature covers all of it.
   *
   * @defaultValue 262800000
   */
  readonly maxAgeMs?: number | undefined
  /** Bytes of the largest request. @defaultValue 33554432 */
  readonly maxBodyBytes?: number | undefined
  /** Fields and files of one request. @defaultValue 1000 */
  readonly maxParts?: number | undefined
}

/**
 * Mails from SendGrid's Inbound Parse: with "send raw" whole mails, which is better. The webhook needs a security policy
 * with a signature; OAuth is not checked here, and can be beside it. SendGrid repeats whatever is not answered 2xx.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function sendGridChannel(options: SendGridChannelOptions): MailWebhook {
  const { maxAgeMs = 262_800_000, maxParts = 1000, maxBodyBytes = 33_554_432, clock = systemClock } = options
  const publicKeys = toSendGridKeys(options.publicKeys)
  const limits = { maxParts, maxFieldBytes: maxBodyBytes, maxFileBytes: maxBodyBytes }
  const readForm = createFormReader(limits)
  return createMailWebhook(options, {
    name: 'sendgrid',
    rules: { methods: ['POST'], contentTypes: ['multipart/form-data'], maxBodyBytes },
    verify: (raw, headers): Verification =>
      verifySendGrid(raw, headers, { publicKeys, maxAgeMs, nowMs: clock.now() }),
    async read(raw, headers, _request: WebhookRequest) {
      const form = await readForm(raw, headers)
      return [readSendGrid(form, raw, headerOf(headers, 'content-type') ?? '')]
    },
  })
}
