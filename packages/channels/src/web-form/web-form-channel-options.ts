import type { Clock } from '@headwater/base'
import type { EventCodec, EventContext, ProducerPort } from '@headwater/events'
import { assertHmacSecrets } from '../assert-hmac-secrets.ts'
import { ChannelError } from '../channel-error.ts'
import type { ClaimCheckStore } from '../claim-check/claim-check-store.ts'
import type { WebhookRequest } from '../webhook/webhook-request.ts'

/** How often one address may submit: a bucket that holds `burst` submissions and is filled again at `perMinute`. */
export interface FormRateLimit {
  /** @defaultValue 10 */
  readonly perMinute?: number | undefined
  /** @defaultValue 10 */
  readonly burst?: number | undefined
  /** Addresses that are remembered; the one that was heard of longest ago goes first. @defaultValue 10000 */
  readonly maxAddresses?: number | undefined
}

/** What a web form channel is made of. */
export interface WebFormChannelOptions {
  /** Sends the records. */
  readonly producer: ProducerPort
  /** Encodes `WebFormMessage` for {@link WebFormChannelOptions.topic}: Avro with `webFormSchema()`, or JSON. */
  readonly codec: EventCodec
  /** Keeps files. Default: none, a form with files is refused. */
  readonly claimCheck?: ClaimCheckStore | undefined
  /** Which form it is, by name or by request: `({ path }) => path.split('/').at(-1)!`. */
  readonly formType: string | ((request: WebhookRequest) => string)
  /** Where events go. @defaultValue `'ingestion.raw.messages'` */
  readonly topic?: string | undefined
  /** Header `ce_source`. @defaultValue `'/channels/web-form'` */
  readonly source?: string | undefined
  /** Header `producer_id`. @defaultValue `'web-form-channel'` */
  readonly producerId?: string | undefined
  /**
   * Origins whose pages may submit, such as `https://www.example.com`; they get what browsers need to submit by
   * `fetch`. Others are answered 403. Default: any page, but by `fetch` only those of the same origin.
   */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Where browsers are sent after a submission, as 303. Default: they get what `fetch` gets. */
  readonly thanksUrl?: string | undefined
  /** The field with the submitter's address. @defaultValue `'email'` */
  readonly emailField?: string | undefined
  /** A field that people do not see and programs fill in. Default: none. */
  readonly honeypotField?: string | undefined
  /** Signs the tokens of `createFormToken`; with it a submission without one is marked. Default: no tokens. */
  readonly tokenSecret?: string | Uint8Array | undefined
  /** The field with the token. @defaultValue `'form_token'` */
  readonly tokenField?: string | undefined
  /** Milliseconds that a person needs at least. @defaultValue 2000 */
  readonly minFillMs?: number | undefined
  /** Milliseconds that a page may stay open. @defaultValue 86400000 */
  readonly maxFillMs?: number | undefined
  /** The field that stands for the header `Idempotency-Key`. @defaultValue `'submission_id'` */
  readonly submissionIdField?: string | undefined
  /** How often one address may submit; needs the address of the peer. Default: as often as it likes. */
  readonly rateLimit?: FormRateLimit | undefined
  /** The key of the digest that stands for the sender's address. Default: nothing is kept of it. */
  readonly addressHmacSecret?: string | Uint8Array | undefined
  /** Keys become HMAC-SHA256 under this secret, so that no address shows in tools and logs. Default: plain keys. */
  readonly keyHmacSecret?: string | Uint8Array | undefined
  /** What is wrong with a submission, for whoever filled it in (400); `undefined` for one that is fine. Default: none. */
  readonly validate?: ((data: Readonly<Record<string, readonly string[]>>) => string | undefined) | undefined
  /** Bytes of the largest body with files. @defaultValue 26738688 */
  readonly maxBodyBytes?: number | undefined
  /** Bytes of the largest body without files, and of all fields together. @defaultValue 262144 */
  readonly maxFieldsBytes?: number | undefined
  /** Fields of one submission at most. @defaultValue 100 */
  readonly maxFields?: number | undefined
  /** Bytes of a field's name. @defaultValue 100 */
  readonly maxNameBytes?: number | undefined
  /** Bytes of one value. @defaultValue 16384 */
  readonly maxValueBytes?: number | undefined
  /** Files of one submission at most. @defaultValue 5 */
  readonly maxFiles?: number | undefined
  /** Bytes of one file. @defaultValue 5242880 */
  readonly maxFileBytes?: number | undefined
  /** Levels of objects and arrays in a JSON body. @defaultValue 5 */
  readonly maxDepth?: number | undefined
  /** Called once an event for the trace around it. Default: none. */
  readonly context?: (() => EventContext | undefined) | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
}

