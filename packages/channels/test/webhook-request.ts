import type { Buffer } from 'node:buffer'
import type { WebhookRequest } from '../src/index.ts'

/** A POST of a body. */
export function post(
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
  query = '',
): WebhookRequest {
  return { method: 'POST', path: '/', query: new URLSearchParams(query), headers, body }
}
