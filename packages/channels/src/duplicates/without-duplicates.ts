import { silentLogger, toError, type Logger } from '@headwater/base'
import type { PublishedEvent, WebhookChannel, WebhookEvent } from '../webhook/webhook-channel.ts'
import type { DuplicateStore } from './duplicate-store.ts'

/** Who hears of duplicates. */
export interface WithoutDuplicatesOptions<Event extends WebhookEvent = WebhookEvent> {
  /** An event was not sent, since it was sent before, or is just being sent for another request. Default: nobody hears. */
  readonly onDuplicate?: ((event: Event) => void) | undefined
  /** Hears what `onDuplicate` throws; the request goes on. Default: silent. */
  readonly logger?: Logger | undefined
}

/**
 * The channel, sending each message once as far as the store remembers: a message that was published before is
 * answered with what it was answered then, and two requests with it at the same time share one publish. A publish that
 * fails is remembered by nobody, so the provider's next attempt goes through.
 *
 * What stays possible: a crash between the acknowledgement and `remember`, and a store that forgot. Ids are the same
 * every time, so consumers can drop what comes twice (`oncePerMessage`). A store that fails fails the publish: the
 * provider sends it again.
 */
export function withoutDuplicates<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  store: DuplicateStore<PublishedEvent>,
  { onDuplicate, logger = silentLogger }: WithoutDuplicatesOptions<Event> = {},
): WebhookChannel<Event> {
  const running = new Map<string, Promise<PublishedEvent>>()
  /** The last look into a store that takes its time: events are handed on in the order in which they came. */
  let looking: Promise<unknown> | undefined

  function isDuplicate(event: Event, published: PublishedEvent): PublishedEvent {
    try {
      onDuplicate?.(event)
    } catch (thrown) {
      logger.error({ err: toError(thrown) }, 'onDuplicate threw: the event is answered nevertheless')
    }
    return published
  }

  async function lookUp(messageId: string): Promise<PublishedEvent | undefined> {
    const found = store.find(messageId)
    if (!(found instanceof Promise) && looking === undefined) return found
    const before = looking
    const look = Promise.allSettled([before, found])
    looking = look
    await look
    if (looking === look) looking = undefined
    return await found
  }

  async function publish(
    event: Event,
    options: Parameters<WebhookChannel<Event>['publish']>[1],
  ): Promise<PublishedEvent> {
    const known = await lookUp(event.messageId)
    if (known !== undefined) return isDuplicate(event, known)
    const published = await channel.publish(event, options)
    await store.remember(event.messageId, published)
    return published
  }

  // Not a copy: a channel may be an instance of a class, whose functions need their own `this`.
  return {
    name: channel.name,
    rules: channel.rules,
    ...(channel.handshake === undefined ? {} : { handshake: (request) => channel.handshake!(request) }),
    ...(channel.answer === undefined ? {} : { answer: (...args) => channel.answer!(...args) }),
    verify: (...args) => channel.verify(...args),
    normalise: (...args) => channel.normalise(...args),
    key: (event) => channel.key(event),
    publish(event, options) {
      const { messageId } = event
      const before = running.get(messageId)
      if (before !== undefined) return before.then((published) => isDuplicate(event, published))
      const publishing = publish(event, options).finally(() => running.delete(messageId))
      running.set(messageId, publishing)
      return publishing
    },
  }
}
