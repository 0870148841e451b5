import { isHeadwaterError, silentLogger, toError, type Logger } from '@headwater/base'
import { limitRepeats } from '@headwater/events'
import { DeliveryError, type Header } from '@headwater/producer'
import { ChannelError } from '../channel-error.ts'
import { errorAnswer, failedWebhook } from './webhook-failure.ts'
import { jsonAnswer, type WebhookAnswer } from './webhook-answer.ts'
import type {
  EventPublishOptions,
  PublishedEvent,
  Verification,
  WebhookChannel,
  WebhookEvent,
  WebhookOutcome,
} from './webhook-channel.ts'
import { headerOf, type WebhookRequest } from './webhook-request.ts'
import { refuseHead, refuseSize } from './refuse-head.ts'
import { wordAnswer } from './word-answer.ts'

/** How requests are taken in. */
export interface TakeWebhookOptions {
  /**
   * Milliseconds until a request without Kafka's acknowledgement is answered 503. Keep it below the provider's own
   * patience.
   *
   * @defaultValue 10000
   */
  readonly ackTimeoutMs?: number | undefined
  /** Header `Retry-After` of a 503. @defaultValue 5 */
  readonly retryAfterSeconds?: number | undefined
  /** Says why requests were refused or failed, by channel, code and id; never what was in them. Default: silent. */
  readonly logger?: Logger | undefined
}

/** What became of a request. */
export interface WebhookResult {
  readonly outcome: WebhookOutcome
  /** What to answer. */
  readonly answer: WebhookAnswer
  /** The events that are safe: all of them where the outcome is an acknowledgement, else those that got through. */
  readonly events: readonly PublishedEvent[]
  /** What went wrong; empty where nothing did. */
  readonly errors: readonly Error[]
}

/**
 * Runs one request through a channel. It never rejects, and never answers success before Kafka has acknowledged every
 * event: whatever a channel throws becomes an answer after which the provider sends the request again.
 */
export async function takeWebhook<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  request: WebhookRequest,
  options: TakeWebhookOptions = {},
): Promise<WebhookResult> {
  const { retryAfterSeconds = 5 } = options
  const logger = limitRepeats(options.logger ?? silentLogger)
  let result: WebhookResult
  try {
    result = await run(channel, request, { ...options, retryAfterSeconds })
  } catch (thrown) {
    result = failed([toError(thrown)], retryAfterSeconds)
  }
  log(logger, channel.name, result)
  return wordAnswer(channel, result, request, logger)
}

async function run<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  request: WebhookRequest,
  { ackTimeoutMs = 10_000, retryAfterSeconds }: TakeWebhookOptions & { readonly retryAfterSeconds: number },
): Promise<WebhookResult> {
  const { rules } = channel
  const refused =
    refuseHead(rules, request) ??
    (request.body.byteLength > rules.maxBodyBytes ? refuseSize(rules.maxBodyBytes) : undefined)
  if (refused !== undefined) return { ...refused, events: [], errors: [] }

  const handshake = await channel.handshake?.(request)
  if (handshake !== undefined) return { outcome: 'handshake', answer: handshake, events: [], errors: [] }

  const { body, headers } = request
  const verification = await channel.verify(body, headers, request)
  if (!verification.ok) return unauthorised(verification)

  const events = await channel.normalise(body, headers, request)
  const publishOptions = { deliveryTimeoutMs: ackTimeoutMs, headers: traceOf(request) }
  // Started together, in order; awaited to the last, so that no failure is left without somebody who hears it.
  const ends = await Promise.allSettled(
    events.map(async (event) => await publishSafely(channel, event, publishOptions)),
  )
  const safe = ends.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const errors = ends.flatMap((each) => (each.status === 'rejected' ? [toError(each.reason)] : []))
  if (errors.length > 0) return { ...failed(errors, retryAfterSeconds), events: safe }
  return {
    outcome: safe.some((each) => each.kind === 'dead-lettered') ? 'dead-lettered' : 'published',
    answer: jsonAnswer(200, { accepted: safe.length }),
    events: safe,
    errors: [],
  }
}

/** A record that the producer's own policy put into a dead-letter topic was not delivered, and is safe. */
async function publishSafely<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  event: Event,
  options: EventPublishOptions,
): Promise<PublishedEvent> {
  try {
    return await channel.publish(event, options)
  } catch (thrown) {
    const letter = thrown instanceof DeliveryError ? thrown.deadLetter : undefined
    if (letter === undefined || 'error' in letter) throw thrown
    return { kind: 'dead-lettered', messageId: event.messageId, receipt: letter.receipt }
  }
}

function failed(errors: readonly Error[], retryAfterSeconds: number): WebhookResult {
  return { ...failedWebhook(errors, retryAfterSeconds), events: [], errors }
}

/** The answer says nothing of why: whoever guesses learns nothing from it. */
function unauthorised({ reason, answer: own }: Verification & { readonly ok: false }): WebhookResult {
  const answer = own ?? errorAnswer(401, 'UNAUTHORISED', 'not accepted')
  return { outcome: 'unauthorised', answer, events: [], errors: [new Error(reason)] }
}

/** The caller's trace goes on in the events; the publisher checks its form. */
function traceOf({ headers }: WebhookRequest): readonly Header[] {
  return ['traceparent', 'tracestate'].flatMap((name) => {
    const value = headerOf(headers, name)
    return value === undefined ? [] : [[name, value] as const]
  })
}

function log(logger: Logger, channel: string, { outcome, answer, events, errors }: WebhookResult): void {
  if (outcome === 'published' || outcome === 'handshake') return
  const [first] = errors
  const fields = {
    channel,
    outcome,
    status: answer.status,
    events: events.length,
    failures: errors.length,
    code: isHeadwaterError(first) ? first.code : undefined,
    // Our own words, or a library's about the connection; messages of what parsed the body would quote it.
    reason: outcome === 'unauthorised' || isOursAway(outcome, first) ? first?.message : undefined,
  }
  if (outcome === 'failed') logger.error({ ...fields, err: first }, 'a webhook could not be taken in')
  else
    logger.warn(
      fields,
      outcome === 'dead-lettered' ? 'part of a webhook is unreadable' : 'a webhook was not taken in',
    )
}

/** A store, a certificate or a thread that could not be had: nobody but this line says why. */
function isOursAway(outcome: WebhookOutcome, error: Error | undefined): boolean {
  return outcome === 'unavailable' && error instanceof ChannelError
}
