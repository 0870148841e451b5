import type { Clock, Logger } from '@headwater/base'
import type { EventCodec, EventContext, ProducerPort, PublishOptions } from '@headwater/events'
import type { Header, Receipt } from '@headwater/producer'
import { assertHmacSecrets } from '../assert-hmac-secrets.ts'
import { ChannelError } from '../channel-error.ts'
import type { ClaimCheckStore } from '../claim-check/claim-check-store.ts'
import type { MailParser } from './mail-parser.ts'
import type { ParseLimits, UnreadableReason } from './parse-email.ts'

/** What an email channel is made of. */
export interface EmailChannelOptions extends ParseLimits {
  /** Sends the records. */
  readonly producer: ProducerPort
  /** Encodes `EmailMessage` for {@link EmailChannelOptions.topic}: Avro with `readEmailReceivedSchema()`, or JSON. */
  readonly codec: EventCodec
  /** Keeps every raw mail, and the attachments that are too large for a record. */
  readonly claimCheck: ClaimCheckStore
  /** Where events go. @defaultValue `'ingestion.raw.messages'` */
  readonly topic?: string | undefined
  /** Where unreadable mails go. @defaultValue `'ingestion.dlq.messages'` */
  readonly deadLetterTopic?: string | undefined
  /** Header `ce_source`. @defaultValue `'/channels/email'` */
  readonly source?: string | undefined
  /** The service that runs the channel: headers `producer_id` and `dlq.service`. @defaultValue `'email-channel'` */
  readonly producerId?: string | undefined
  /** Bytes of the largest mail that is taken. @defaultValue 26214400 */
  readonly maxBytes?: number | undefined
  /** Bytes up to which an attachment travels inside the event; 0: never, which JSON needs. @defaultValue 65536 */
  readonly attachmentThresholdBytes?: number | undefined
  /** Bytes of text, and of HTML, that the event carries, as UTF-8. @defaultValue 131072 */
  readonly maxTextBytes?: number | undefined
  /**
   * Bytes up to which an unreadable mail is itself the value of its dead letter; a larger one is kept by claim check.
   *
   * @defaultValue 524288
   */
  readonly maxDeadLetterBytes?: number | undefined
  /** Keys become HMAC-SHA256 under this secret, so that no address shows in tools and logs. Default: plain keys. */
  readonly keyHmacSecret?: string | Uint8Array | undefined
  /** Called once an event for the trace around it. Default: none. */
  readonly context?: (() => EventContext | undefined) | undefined
  /**
   * Reads mails, large ones in a worker; one that several channels share is closed by whoever made it. Default: one of
   * the channel's own.
   */
  readonly parser?: MailParser | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
  /** Warns of dead letters, by code, size and id. Default: silent. */
  readonly logger?: Logger | undefined
}

/** Options of one publish; ids and times come from the mail. */
export interface MailPublishOptions extends Omit<PublishOptions, 'messageId' | 'time' | 'headers'> {
  /** More headers, for events and dead letters alike. Default: none. */
  readonly headers?: readonly Header[] | undefined
}

/** One event in the intake topic. */
export interface PublishedMessage {
  readonly messageId: string
  /** The recipient that it is for; `null` when the envelope named none. */
  readonly recipient: string | null
  readonly receipt: Receipt
}

/** Where a mail ended. Both are safe to acknowledge to whoever delivered it. */
export type MailResult =
  | { readonly kind: 'published'; readonly messages: readonly PublishedMessage[] }
  | {
      readonly kind: 'dead-lettered'
      readonly reason: UnreadableReason
      readonly messageId: string
      /** The record in the dead-letter topic. */
      readonly receipt: Receipt
    }

type SettingName =
  | 'topic'
  | 'deadLetterTopic'
  | 'source'
  | 'producerId'
  | 'maxBytes'
  | 'attachmentThresholdBytes'
  | 'maxTextBytes'
  | 'maxDeadLetterBytes'
  | 'maxNestingDepth'
  | 'maxHeaderBytes'

/** The settings of a channel that have defaults, all there. */
export type EmailChannelSettings = { readonly [Name in SettingName]: NonNullable<EmailChannelOptions[Name]> }

const defaults: EmailChannelSettings = {
  topic: 'ingestion.raw.messages',
  deadLetterTopic: 'ingestion.dlq.messages',
  source: '/channels/email',
  producerId: 'email-channel',
  maxBytes: 26214400,
  attachmentThresholdBytes: 65536,
  maxTextBytes: 131072,
  maxDeadLetterBytes: 524288,
  maxNestingDepth: 64,
  maxHeaderBytes: 524288,
}

const sizes = [
  ['maxBytes', 1],
  ['attachmentThresholdBytes', 0],
  ['maxTextBytes', 0],
  ['maxDeadLetterBytes', 0],
  ['maxNestingDepth', 1],
  ['maxHeaderBytes', 1],
] as const

/** The settings with their defaults, checked. */
export function resolveEmailChannelOptions(options: EmailChannelOptions): EmailChannelSettings {
  assertHmacSecrets({ keyHmacSecret: options.keyHmacSecret })
  const given = Object.entries(options).filter(([name, value]) => name in defaults && value !== undefined)
  const settings: EmailChannelSettings = { ...defaults, ...Object.fromEntries(given) }
  for (const [name, least] of sizes) {
    if (Number.isInteger(settings[name]) && settings[name] >= least) continue
    throw new ChannelError('INVALID_CHANNEL_OPTION', `${name} is not an integer of ${least} or more`)
  }
  return settings
}
