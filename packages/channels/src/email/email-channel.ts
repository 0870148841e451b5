import { isHeadwaterError, silentLogger, systemClock, toError } from '@headwater/base'
import { createPublisher, defineEvents } from '@headwater/events'
import { ChannelError } from '../channel-error.ts'
import type { ClaimCheckRef } from '../claim-check/claim-check-store.ts'
import { createEmailBurial } from './email-burial.ts'
import {
  resolveEmailChannelOptions,
  type EmailChannelOptions,
  type MailPublishOptions,
  type MailResult,
} from './email-channel-options.ts'
import { emailKey } from './email-key.ts'
import type { EmailEvent, EmailMessage } from './email-message.ts'
import { sortAttachments, toEmailPayload } from './email-payload.ts'
import { mailType, recipientsOf, senderOf, type MailEnvelope } from './mail-envelope.ts'
import { emailMessageId } from './message-identity.ts'
import { parseEmail, type ParsedEmail, type UnreadableEmail } from './parse-email.ts'

/** A mail as events, or as what it is instead. */
export type NormalisedMail =
  | { readonly kind: 'events'; readonly events: readonly EmailEvent[] }
  | UnreadableEmail

/** Takes raw mails in. */
export interface EmailChannel {
  /**
   * Keeps the raw mail and its large attachments, and makes one event a recipient. Sends nothing.
   *
   * @throws ChannelError `MAIL_TOO_LARGE` or `CLAIM_CHECK_FAILED` (as a rejection)
   */
  normalise(raw: Uint8Array, envelope?: MailEnvelope): Promise<NormalisedMail>
  /**
   * Takes one mail in: its events are in the log when it resolves, or the mail is in the dead-letter topic.
   *
   * @throws ChannelError, the producer's `DeliveryError` or the codec's error (as a rejection). The mail is then not
   *   safe: do not acknowledge it, and have it delivered again; ids stay the same.
   */
  publish(raw: Uint8Array, envelope?: MailEnvelope, options?: MailPublishOptions): Promise<MailResult>
}

/**
 * Makes an email channel. No I/O; it needs no closing, its producer does.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function emailChannel(options: EmailChannelOptions): EmailChannel {
  const settings = resolveEmailChannelOptions(options)
  const { producer, codec, claimCheck, context, keyHmacSecret } = options
  const { clock = systemClock, logger = silentLogger } = options
  const { source, producerId, topic } = settings
  const publisher = createPublisher({
    producer,
    codec,
    source,
    producerId,
    clock,
    context,
    logger,
    events: defineEvents({
      'ingestion.email_received': {
        topic,
        key: ({ payload }: EmailMessage) => emailKey(payload, keyHmacSecret),
        version: '1',
      },
    }),
  })

  async function keep(bytes: Uint8Array, contentType: string): Promise<ClaimCheckRef> {
    try {
      return await claimCheck.put(bytes, { contentType })
    } catch (thrown) {
      const cause = toError(thrown)
      throw new ChannelError(
        'CLAIM_CHECK_FAILED',
        `${bytes.byteLength} bytes could not be kept: ${cause.message}; have the mail delivered again`,
        { cause, retriable: true },
      )
    }
  }

  const bury = createEmailBurial({ producer, context, logger, clock, keep, settings })

  async function toEvents(
    mail: ParsedEmail,
    raw: Uint8Array,
    envelope: MailEnvelope,
  ): Promise<readonly EmailEvent[]> {
    const rawRef = await keep(raw, mailType)
    const attachments = sortAttachments(mail, settings)
    const refs = new Map<string, ClaimCheckRef>()
    for (const { part, sha256, inline } of attachments) {
      // One after the other: a mail with a hundred large attachments must not open a hundred files.
      if (!inline && !refs.has(sha256)) refs.set(sha256, await keep(part.bytes, part.contentType))
    }
    const envelopeFrom = senderOf(envelope)
    const receivedAtMs = envelope.receivedAtMs ?? clock.now()
    const auth = envelope.auth ?? null
    const shared = toEmailPayload(
      mail,
      { envelopeFrom, receivedAtMs, auth },
      { raw: rawRef, attachments, refs },
      settings,
    )
    const sender = mail.from?.address ?? envelopeFrom
    const key = emailKey(shared, keyHmacSecret)
    return recipientsOf(envelope).map((recipient): EmailEvent => {
      const identity = { providerId: mail.messageId, sender, recipient, body: mail.body, raw }
      const payload = { ...shared, envelope_to: recipient }
      return {
        messageId: emailMessageId(identity),
        key,
        receivedAtMs,
        message: { channel: 'email', message_type: 'email_received', payload },
      }
    })
  }

  async function normalise(raw: Uint8Array, envelope: MailEnvelope = {}): Promise<NormalisedMail> {
    if (raw.byteLength > settings.maxBytes) {
      const message = `the mail has ${raw.byteLength} bytes, maxBytes is ${settings.maxBytes}: refuse it`
      throw new ChannelError('MAIL_TOO_LARGE', message)
    }
    const mail = await parseEmail(raw, settings)
    if (mail.kind === 'unreadable') return mail
    return { kind: 'events', events: await toEvents(mail, raw, envelope) }
  }

  async function publishEvents(
    events: readonly EmailEvent[],
    publishOptions: MailPublishOptions,
  ): Promise<MailResult> {
    // Started together, in order; awaited to the last, so that no failure is left without somebody who hears it.
    const ends = await Promise.allSettled(
      events.map(async ({ message, messageId, receivedAtMs }) => ({
        messageId,
        recipient: message.payload.envelope_to,
        receipt: await publisher.publish('ingestion.email_received', message, {
          ...publishOptions,
          messageId,
          time: receivedAtMs,
        }),
      })),
    )
    const errors = ends.flatMap((each) => (each.status === 'rejected' ? [toError(each.reason)] : []))
    if (errors[0] !== undefined) throw ends.length === 1 ? errors[0] : partlyPublished(errors, ends.length)
    const messages = ends.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    return { kind: 'published', messages }
  }

  return {
    normalise,
    async publish(raw, envelope = {}, publishOptions = {}) {
      const mail = await normalise(raw, envelope)
      return mail.kind === 'unreadable'
        ? await bury({ raw, envelope, unreadable: mail, publishOptions })
        : await publishEvents(mail.events, publishOptions)
    },
  }
}

function partlyPublished(errors: readonly Error[], total: number): ChannelError {
  const message = `${errors.length} of ${total} events were not delivered: have the mail delivered again`
  const cause = new AggregateError(errors, message)
  const retriable = errors.every((each) => isHeadwaterError(each) && each.retriable)
  return new ChannelError('PARTLY_PUBLISHED', message, { cause, retriable })
}
