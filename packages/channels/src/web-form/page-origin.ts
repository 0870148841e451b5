import type { WebhookAnswer } from '../webhook/webhook-answer.ts'
import { headerOf, type WebhookHeaders } from '../webhook/webhook-request.ts'

/** The origin of the page that sends a request: `Origin`, else that of `Referer`; `null` where the browser hides it. */
export function pageOrigin(headers: WebhookHeaders): string | null {
  const origin = headerOf(headers, 'origin')
  if (origin !== undefined && origin !== 'null') return origin.slice(0, 300)
  const referer = headerOf(headers, 'referer')
  const parsed = referer === undefined ? null : URL.parse(referer)
  return parsed === null || parsed.origin === 'null' ? null : parsed.origin.slice(0, 300)
}

/** Whether a page may submit. */
export function isAllowedOrigin(headers: WebhookHeaders, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined) return true
  const origin = pageOrigin(headers)
  return origin !== null && allowed.includes(origin)
}

/** What browsers must hear before a page of another origin may read the answer (Fetch §3.3, CORS). */
export function withCors(
  answer: WebhookAnswer,
  headers: WebhookHeaders,
  allowed: readonly string[] | undefined,
): WebhookAnswer {
  const origin = headerOf(headers, 'origin')
  if (allowed === undefined || origin === undefined || !allowed.includes(origin)) return answer
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'access-control-allow-origin': origin,
      // Fetch §3.3.6: a script sees no other field of ours than content-type, unless it is named.
      'access-control-expose-headers': 'retry-after',
      vary: 'Origin',
    },
  }
}

/** The answer to a browser's question whether it may submit. */
export function answerPreflight(
  headers: WebhookHeaders,
  allowed: readonly string[] | undefined,
): WebhookAnswer {
  const fields = {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, idempotency-key',
    'access-control-max-age': '600',
  }
  const isAsked = allowed !== undefined && isAllowedOrigin(headers, allowed)
  return withCors({ status: 204, headers: isAsked ? fields : {}, body: '' }, headers, allowed)
}
