import type { WebhookAnswer } from './webhook-answer.ts'
import type { WebhookOutcome, WebhookRules } from './webhook-channel.ts'
import { errorAnswer } from './webhook-failure.ts'
import { headerOf, type WebhookHead } from './webhook-request.ts'

/** A request that is not taken, and why. */
export interface RefusedWebhook {
  readonly outcome: WebhookOutcome
  readonly answer: WebhookAnswer
}

/**
 * What can be refused before a byte of the body is read: it costs the sender no transfer, and us no memory.
 * `undefined`: read on.
 */
export function refuseHead(rules: WebhookRules, head: WebhookHead): RefusedWebhook | undefined {
  const { methods, contentTypes, maxBodyBytes } = rules
  if (!methods.includes(head.method)) {
    const answer = errorAnswer(405, 'METHOD_NOT_ALLOWED', `this address takes ${methods.join(' and ')}`)
    return {
      outcome: 'invalid',
      answer: { ...answer, headers: { ...answer.headers, allow: methods.join(', ') } },
    }
  }
  if (bodiless.has(head.method)) return undefined
  // A body that is packed could be a thousand times its size; no provider packs its webhooks.
  const encoding = headerOf(head.headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
  const type = mediaType(headerOf(head.headers, 'content-type'))
  if (encoding !== 'identity' || !(contentTypes.includes('*/*') || contentTypes.includes(type))) {
    const message = `this address takes ${contentTypes.join(' and ')}, without content-encoding`
    return { outcome: 'invalid', answer: errorAnswer(415, 'UNSUPPORTED_MEDIA_TYPE', message) }
  }
  const announced = Number(headerOf(head.headers, 'content-length') ?? 0)
  return announced > maxBodyBytes ? refuseSize(maxBodyBytes) : undefined
}

/** A body above the limit. */
export function refuseSize(maxBodyBytes: number): RefusedWebhook {
  const message = `the body is larger than ${maxBodyBytes} bytes`
  return { outcome: 'too-large', answer: errorAnswer(413, 'WEBHOOK_TOO_LARGE', message) }
}

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

function mediaType(contentType = ''): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
}
