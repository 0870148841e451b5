import type { Readable } from 'node:stream'
import { silentLogger, toError } from '@headwater/base'
import { limitRepeats } from '@headwater/events'
import { discardRest, readBody } from './read-body.ts'
import { refuseHead, refuseSize, type RefusedWebhook } from './refuse-head.ts'
import { takeWebhook, type TakeWebhookOptions, type WebhookResult } from './take-webhook.ts'
import type { WebhookChannel, WebhookEvent } from './webhook-channel.ts'
import { failedWebhook } from './webhook-failure.ts'
import type { WebhookHead } from './webhook-request.ts'
import { wordAnswer } from './word-answer.ts'

/** How a server takes webhooks in. */
export interface WebhookServerOptions extends TakeWebhookOptions {
  /**
   * Hears of every request that is about to be answered, for metrics and access logs; the milliseconds are those from
   * the complete request to its answer. What it throws goes to the log.
   */
  readonly onResult?: ((result: WebhookResult, head: WebhookHead, durationMs: number) => void) | undefined
}

const alreadyRead =
  'the body was read before it came to the channel, and signatures need its bytes: mount the channel ahead of what reads bodies, such as express.json()'

/** Times the limit that a sender may go on sending after it was refused, before the connection is cut. */
const patience = 4

/**
 * Takes in a request whose body is still to be read: up to the channel's limit, and never beyond. `undefined` when the
 * sender went away meanwhile. Never rejects.
 */
export async function takeStream<Event extends WebhookEvent>(
  channel: WebhookChannel<Event>,
  head: WebhookHead,
  stream: Readable,
  options: WebhookServerOptions,
): Promise<WebhookResult | undefined> {
  const { maxBodyBytes } = channel.rules
  const logger = limitRepeats(options.logger ?? silentLogger)
  let startMs = performance.now()
  const unread = { ...head, body: new Uint8Array() }
  const refuse = ({ outcome, answer }: RefusedWebhook): WebhookResult => {
    discardRest(stream, patience * maxBodyBytes)
    return wordAnswer(channel, { outcome, answer, events: [], errors: [] }, unread, logger)
  }
  /** The server was put together so that nothing can be taken in: its logger hears of it, and nobody waits. */
  const fail = (): WebhookResult => {
    const err = new Error(alreadyRead)
    const { outcome, answer } = failedWebhook([err], options.retryAfterSeconds ?? 5)
    logger.error(
      { channel: channel.name, outcome, status: answer.status, err },
      'a webhook could not be taken in',
    )
    return wordAnswer(channel, { outcome, answer, events: [], errors: [err] }, unread, logger)
  }
  const take = async (): Promise<WebhookResult | undefined> => {
    const refused = refuseHead(channel.rules, head)
    if (refused !== undefined) return refuse(refused)
    const body = await readBody(stream, maxBodyBytes)
    if (body.kind === 'aborted') return undefined
    if (body.kind === 'consumed') return fail()
    startMs = performance.now()
    if (body.kind === 'too-large') return refuse(refuseSize(maxBodyBytes))
    return await takeWebhook(channel, { ...head, body: body.bytes }, options)
  }
  const result = await take()
  if (result !== undefined)
    report({ ...options, logger }, channel.name, result, head, performance.now() - startMs)
  return result
}

function report(
  { onResult, logger }: WebhookServerOptions,
  channel: string,
  result: WebhookResult,
  head: WebhookHead,
  durationMs: number,
): void {
  try {
    onResult?.(result, head, durationMs)
  } catch (thrown) {
    logger?.error({ channel, err: toError(thrown) }, 'onResult threw: the request is answered nevertheless')
  }
}
