import { toError, type Logger } from '@headwater/base'
import type { WebhookResult } from './take-webhook.ts'
import type { WebhookChannel, WebhookEvent } from './webhook-channel.ts'
import type { WebhookRequest } from './webhook-request.ts'

/** The result with the answer in the channel's own words; requests that were refused unread have an empty body. */
export function wordAnswer<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  result: WebhookResult,
  request: WebhookRequest,
  logger: Logger,
): WebhookResult {
  if (channel.answer === undefined) return result
  try {
    return { ...result, answer: channel.answer(result.answer, result.outcome, request) }
  } catch (thrown) {
    // The events are where they are; an answer that cannot be made must not turn into another one.
    logger.error({ channel: channel.name, err: toError(thrown) }, 'the channel failed to word its answer')
    return result
  }
}
