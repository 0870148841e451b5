import { toError, type LogFields, type Logger } from '@headwater/base'
import type { Receipt } from '@headwater/producer'
import type { PublishResult } from './publisher.ts'

/** An event that is safe. */
export interface PublishedEvent {
  /** `message_id` of the record: the id given, or the one generated. */
  readonly eventId: string
  readonly receipt: Receipt
}

/** How publishing one event ended. Only `delivered` is in the log for sure; `unknown` may be. */
export type EventResult = PublishResult & {
  /** The same id again makes a second try recognisable as the same event. */
  readonly eventId: string
}

/** What a log line says about an event. No payload and no key. */
export interface LoggedEvent {
  readonly eventId: string
  readonly fields: LogFields
  readonly logger: Logger
}

/** Publishes one event and tells the log how it ended: success at level debug, everything else as an error. */
export async function publishLogged(
  publish: () => Promise<PublishResult>,
  { eventId, fields, logger }: LoggedEvent,
): Promise<EventResult> {
  const result = await settle(publish)
  const about = { event_id: eventId, ...fields, status: result.status }
  if (result.error === undefined) {
    const { topic, partition, offset, latencyMs } = result.receipt
    logger.debug({ ...about, topic, partition, offset: offset?.toString(), latencyMs }, 'event published')
  } else {
    logger.error({ ...about, err: result.error }, 'event not published')
  }
  return { ...result, eventId }
}

/** A result as the promise of one who wants a rejection. */
export function toPublished(result: EventResult): PublishedEvent {
  if (result.error !== undefined) throw result.error
  return { eventId: result.eventId, receipt: result.receipt }
}

/** What is thrown before the publisher is reached is no different from what it refuses itself. */
async function settle(publish: () => Promise<PublishResult>): Promise<PublishResult> {
  try {
    return await publish()
  } catch (thrown) {
    return { status: 'invalid', error: toError(thrown) }
  }
}
