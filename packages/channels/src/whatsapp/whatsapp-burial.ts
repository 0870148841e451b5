import { Buffer } from 'node:buffer'
import { toError, type Clock, type Logger } from '@headwater/base'
import { createPublisher, defineEvents, type EventContext, type ProducerPort } from '@headwater/events'
import type { Receipt } from '@headwater/producer'
import { deadLetterHeaders } from '../dead-letter.ts'
import type { EventPublishOptions } from '../webhook/webhook-channel.ts'
import type { WhatsAppChannelSettings } from './whatsapp-channel-options.ts'

/** What burying needs of its channel. */
interface BurialParts {
  readonly producer: ProducerPort
  readonly context: (() => EventContext | undefined) | undefined
  readonly logger: Logger
  readonly clock: Clock
  readonly settings: WhatsAppChannelSettings
}

/** A part of a webhook that is no event, and why. */
interface Remains {
  readonly messageId: string
  readonly original: string
  readonly code: 'WHATSAPP_MALFORMED' | 'WHATSAPP_NOT_ENCODED'
  readonly message: string
  readonly cause?: unknown
  readonly originalTopic: string
}

/** Makes the function that puts parts of webhooks into the dead-letter topic, character by character. */
export function createWhatsAppBurial({
  producer,
  context,
  logger,
  clock,
  settings,
}: BurialParts): (remains: Remains, options: EventPublishOptions) => Promise<Receipt> {
  const { source, producerId, deadLetterTopic } = settings
  const publisher = createPublisher({
    producer,
    codec: { contentType: 'application/json', encode: (_topic, value) => Buffer.from(value as string) },
    source,
    producerId,
    clock,
    context,
    logger,
    events: defineEvents({
      'ingestion.unreadable': { topic: deadLetterTopic, key: (_original: string) => null, version: '1' },
    }),
  })
  return async ({ messageId, original, code, message, cause, originalTopic }, options) => {
    const reason = {
      originalTopic,
      errorCode: code,
      errorMessage: message,
      cause: cause === undefined ? undefined : toError(cause),
      failedAtMs: clock.now(),
      service: producerId,
      messageId,
    }
    const receipt = await publisher.publish('ingestion.unreadable', original, {
      ...options,
      headers: [...(options.headers ?? []), ...deadLetterHeaders(reason)],
      messageId,
    })
    logger.warn(
      {
        channel: 'whatsapp',
        code,
        characters: original.length,
        message_id: messageId,
        topic: deadLetterTopic,
      },
      'part of a webhook dead-lettered',
    )
    return receipt
  }
}
