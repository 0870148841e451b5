import { webFormChannel, webhookHandler } from '@headwater/channels'
import type { RouteParts, Routes } from './routes.ts'
import { takeOrders } from './take-orders.ts'

/** The paths of this service; `/forms/contact` takes a form as browsers send it, and JSON. */
export function openRoutes({ config, producer, codec, publisher }: RouteParts): Routes {
  const { intake, channels, topics, service } = config
  const contact = webFormChannel({
    producer,
    codec,
    formType: 'contact',
    topic: topics.rawMessages,
    producerId: service.name,
    allowedOrigins: channels.formOrigins,
    thanksUrl: channels.formThanksUrl,
    // People do not see this field; what fills it in is marked in the event, and never dropped.
    honeypotField: channels.formHoneypotField ?? 'website',
    tokenSecret: channels.formTokenSecret,
    rateLimit: { perMinute: channels.formRatePerMinute },
  })
  const { ackTimeoutMs } = intake
  return {
    routes: new Map([
      ['/orders', takeOrders(publisher, ackTimeoutMs)],
      ['/forms/contact', webhookHandler(contact, { ackTimeoutMs })],
    ]),
    close: () => Promise.resolve(),
  }
}
