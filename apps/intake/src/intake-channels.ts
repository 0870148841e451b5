import type { Logger } from '@headwater/base'
import {
  mailgunChannel,
  memoryDuplicates,
  postmarkChannel,
  sendGridChannel,
  sesChannel,
  webFormChannel,
  whatsAppChannel,
  withoutDuplicates,
  type ClaimCheckStore,
  type EmailChannelOptions,
  type MailParser,
  type WebFormEvent,
  type WebhookChannel,
  type WebhookEvent,
} from '@headwater/channels'
import type { Config } from '@headwater/config'
import type { EventCodec, ProducerPort } from '@headwater/events'
import type { IntakeMetrics } from '@headwater/metrics'

/** What all channels share. */
export interface IntakeChannelParts {
  readonly producer: ProducerPort
  readonly codec: EventCodec
  readonly claimCheck: ClaimCheckStore
  /** Reads the mails of all channels, the large ones in one thread. */
  readonly parser: MailParser
  readonly logger: Logger
  /** Hears of events that came before and are not sent again. */
  readonly metrics: Pick<IntakeMetrics, 'onEvent'>
}

/** A channel and where it listens. */
export interface MountedChannel {
  /** For metrics and logs: `mailgun`. */
  readonly name: string
  /** Path below the server's root, without a slash at the end. */
  readonly path: string
  /** Takes one request at a time; adds what it needs to `channel`. */
  readonly channel: WebhookChannel
}

/**
 * The webhook channels that the configuration names secrets or forms for. A channel without its secret is not there:
 * nobody can send it anything.
 */
export function intakeChannels(config: Config, parts: IntakeChannelParts): readonly MountedChannel[] {
  const { duplicatesRemembered, maxBodyBytes } = config.intake
  const all = [...emailChannels(config, parts), ...whatsApp(config, parts), ...webForms(config, parts)]
  const mounted = all.map((each) => ({ ...each, channel: withBound(each.channel, maxBodyBytes) }))
  if (duplicatesRemembered === 0) return mounted
  // One memory for all: their ids are digests, and none is another's.
  const store = memoryDuplicates<Awaited<ReturnType<WebhookChannel['publish']>>>({
    maxEntries: duplicatesRemembered,
  })
  const { metrics, logger } = parts
  return mounted.map((each) => {
    const onDuplicate = (): void => metrics.onEvent({ channel: each.name, kind: 'duplicate' })
    const once = withoutDuplicates(each.channel, store, { onDuplicate, logger })
    return { ...each, channel: onceWhereNamed(each.channel, once) }
  })
}

/** A channel's own limit may be lower; above that of the server its bodies would not be counted. */
function withBound(channel: WebhookChannel, maxBodyBytes: number): WebhookChannel {
  const { rules } = channel
  return {
    ...channel,
    rules: { ...rules, maxBodyBytes: Math.min(rules.maxBodyBytes, maxBodyBytes) },
  }
}

/**
 * What providers send again names itself. A form that brings no id of its own may be another person's who chose the same:
 * the second would be thanked, and dropped.
 */
function onceWhereNamed(channel: WebhookChannel, once: WebhookChannel): WebhookChannel {
  return {
    ...once,
    publish: (event, options) => (isUnnamedForm(event) ? channel : once).publish(event, options),
  }
}

function isUnnamedForm(event: WebhookEvent): boolean {
  if (event.type !== 'ingestion.form_submitted') return false
  return (event as WebFormEvent).message.payload.submission_id === null
}

function* emailChannels(config: Config, parts: IntakeChannelParts): Generator<MountedChannel> {
  const { channels, intake, topics, service } = config
  const mail: EmailChannelOptions = {
    ...parts,
    topic: topics.rawMessages,
    deadLetterTopic: topics.deadLetters,
    producerId: service.name,
    attachmentThresholdBytes: intake.attachmentThresholdBytes,
    maxBytes: intake.maxBodyBytes,
  }
  const maxBodyBytes = intake.maxBodyBytes
  const { snsTopicArns, sendGridPublicKey, mailgunSigningKey, postmarkBasicAuth } = channels
  if (snsTopicArns !== undefined) {
    yield mount('ses', '/channels/email/ses', sesChannel({ ...mail, topicArns: snsTopicArns, maxBodyBytes }))
  }
  if (sendGridPublicKey !== undefined) {
    const channel = sendGridChannel({ ...mail, publicKeys: [sendGridPublicKey], maxBodyBytes })
    yield mount('sendgrid', '/channels/email/sendgrid', channel)
  }
  if (mailgunSigningKey !== undefined) {
    const channel = mailgunChannel({ ...mail, signingKeys: [mailgunSigningKey], maxBodyBytes })
    yield mount('mailgun', '/channels/email/mailgun', channel)
    // To an address that ends so Mailgun sends whole mails.
    yield mount('mailgun', '/channels/email/mailgun/mime', channel)
  }
  if (postmarkBasicAuth !== undefined) {
    const colon = postmarkBasicAuth.indexOf(':')
    const [username, password] = [postmarkBasicAuth.slice(0, colon), postmarkBasicAuth.slice(colon + 1)]
    const channel = postmarkChannel({ ...mail, credentials: [{ username, password }], maxBodyBytes })
    yield mount('postmark', '/channels/email/postmark', channel)
  }
}

function* whatsApp(
  { channels, topics, service }: Config,
  parts: IntakeChannelParts,
): Generator<MountedChannel> {
  const { whatsAppAppSecrets: appSecrets, whatsAppVerifyToken: verifyToken } = channels
  if ((appSecrets === undefined) !== (verifyToken === undefined)) {
    const missing = appSecrets === undefined ? 'WHATSAPP_APP_SECRET' : 'WHATSAPP_VERIFY_TOKEN'
    parts.logger.warn({ missing }, 'WhatsApp is off: one of its two variables is not set')
  }
  if (appSecrets === undefined || verifyToken === undefined) return
  const channel = whatsAppChannel({
    ...parts,
    appSecrets,
    verifyToken,
    topic: topics.rawMessages,
    deadLetterTopic: topics.deadLetters,
    producerId: service.name,
  })
  yield mount('whatsapp', '/channels/whatsapp', channel)
}

function* webForms(
  { channels, topics, service }: Config,
  { producer, codec, claimCheck }: IntakeChannelParts,
): Generator<MountedChannel> {
  for (const form of channels.forms ?? []) {
    const channel = webFormChannel({
      producer,
      codec,
      claimCheck,
      formType: form,
      topic: topics.rawMessages,
      producerId: service.name,
      allowedOrigins: channels.formOrigins,
      thanksUrl: channels.formThanksUrl,
      tokenSecret: channels.formTokenSecret,
      honeypotField: channels.formHoneypotField,
      rateLimit: { perMinute: channels.formRatePerMinute, burst: channels.formRatePerMinute },
    })
    // Routes are written without escapes, which the router takes off a request first; a colon is written twice.
    yield mount('web_form', `/channels/forms/${form.replaceAll(':', '::')}`, channel)
  }
}

/** A channel takes back only the events that it made itself, so whoever carries them need not know what they are. */
function mount<Event extends WebhookEvent>(
  name: string,
  path: string,
  channel: WebhookChannel<Event>,
): MountedChannel {
  return { name, path, channel: channel as unknown as WebhookChannel }
}
