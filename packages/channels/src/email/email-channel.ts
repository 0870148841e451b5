import { isHeadwaterError, toError } from '@headwater/base'
import { ChannelError } from '../channel-error.ts'
import type { EmailChannelOptions, MailPublishOptions, MailResult } from './email-channel-options.ts'
import type { EmailEvent } from './email-message.ts'
import type { MailEnvelope } from './mail-envelope.ts'
import { createMailIntake } from './mail-intake.ts'
import type { UnreadableEmail } from './parse-email.ts'

/** A mail as events, or as what it is instead. */
export type NormalisedMail =
  | { readonly kind: 'events'; readonly events: readonly EmailEvent[] }
  | UnreadableEmail

/** Takes raw mails in. */
export interface EmailChannel extends AsyncDisposable {
  /**
   * Keeps the raw mail and its large attachments, and makes one event a recipient. Sends nothing.
   *
   * @throws ChannelError `MAIL_TOO_LARGE`, `CLAIM_CHECK_FAILED`, `PARSER_BUSY` or `CHANNEL_CLOSED` (as a rejection)
   */
  normalise(raw: Uint8Array, envelope?: MailEnvelope): Promise<NormalisedMail>
  /**
   * Takes one mail in: its events are in the log when it resolves, or the mail is in the dead-letter topic.
   *
   * @throws ChannelError, the producer's `DeliveryError` or the codec's error (as a rejection). The mail is then not
   *   safe: do not acknowledge it, and have it delivered again; ids stay the same.
   */
  publish(raw: Uint8Array, envelope?: MailEnvelope, options?: MailPublishOptions): Promise<MailResult>
  /** Ends the worker that reads large mails, if one was started and is not shared; the producer is the caller's. */
  close(): Promise<void>
}

/**
 * Makes an email channel. No I/O. Closing it ends its worker; one that is not closed keeps no process alive.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function emailChannel(options: EmailChannelOptions): EmailChannel {
  const intake = createMailIntake(options)

  async function publishEvents(
    events: readonly EmailEvent[],
    publishOptions: MailPublishOptions,
  ): Promise<MailResult> {
    // Started together, in order; awaited to the last, so that no failure is left without somebody who hears it.
    const ends = await Promise.allSettled(
      events.map(async (event) => ({
        messageId: event.messageId,
        recipient: event.message.payload.envelope_to,
        receipt: await intake.publish(event, publishOptions),
      })),
    )
    const errors = ends.flatMap((each) => (each.status === 'rejected' ? [toError(each.reason)] : []))
    if (errors[0] !== undefined) throw ends.length === 1 ? errors[0] : partlyPublished(errors, ends.length)
    const messages = ends.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    return { kind: 'published', messages }
  }

  return {
    async normalise(raw, envelope = {}) {
      const mail = await intake.normalise({ kind: 'raw', raw, envelope })
      return 'type' in mail ? mail.unreadable : { kind: 'events', events: mail }
    },
    async publish(raw, envelope = {}, publishOptions = {}) {
      const mail = await intake.normalise({ kind: 'raw', raw, envelope })
      if (!('type' in mail)) return await publishEvents(mail, publishOptions)
      const receipt = await intake.bury(mail, publishOptions)
      const { messageId, unreadable } = mail
      return { kind: 'dead-lettered', reason: unreadable.reason, messageId, receipt }
    },
    close: async () => await intake.close(),
    [Symbol.asyncDispose]: async () => await intake.close(),
  }
}

function partlyPublished(errors: readonly Error[], total: number): ChannelError {
  const message = `${errors.length} of ${total} events were not delivered: have the mail delivered again`
  const cause = new AggregateError(errors, message)
  const retriable = errors.every((each) => isHeadwaterError(each) && each.retriable)
  return new ChannelError('PARTLY_PUBLISHED', message, { cause, retriable })
}
