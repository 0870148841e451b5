import { systemClock } from '@headwater/base'
import { ChannelError } from '../../channel-error.ts'
import type { WebhookAnswer } from '../../webhook/webhook-answer.ts'
import type { WebhookOutcome } from '../../webhook/webhook-channel.ts'
import { headerOf, type WebhookRequest } from '../../webhook/webhook-request.ts'
import type { EmailChannelOptions } from '../email-channel-options.ts'
import { createMailWebhook, type MailWebhook } from '../mail-webhook.ts'
import { createFormReader, formTypes } from '../../form/read-form.ts'
import { readMailgun } from './read-mailgun.ts'
import { createTokenMemory } from './token-memory.ts'
import { verifyMailgun } from './verify-mailgun.ts'

/** What a Mailgun channel is made of. */
export interface MailgunChannelOptions extends EmailChannelOptions {
  /** The account's HTTP webhook signing key; several while it is being changed. */
  readonly signingKeys: readonly string[]
  /**
   * Milliseconds for which a signature holds. Mailgun does not say whether a request that it repeats is signed anew,
   * and repeats for 8 hours; below that a mail could be refused for good after an outage.
   *
   * @defaultValue 32400000
   */
  readonly maxAgeMs?: number | undefined
  /** Tokens that are remembered, so that none is taken twice; above that the oldest is forgotten. @defaultValue 100000 */
  readonly maxTokens?: number | undefined
  /** Bytes of the largest request. @defaultValue 33554432 */
  readonly maxBodyBytes?: number | undefined
  /** Fields and files of one request. @defaultValue 1000 */
  readonly maxParts?: number | undefined
}

/**
 * Mails from the routes of Mailgun: point a route's `forward()` at the address of this channel; with an address that
 * ends in `mime` Mailgun sends whole mails, which is better. It answers 406 to what can never be taken, after which
 * Mailgun does not repeat it.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function mailgunChannel(options: MailgunChannelOptions): MailWebhook {
  const { signingKeys, maxAgeMs = 32_400_000, maxTokens = 100_000, maxParts = 1000 } = options
  const { maxBodyBytes = 33_554_432, clock = systemClock } = options
  if (signingKeys.length === 0 || signingKeys.includes('')) {
    throw new ChannelError('INVALID_CHANNEL_OPTION', 'signingKeys is empty, or holds an empty key')
  }
  const limits = { maxParts, maxFieldBytes: maxBodyBytes, maxFileBytes: maxBodyBytes }
  const readForm = createFormReader(limits)
  // A signature that comes from a clock ahead of ours holds that much longer.
  const tokens = createTokenMemory({ clock, keepMs: maxAgeMs + 300_000, maxTokens })
  const claimed = new WeakMap<WebhookRequest, string>()

  return createMailWebhook(options, {
    name: 'mailgun',
    rules: { methods: ['POST'], contentTypes: formTypes, maxBodyBytes },
    async verify(raw, headers, request) {
      const form = await readForm(raw, headers)
      const verification = verifyMailgun(form, { signingKeys, maxAgeMs, nowMs: clock.now() })
      if (!verification.ok) return verification
      if (!tokens.claim(verification.token)) return { ok: false, reason: 'the token was used before' }
      claimed.set(request, verification.token)
      return { ok: true }
    },
    async read(raw, headers) {
      const form = await readForm(raw, headers)
      return [readMailgun(form, raw, headerOf(headers, 'content-type') ?? '')]
    },
    answer(standard, outcome, request) {
      const token = claimed.get(request)
      if (token !== undefined) tokens.settle(token, isFinal(outcome))
      return outcome === 'invalid' || outcome === 'too-large' ? notAcceptable(standard) : standard
    },
  })
}

/** Whether Mailgun has no reason to send the mail again. */
function isFinal(outcome: WebhookOutcome): boolean {
  return outcome !== 'unavailable' && outcome !== 'failed'
}

/** Any other failure is repeated for 8 hours. A wrong content type or method is no request of Mailgun's. */
function notAcceptable(standard: WebhookAnswer): WebhookAnswer {
  return standard.status === 400 || standard.status === 413 ? { ...standard, status: 406 } : standard
}
