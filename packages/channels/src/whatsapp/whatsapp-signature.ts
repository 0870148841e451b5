import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { errorAnswer } from '../webhook/webhook-failure.ts'
import { textAnswer, type WebhookAnswer } from '../webhook/webhook-answer.ts'
import type { Verification } from '../webhook/webhook-channel.ts'
import { headerOf, type WebhookHeaders } from '../webhook/webhook-request.ts'
import { secretEqual } from '../secret-equal.ts'

const signatureHeader = 'x-hub-signature-256'

/**
 * Whether the bytes were signed with one of the app's secrets: `X-Hub-Signature-256: sha256=<hex>`. The signature is
 * over the bytes as they travel, where Meta escapes what is not ASCII, so it cannot be made from parsed JSON.
 */
export function verifyWhatsAppSignature(
  raw: Uint8Array,
  headers: WebhookHeaders,
  appSecrets: readonly string[],
): Verification {
  const header = headerOf(headers, signatureHeader)
  if (header === undefined) return { ok: false, reason: `no ${signatureHeader}` }
  const given = /^sha256=(?<hex>[0-9a-f]{64})$/i.exec(header)?.groups?.['hex']
  if (given === undefined) return { ok: false, reason: `${signatureHeader} is no sha256=<hex>` }
  const signature = Buffer.from(given, 'hex')
  // Every secret is tried, so that the time does not tell which one it was.
  const matches = appSecrets.filter((secret) =>
    timingSafeEqual(createHmac('sha256', secret).update(raw).digest(), signature),
  )
  return matches.length > 0
    ? { ok: true }
    : { ok: false, reason: `${signatureHeader} was made with none of the ${appSecrets.length} secrets` }
}

const longestChallenge = 1024

/** The answer to Meta's verification request: its challenge for who knows the token, 403 for all others. */
export function answerVerification(query: URLSearchParams, verifyToken: string): WebhookAnswer {
  const challenge = query.get('hub.challenge') ?? ''
  const isSubscription = query.get('hub.mode') === 'subscribe' && challenge !== ''
  const knowsToken = secretEqual(query.get('hub.verify_token') ?? '', verifyToken)
  if (isSubscription && knowsToken && challenge.length <= longestChallenge) return textAnswer(200, challenge)
  return errorAnswer(403, 'FORBIDDEN', 'not accepted')
}
