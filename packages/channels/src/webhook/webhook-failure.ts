import { isHeadwaterError } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { jsonAnswer, type WebhookAnswer } from './webhook-answer.ts'
import type { WebhookOutcome } from './webhook-channel.ts'
import { InvalidWebhookError } from './invalid-webhook-error.ts'

/** How a failure is told to the sender. */
interface FailedWebhook {
  readonly outcome: WebhookOutcome
  readonly answer: WebhookAnswer
}

/** What the sender can do nothing about but send something smaller. */
const tooLarge: ReadonlySet<string> = new Set(['WEBHOOK_TOO_LARGE', 'MAIL_TOO_LARGE'])

/**
 * The answer to what went wrong before or while events were published. Texts of our own errors about the body go out;
 * of all others nothing does, for they may name brokers, topics or people.
 */
export function failedWebhook(errors: readonly Error[], retryAfterSeconds: number): FailedWebhook {
  const [first] = errors
  if (first instanceof InvalidWebhookError) {
    return { outcome: 'invalid', answer: errorAnswer(400, first.code, first.message, { path: first.path }) }
  }
  if (isHeadwaterError(first) && tooLarge.has(first.code)) {
    return { outcome: 'too-large', answer: errorAnswer(413, first.code, first.message) }
  }
  if (errors.length > 0 && errors.every(mayPass)) {
    const answer = errorAnswer(503, 'UNAVAILABLE', 'not taken in yet: send it again')
    const headers = { ...answer.headers, 'retry-after': String(retryAfterSeconds) }
    return { outcome: 'unavailable', answer: { ...answer, headers } }
  }
  return { outcome: 'failed', answer: errorAnswer(500, 'INTERNAL', 'not taken in: send it again later') }
}

/** An answer that says what is wrong, by a code. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  more: { readonly path?: string } = {},
): WebhookAnswer {
  return jsonAnswer(status, { error: { code, message, ...more } })
}

/** Whether the same request may get through later without anybody changing anything. */
function mayPass(error: Error): boolean {
  if (error instanceof DeliveryError) return error.outcome !== 'rejected' || error.retriable
  return isHeadwaterError(error) && error.retriable
}
