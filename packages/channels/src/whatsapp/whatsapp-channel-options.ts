import type { Clock, Logger } from '@headwater/base'
import type { EventCodec, EventContext, ProducerPort } from '@headwater/events'
import { assertHmacSecrets } from '../assert-hmac-secrets.ts'
import { ChannelError } from '../channel-error.ts'
import type { ClaimCheckStore } from '../claim-check/claim-check-store.ts'

/** What a WhatsApp channel is made of. */
export interface WhatsAppChannelOptions {
  /** Sends the records. */
  readonly producer: ProducerPort
  /**
   * Encodes `WhatsAppMessage`. It is asked by event type, `ingestion.whatsapp_received`, where others are asked by
   * topic, since several types share one: `createAvroCodec({ registry, topics: { ...whatsAppSchemas() } })`, or JSON.
   */
  readonly codec: EventCodec
  /**
   * The app's secrets. A webhook has to be signed with one of them; two while they are rotated: the new one is added
   * here, then changed at Meta, then the old one is taken away.
   */
  readonly appSecrets: readonly string[]
  /** What Meta is told to send as `hub.verify_token` when the webhook is subscribed. */
  readonly verifyToken: string
  /** Messages and notices. @defaultValue `'ingestion.raw.messages'` */
  readonly topic?: string | undefined
  /** Statuses of messages that the business sent. Default: `topic`, where they keep their order with the answers. */
  readonly statusTopic?: string | undefined
  /** Where parts go that cannot be read. @defaultValue `'ingestion.dlq.messages'` */
  readonly deadLetterTopic?: string | undefined
  /** Header `ce_source`. @defaultValue `'/channels/whatsapp'` */
  readonly source?: string | undefined
  /** The service that runs the channel: headers `producer_id` and `dlq.service`. @defaultValue `'whatsapp-channel'` */
  readonly producerId?: string | undefined
  /** Bytes of the largest webhook. Meta: up to 3 MB. @defaultValue 3145728 */
  readonly maxBodyBytes?: number | undefined
  /** Events of the largest webhook; Meta puts up to 1000 updates into one. @defaultValue 2000 */
  readonly maxEvents?: number | undefined
  /** Levels of objects and arrays in each other. @defaultValue 64 */
  readonly maxDepth?: number | undefined
  /**
   * Bytes up to which an event carries its original; a longer one is kept by {@link WhatsAppChannelOptions.claimCheck}.
   *
   * @defaultValue 262144
   */
  readonly maxOriginalBytes?: number | undefined
  /**
   * Keeps originals that are too long for a record. Default: none, such an original travels in its event, and one
   * that no record can hold is not acknowledged.
   */
  readonly claimCheck?: ClaimCheckStore | undefined
  /** Keys become HMAC-SHA256 under this secret, so that no number shows in tools and logs. Default: plain keys. */
  readonly keyHmacSecret?: string | Uint8Array | undefined
  /** Called once an event for the trace around it. Default: none. */
  readonly context?: (() => EventContext | undefined) | undefined
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
  /** Warns of dead letters, by code, size and id. Default: silent. */
  readonly logger?: Logger | undefined
}

type SettingName =
  | 'topic'
  | 'statusTopic'
  | 'deadLetterTopic'
  | 'source'
  | 'producerId'
  | 'maxBodyBytes'
  | 'maxEvents'
  | 'maxDepth'
  | 'maxOriginalBytes'

/** The settings of a channel that have defaults, all there. */
export type WhatsAppChannelSettings = {
  readonly [Name in SettingName]: NonNullable<WhatsAppChannelOptions[Name]>
}

const defaults: Omit<WhatsAppChannelSettings, 'statusTopic'> = {
  topic: 'ingestion.raw.messages',
  deadLetterTopic: 'ingestion.dlq.messages',
  source: '/channels/whatsapp',
  producerId: 'whatsapp-channel',
  maxBodyBytes: 3_145_728,
  maxEvents: 2000,
  maxDepth: 64,
  maxOriginalBytes: 262_144,
}

/** The shortest webhook that says anything is eight levels deep. */
const sizes = [
  ['maxBodyBytes', 1],
  ['maxEvents', 1],
  ['maxDepth', 8],
  ['maxOriginalBytes', 0],
] as const

/** The settings with their defaults, checked. */
export function resolveWhatsAppChannelOptions(options: WhatsAppChannelOptions): WhatsAppChannelSettings {
  const given = Object.entries(options).filter(
    ([name, value]) => (name in defaults || name === 'statusTopic') && value !== undefined,
  )
  const statusTopic = options.topic ?? defaults.topic
  const settings: WhatsAppChannelSettings = { ...defaults, statusTopic, ...Object.fromEntries(given) }
  for (const [name, least] of sizes) {
    if (Number.isInteger(settings[name]) && settings[name] >= least) continue
    throw new ChannelError('INVALID_CHANNEL_OPTION', `${name} is not an integer of ${least} or more`)
  }
  const { appSecrets, verifyToken, keyHmacSecret } = options
  assertHmacSecrets({ keyHmacSecret })
  // An empty secret signs as well as any, and everybody has it.
  if (!Array.isArray(appSecrets) || appSecrets.length === 0 || !appSecrets.every(isSecret)) {
    throw new ChannelError(
      'INVALID_CHANNEL_OPTION',
      'appSecrets is no list of secrets: name at least one, none empty',
    )
  }
  if (!isSecret(verifyToken))
    throw new ChannelError('INVALID_CHANNEL_OPTION', 'verifyToken is empty: choose one, and tell it Meta')
  return settings
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}
