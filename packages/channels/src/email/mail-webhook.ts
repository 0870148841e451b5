import type { Verification, WebhookChannel, WebhookRules } from '../webhook/webhook-channel.ts'
import type { WebhookHeaders, WebhookRequest } from '../webhook/webhook-request.ts'
import type { UnreadableMailEvent } from './email-burial.ts'
import type { EmailChannelOptions } from './email-channel-options.ts'
import type { EmailEvent } from './email-message.ts'
import type { InboundMail } from './inbound-mail.ts'
import { createMailIntake } from './mail-intake.ts'

/** What a provider's request becomes: one event a recipient, or one dead letter. */
export type MailEvent = EmailEvent | UnreadableMailEvent

/** A way for mails to come in by HTTP. */
export interface MailWebhook extends WebhookChannel<MailEvent>, AsyncDisposable {
  /** Ends the worker that reads large mails, if one was started and is not shared; the producer is the caller's. */
  close(): Promise<void>
}

/** The part of an email webhook that differs between providers. */
interface MailProvider extends Pick<WebhookChannel<MailEvent>, 'name' | 'handshake' | 'answer'> {
  readonly rules: WebhookRules
  verify(
    raw: Uint8Array,
    headers: WebhookHeaders,
    request: WebhookRequest,
  ): Verification | Promise<Verification>
  /** The mails in a request that was verified. */
  read(
    raw: Uint8Array,
    headers: WebhookHeaders,
    request: WebhookRequest,
  ): readonly InboundMail[] | Promise<readonly InboundMail[]>
}

/** Makes a webhook channel of a provider: all that is the same for every mail, however it came. */
export function createMailWebhook(options: EmailChannelOptions, provider: MailProvider): MailWebhook {
  const intake = createMailIntake(options)
  return {
    ...provider,
    async normalise(raw, headers, request) {
      const events: MailEvent[] = []
      for (const mail of await provider.read(raw, headers, request)) {
        const read = await intake.normalise(mail)
        if ('type' in read) events.push(read)
        else events.push(...read)
      }
      return events
    },
    key: (event) => (event.type === 'ingestion.unreadable' ? null : event.key),
    async publish(event, publishOptions = {}) {
      const { messageId } = event
      return event.type === 'ingestion.unreadable'
        ? { kind: 'dead-lettered', messageId, receipt: await intake.bury(event, publishOptions) }
        : { kind: 'published', messageId, receipt: await intake.publish(event, publishOptions) }
    },
    close: async () => await intake.close(),
    [Symbol.asyncDispose]: async () => await intake.close(),
  }
}
