import type { PublishOptions } from '@headwater/events'
import type { Header, Receipt } from '@headwater/producer'
import type { WebhookAnswer } from './webhook-answer.ts'
import type { WebhookHeaders, WebhookRequest } from './webhook-request.ts'

/** What every event of every channel has; a channel's own events have their payload beside it. */
export interface WebhookEvent {
  /** The same for the same message, however often the provider sends it. */
  readonly messageId: string
  /** The CloudEvents type: `ingestion.whatsapp_received`, or `ingestion.unreadable` for what is kept as it is. */
  readonly type: string
}

/** What requests a channel takes; all others are refused before their body is read. */
export interface WebhookRules {
  /** Methods that carry messages, and those of the handshake. */
  readonly methods: readonly string[]
  /** Media types of bodies, in lower case and without parameters; `'*\/*'` takes any, and none. */
  readonly contentTypes: readonly string[]
  /** Bytes of the largest body. No body above it is ever held in memory. */
  readonly maxBodyBytes: number
}

/** Whether a request is the provider's; the reason is for our own log, and never part of an answer. */
export type Verification =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly reason: string
      /** What the sender is told. Default: 401, without a word of why. */
      readonly answer?: WebhookAnswer | undefined
    }

/** Options of one publish; id and time come from the event. */
export interface EventPublishOptions extends Omit<PublishOptions, 'messageId' | 'time' | 'headers'> {
  /** More headers, for events and dead letters alike. Default: none. */
  readonly headers?: readonly Header[] | undefined
}

/** Where one event ended. Both are safe to acknowledge. */
export interface PublishedEvent {
  readonly kind: 'published' | 'dead-lettered'
  readonly messageId: string
  readonly receipt: Receipt
}

/** How taking a request in ended: `published` and `dead-lettered` are acknowledged, all others are not. */
export type WebhookOutcome =
  /** Every event is in the log. */
  | 'published'
  /** Every event is safe, and at least one of them in the dead-letter topic. */
  | 'dead-lettered'
  /** The provider asked something, and no event was part of it. */
  | 'handshake'
  /** A method or a content type that the channel does not take, or a body that is none of its webhooks. */
  | 'invalid'
  /** Not from whom it should be. */
  | 'unauthorised'
  | 'too-large'
  /** Not acknowledged in time; the same request may be taken later. */
  | 'unavailable'
  /** Somebody has to look: the same request will fail again. */
  | 'failed'

/**
 * A channel: what a provider sends by HTTP, as events. It is four functions that need no server, so that each can be
 * tested with a few bytes; `takeWebhook` puts them together, `webhookHandler` and `webhookPlugin` bring them to
 * `node:http` and Fastify.
 *
 * @typeParam Event - what {@link WebhookChannel.normalise} makes and {@link WebhookChannel.publish} sends.
 */
export interface WebhookChannel<Event extends WebhookEvent = WebhookEvent> {
  /** For logs and metrics: `whatsapp`. */
  readonly name: string
  readonly rules: WebhookRules
  /**
   * Answers what providers ask beside messages: a verification request, a subscription to confirm. It comes before
   * {@link WebhookChannel.verify}, so it has to check by itself whom it answers; `undefined` leaves the request to
   * the other functions. Default: none, all requests are messages.
   */
  handshake?(request: WebhookRequest): WebhookAnswer | undefined | Promise<WebhookAnswer | undefined>
  /** Whether the provider sent these bytes. Nothing of the body is trusted, or kept, before it says so. */
  verify(
    raw: Uint8Array,
    headers: WebhookHeaders,
    request: WebhookRequest,
  ): Verification | Promise<Verification>
  /**
   * The events in a request, in order; sends nothing. What cannot be read is an event of its own, which `publish`
   * puts into the dead-letter topic; only what the sender should mend is thrown.
   *
   * @throws InvalidWebhookError (400, with the path), ChannelError `WEBHOOK_TOO_LARGE` or `MAIL_TOO_LARGE` (413),
   *   any error that says `retriable` (503); any other is a 500.
   */
  normalise(
    raw: Uint8Array,
    headers: WebhookHeaders,
    request: WebhookRequest,
  ): readonly Event[] | Promise<readonly Event[]>
  /** The record key: events with one key keep their order. `null` for what has none, such as dead letters. */
  key(event: Event): string | null
  /**
   * Sends one event, or buries it; it is safe when this resolves. Events of one request are published together, in
   * order: hand the record to the producer before anything is awaited.
   *
   * @throws the producer's `DeliveryError` (as a rejection), or what else went wrong; nothing is acknowledged then.
   */
  publish(event: Event, options?: EventPublishOptions): Promise<PublishedEvent>
  /**
   * The provider's way of being told: gets the answer that all channels give, and may change it (a 406 that stops
   * retries, a 303 for browsers). Default: 200, and the usual statuses.
   */
  answer?(standard: WebhookAnswer, outcome: WebhookOutcome, request: WebhookRequest): WebhookAnswer
}
