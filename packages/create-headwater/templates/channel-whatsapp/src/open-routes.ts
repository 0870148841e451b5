import { webhookHandler, whatsAppChannel } from '@headwater/channels'
import type { RouteParts, Routes } from './routes.ts'
import { takeOrders } from './take-orders.ts'

/** The paths of this service; `/whatsapp` is the callback URL for the webhooks of a WhatsApp Business app. */
export function openRoutes({ config, producer, codec, publisher }: RouteParts): Routes {
  const { intake, channels, topics, service } = config
  const { whatsAppAppSecrets: appSecrets, whatsAppVerifyToken: verifyToken } = channels
  if (appSecrets === undefined || verifyToken === undefined)
    throw new Error('WHATSAPP_APP_SECRET and WHATSAPP_VERIFY_TOKEN are not set: the app at Meta has them')
  const whatsApp = whatsAppChannel({
    producer,
    codec,
    appSecrets,
    verifyToken,
    topic: topics.rawMessages,
    deadLetterTopic: topics.deadLetters,
    producerId: service.name,
  })
  const { ackTimeoutMs } = intake
  return {
    routes: new Map([
      ['/orders', takeOrders(publisher, ackTimeoutMs)],
      ['/whatsapp', webhookHandler(whatsApp, { ackTimeoutMs })],
    ]),
    close: () => Promise.resolve(),
  }
}
