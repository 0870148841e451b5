import type { WebhookChannel } from '../../webhook/webhook-channel.ts'
import type { EmailChannelOptions } from '../email-channel-options.ts'
import { mailType } from '../mail-envelope.ts'
import { createMailWebhook, type MailEvent, type MailWebhook } from '../mail-webhook.ts'
import { requestEnvelope } from './request-envelope.ts'

/** What a channel for raw mails is made of. */
export interface RawEmailChannelOptions extends EmailChannelOptions {
  /** Whether a request may come in: the mail itself proves nothing. `basicAuth` makes one. */
  readonly verify: WebhookChannel<MailEvent>['verify']
}

/**
 * Mails as they are (RFC 5322), one a request: what a mail server's pipe, an LMTP bridge or a program of your own
 * posts. Sender and recipients are in the headers `x-envelope-from` and `x-envelope-to`, or in the query as `from` and
 * `to`.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function rawEmailChannel(options: RawEmailChannelOptions): MailWebhook {
  const maxBodyBytes = options.maxBytes ?? 26_214_400
  return createMailWebhook(options, {
    name: 'email',
    rules: { methods: ['POST'], contentTypes: [mailType, 'application/octet-stream'], maxBodyBytes },
    verify: options.verify,
    read: (raw, _headers, request) => [{ kind: 'raw', raw, envelope: requestEnvelope(request) }],
  })
}
