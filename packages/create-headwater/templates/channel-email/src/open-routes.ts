import { basicAuth, fileClaimChecks, rawEmailChannel, webhookHandler } from '@headwater/channels'
import type { RouteParts, Routes } from './routes.ts'
import { takeOrders } from './take-orders.ts'

/** The paths of this service; `/emails` takes mails as they are (RFC 5322), one a request. */
export function openRoutes({ config, producer, codec, publisher }: RouteParts): Routes {
  const { intake, channels, topics, service } = config
  const { emailApiKeys } = channels
  if (emailApiKeys === undefined)
    throw new Error('EMAIL_API_KEYS is not set: name the keys of those who may post mails')
  const mayPost = basicAuth(emailApiKeys.map((password) => ({ username: 'mail', password })))
  const emails = rawEmailChannel({
    producer,
    codec,
    verify: (_raw, headers) => mayPost(headers),
    // The raw mail is kept before its event is sent: parsing loses, so the bytes are the truth.
    claimCheck: fileClaimChecks(intake.claimCheckDir ?? 'claim-checks'),
    topic: topics.rawMessages,
    deadLetterTopic: topics.deadLetters,
    producerId: service.name,
    // All attachments are kept beside the log, and events stay small.
    attachmentThresholdBytes: 0,
  })
  const { ackTimeoutMs } = intake
  return {
    routes: new Map([
      ['/orders', takeOrders(publisher, ackTimeoutMs)],
      ['/emails', webhookHandler(emails, { ackTimeoutMs })],
    ]),
    close: () => emails.close(),
  }
}
