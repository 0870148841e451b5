import { Buffer } from 'node:buffer'
import { isHeadwaterError, silentLogger, systemClock, toError } from '@headwater/base'
import { createPublisher, defineEvents, limitRepeats, schemaCodec } from '@headwater/events'
import type { ClaimCheckRef } from '../claim-check/claim-check-store.ts'
import { keepBytes } from '../claim-check/keep-bytes.ts'
import type { WebhookChannel } from '../webhook/webhook-channel.ts'
import { readWebhook } from './read-webhook.ts'
import { createWhatsAppBurial } from './whatsapp-burial.ts'
import { resolveWhatsAppChannelOptions, type WhatsAppChannelOptions } from './whatsapp-channel-options.ts'
import { whatsAppKey } from './whatsapp-key.ts'
import type { WhatsAppEvent, WhatsAppMessage } from './whatsapp-message.ts'
import { answerVerification, verifyWhatsAppSignature } from './whatsapp-signature.ts'

/** Takes the webhooks of WhatsApp's Cloud API in. */
export type WhatsAppChannel = WebhookChannel<WhatsAppEvent>

/** Meta sends a webhook again for so long: until then the time of a message is the time of its record. */
const retryWindowMs = 7 * 24 * 3_600_000

/**
 * Makes a WhatsApp channel. No I/O; it needs no closing, its producer does.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function whatsAppChannel(options: WhatsAppChannelOptions): WhatsAppChannel {
  const settings = resolveWhatsAppChannelOptions(options)
  const { producer, codec, claimCheck, context, keyHmacSecret, verifyToken } = options
  const { clock = systemClock } = options
  const logger = limitRepeats(options.logger ?? silentLogger, { clock })
  const { source, producerId, topic, statusTopic } = settings
  // A copy: whoever changes the list later must not open the door without noticing.
  const appSecrets = [...options.appSecrets]
  const define = (type: WhatsAppEvent['type'], itsTopic: string) => ({
    topic: itsTopic,
    key: (message: WhatsAppMessage) => whatsAppKey(message, keyHmacSecret),
    version: '1',
    codec: schemaCodec(codec, type),
  })
  const publisher = createPublisher({
    producer,
    codec,
    source,
    producerId,
    clock,
    context,
    logger,
    events: defineEvents({
      'ingestion.whatsapp_received': define('ingestion.whatsapp_received', topic),
      'ingestion.whatsapp_status': define('ingestion.whatsapp_status', statusTopic),
      'ingestion.whatsapp_notice': define('ingestion.whatsapp_notice', topic),
    }),
  })
  const bury = createWhatsAppBurial({ producer, context, logger, clock, settings })

  /** An original that is too long for a record goes where it may be long. */
  async function shorten(event: WhatsAppEvent): Promise<WhatsAppEvent> {
    if (event.type === 'ingestion.unreadable' || claimCheck === undefined) return event
    const { message } = event
    const original = Buffer.from(message.payload.original ?? '')
    if (original.byteLength <= settings.maxOriginalBytes) return event
    const ref = await keepBytes(claimCheck, original, 'application/json', 'have the webhook sent again')
    return { ...event, message: behindClaimCheck(message, ref) }
  }

  return {
    name: 'whatsapp',
    rules: {
      methods: ['POST', 'GET'],
      contentTypes: ['application/json'],
      maxBodyBytes: settings.maxBodyBytes,
    },
    handshake: ({ method, query }) => (method === 'GET' ? answerVerification(query, verifyToken) : undefined),
    verify: (raw, headers) => verifyWhatsAppSignature(raw, headers, appSecrets),
    async normalise(raw) {
      const events: WhatsAppEvent[] = []
      // One after the other: the store is not to be asked for a thousand things at once.
      for (const event of readWebhook(raw, settings, clock.now())) events.push(await shorten(event))
      return events
    },
    key: (event) =>
      event.type === 'ingestion.unreadable' ? null : whatsAppKey(event.message, keyHmacSecret),
    async publish(event, publishOptions = {}) {
      const { messageId } = event
      if (event.type === 'ingestion.unreadable') {
        const { original, path, reason } = event
        const remains = { messageId, original, originalTopic: topic, message: `${path}: ${reason}` }
        const receipt = await bury({ ...remains, code: 'WHATSAPP_MALFORMED' }, publishOptions)
        return { kind: 'dead-lettered', messageId, receipt }
      }
      const { type, message } = event
      try {
        const time = timeOf(message)
        const receipt = await publisher.publish(type, message, { ...publishOptions, messageId, time })
        return { kind: 'published', messageId, receipt }
      } catch (thrown) {
        // What does not fit its schema never will; with any other failure the sender tries again.
        if (!isHeadwaterError(thrown, 'VALUE_INVALID')) throw thrown
        const remains = {
          messageId,
          original: message.payload.original ?? JSON.stringify(message),
          originalTopic: type === 'ingestion.whatsapp_status' ? statusTopic : topic,
          message: toError(thrown).message,
          cause: thrown,
        }
        const receipt = await bury({ ...remains, code: 'WHATSAPP_NOT_ENCODED' }, publishOptions)
        return { kind: 'dead-lettered', messageId, receipt }
      }
    },
  }
}

function behindClaimCheck(message: WhatsAppMessage, ref: ClaimCheckRef): WhatsAppMessage {
  const payload = { ...message.payload, original: null, original_claim_check: ref }
  return { ...message, payload } as WhatsAppMessage
}

/** By Meta's clock while that is believable; brokers refuse records from the future, and delete those of long ago. */
function timeOf({ payload: { occurred_at: occurredAt, received_at: receivedAt } }: WhatsAppMessage): number {
  const isBelievable =
    occurredAt !== null && occurredAt <= receivedAt && occurredAt > receivedAt - retryWindowMs
  return isBelievable ? occurredAt : receivedAt
}