const textDefaults = {
  topic: 'ingestion.raw.messages',
  source: '/channels/web-form',
  producerId: 'web-form-channel',
  emailField: 'email',
  tokenField: 'form_token',
  submissionIdField: 'submission_id',
} as const

const numbers = {
  minFillMs: { fallback: 2000, least: 0 },
  maxFillMs: { fallback: 86_400_000, least: 1 },
  maxBodyBytes: { fallback: 26_738_688, least: 1 },
  maxFieldsBytes: { fallback: 262_144, least: 1 },
  maxFields: { fallback: 100, least: 1 },
  maxNameBytes: { fallback: 100, least: 1 },
  maxValueBytes: { fallback: 16_384, least: 1 },
  maxFiles: { fallback: 5, least: 0 },
  maxFileBytes: { fallback: 5_242_880, least: 1 },
  maxDepth: { fallback: 5, least: 1 },
} as const

/** The settings of a channel that have defaults, all there. */
export type WebFormChannelSettings = {
  readonly [Name in keyof typeof textDefaults]: string
} & {
  readonly [Name in keyof typeof numbers]: number
}

/** The settings with their defaults, checked. @throws ChannelError `INVALID_CHANNEL_OPTION` */
export function resolveWebFormChannelOptions(options: WebFormChannelOptions): WebFormChannelSettings {
  if (typeof options.formType === 'string' && options.formType === '') throw invalid('formType is empty')
  const { tokenSecret, addressHmacSecret, keyHmacSecret } = options
  assertHmacSecrets({ tokenSecret, addressHmacSecret, keyHmacSecret })
  for (const origin of options.allowedOrigins ?? []) {
    // No page has an origin with a star, so it would let nobody in.
    if (URL.parse(origin)?.origin === origin && !origin.includes('*')) continue
    throw invalid(`${JSON.stringify(origin)} of allowedOrigins is no origin: https://www.example.com is one`)
  }
  const given = Object.entries(textDefaults).map(([name, fallback]) => [
    name,
    options[name as keyof typeof textDefaults] ?? fallback,
  ])
  const sizes = Object.entries(numbers).map(([name, { fallback, least }]) => {
    const value = options[name as keyof typeof numbers] ?? fallback
    if (Number.isSafeInteger(value) && value >= least) return [name, value]
    throw invalid(`${name} is not an integer of ${least} or more`)
  })
  return { ...Object.fromEntries(given), ...Object.fromEntries(sizes) } as WebFormChannelSettings
}

/**
 * A URL as a header field may hold it, which has no letters beyond ASCII; relative ones stay relative.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`
 */
export function toLocation(thanksUrl: string): string {
  if (thanksUrl === '' || !thanksUrl.isWellFormed() || /[\p{Cc}\s]/u.test(thanksUrl)) {
    throw invalid('thanksUrl is empty, or has white space or control characters in it')
  }
  if (/^[\x21-\x7e]+$/.test(thanksUrl)) return thanksUrl
  const absolute = URL.parse(thanksUrl)?.href
  return absolute ?? thanksUrl.replace(/[^\x21-\x7e]+/g, (letters) => encodeURIComponent(letters))
}

function invalid(problem: string): ChannelError {
  return new ChannelError('INVALID_CHANNEL_OPTION', problem)
}
