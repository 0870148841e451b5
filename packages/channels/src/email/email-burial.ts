import { Buffer } from 'node:buffer'
import { isHeadwaterError, toError, type Clock, type Logger } from '@headwater/base'
import { createPublisher, defineEvents, type EventContext, type ProducerPort } from '@headwater/events'
import type { Header, Receipt } from '@headwater/producer'
import { ChannelError } from '../channel-error.ts'
import type { ClaimCheckRef } from '../claim-check/claim-check-store.ts'
import { deadLetterHeaders, type DeadLetter } from '../dead-letter.ts'
import type { EmailChannelSettings, MailPublishOptions } from './email-channel-options.ts'
import { recipientsOf, senderOf, type MailEnvelope } from './mail-envelope.ts'
import { emailMessageId } from './message-identity.ts'
import type { UnreadableEmail } from './parse-email.ts'

/** What burying needs of its channel. */
interface BurialParts {
  readonly producer: ProducerPort
  readonly context: (() => EventContext | undefined) | undefined
  readonly logger: Logger
  readonly clock: Clock
  readonly keep: (bytes: Uint8Array, contentType: string) => Promise<ClaimCheckRef>
  readonly settings: EmailChannelSettings
}

/** A mail that nobody can read, as it was delivered. */
export interface UnreadableMailEvent {
  readonly type: 'ingestion.unreadable'
  /** The same for the same bytes to the same recipients. */
  readonly messageId: string
  readonly unreadable: UnreadableEmail
  readonly raw: Uint8Array
  /** `message/rfc822`, or what a provider sent instead. */
  readonly rawType: string
  readonly envelope: MailEnvelope
}

/** Makes the event of an unreadable mail; `identity` are the bytes that stay the same when it is delivered again. */
export function toUnreadableMail(
  mail: Omit<UnreadableMailEvent, 'type' | 'messageId'>,
  identity: Uint8Array,
): UnreadableMailEvent {
  const sender = senderOf(mail.envelope)
  const recipient = recipientText(mail.envelope)
  const messageId = emailMessageId({ providerId: null, sender, recipient, body: identity, raw: identity })
  return { type: 'ingestion.unreadable', messageId, ...mail }
}

/** All recipients as one text, for there is one dead letter for all of them. */
function recipientText(envelope: MailEnvelope): string | null {
  const recipients = recipientsOf(envelope)
  return recipients[0] === null ? null : JSON.stringify(recipients)
}

/**
 * Makes the function that puts unreadable mails into the dead-letter topic, one record a mail.
 *
 * @throws ChannelError `DEAD_LETTER_FAILED` (the function, as a rejection), with both failures as cause.
 */
export function createEmailBurial(
  parts: BurialParts,
): (mail: UnreadableMailEvent, publishOptions: MailPublishOptions) => Promise<Receipt> {
  const { producer, context, logger, clock, keep, settings } = parts
  const { source, producerId, topic, deadLetterTopic } = settings
  const events = defineEvents({
    'ingestion.unreadable': { topic: deadLetterTopic, key: (_letter: DeadLetter) => null, version: '1' },
  })

  async function toDeadLetter({ raw, rawType }: UnreadableMailEvent): Promise<DeadLetter> {
    if (raw.byteLength <= settings.maxDeadLetterBytes) return { value: raw, contentType: rawType }
    const ref = await keep(raw, rawType)
    return {
      value: Buffer.from(JSON.stringify(ref)),
      contentType: 'application/vnd.headwater.claim-check+json',
    }
  }

  return async (mail, publishOptions) => {
    const { raw, envelope, unreadable, messageId } = mail
    const sender = senderOf(envelope)
    const recipient = recipientText(envelope)
    const reason = {
      originalTopic: topic,
      errorCode: `EMAIL_${unreadable.reason}`,
      errorMessage: unreadable.message,
      cause: unreadable.cause,
      failedAtMs: clock.now(),
      service: producerId,
      messageId,
    }
    const envelopeHeaders: readonly Header[] = [
      ...(sender === null ? [] : [['envelope-from', sender] as const]),
      ...(recipient === null ? [] : [['envelope-to', recipient] as const]),
    ]
    try {
      const letter = await toDeadLetter(mail)
      // The content type depends on the letter, so each has a publisher of its own; it is a closure and costs nothing.
      const codec = { contentType: letter.contentType, encode: () => letter.value }
      const publisher = createPublisher({
        producer,
        codec,
        source,
        producerId,
        clock,
        context,
        logger,
        events,
      })
      const receipt = await publisher.publish('ingestion.unreadable', letter, {
        ...publishOptions,
        headers: [...(publishOptions.headers ?? []), ...deadLetterHeaders(reason), ...envelopeHeaders],
        messageId,
        time: envelope.receivedAtMs,
      })
      logger.warn(
        {
          channel: 'email',
          code: reason.errorCode,
          bytes: raw.byteLength,
          message_id: messageId,
          topic: deadLetterTopic,
        },
        'unreadable mail dead-lettered',
      )
      return receipt
    } catch (thrown) {
      throw bothFailures(unreadable, toError(thrown))
    }
  }
}

function bothFailures(unreadable: UnreadableEmail, failure: Error): ChannelError {
  const first = new Error(`unreadable (${unreadable.reason}): ${unreadable.message}`, {
    cause: unreadable.cause,
  })
  const message = `the mail is unreadable and could not be dead-lettered either: ${failure.message}`
  const retriable = isHeadwaterError(failure) && failure.retriable
  return new ChannelError('DEAD_LETTER_FAILED', message, {
    cause: new AggregateError([first, failure], message),
    retriable,
  })
}
