import { X509Certificate } from 'node:crypto'
import { silentLogger, systemClock, toError } from '@headwater/base'
import { ChannelError } from '../../channel-error.ts'
import { textAnswer, type WebhookAnswer } from '../../webhook/webhook-answer.ts'
import type { EmailChannelOptions } from '../email-channel-options.ts'
import type { InboundMail } from '../inbound-mail.ts'
import { createMailWebhook, type MailWebhook } from '../mail-webhook.ts'
import { fetchBytes, type Fetch } from './fetch-bytes.ts'
import { readSes, type S3Location } from './read-ses.ts'
import { createSnsCertificates } from './sns-certificates.ts'
import { readSnsMessage, type SnsMessage } from './sns-message.ts'
import { toSnsUrl } from './sns-url.ts'
import { verifySns } from './verify-sns.ts'

/** A subscription that waits to be confirmed. */
export interface SnsSubscription {
  readonly topicArn: string
  /** A GET on it confirms; it was checked to be one of SNS. */
  readonly subscribeUrl: string
}

/** What an SES channel is made of. */
export interface SesChannelOptions extends EmailChannelOptions {
  /** The topics whose messages are taken; SNS signs for everybody's topics. */
  readonly topicArns: readonly string[]
  /**
   * Reads an object that a rule with an S3 action wrote. Default: the event has the mail's header and the object's
   * address, and text and attachments are left in the bucket.
   */
  readonly fetchObject?: ((location: S3Location) => Promise<Uint8Array>) | undefined
  /** Hears of subscriptions to confirm. Default: they are confirmed by a GET. */
  readonly onSubscription?: ((subscription: SnsSubscription) => void | Promise<void>) | undefined
  /** Whether signatures of version 1 hold, which is what topics have by default. @defaultValue true */
  readonly acceptSha1?: boolean | undefined
  /** PEM of who must have issued SNS's certificate. Default: it comes over TLS from SNS's own host, which proves it. */
  readonly trustedIssuers?: readonly string[] | undefined
  /** Gets certificates and confirms subscriptions. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds that a certificate, or a confirmation, may take. @defaultValue 5000 */
  readonly fetchTimeoutMs?: number | undefined
  /** Bytes of the largest request: SNS carries 256 KiB, escaped into JSON twice. @defaultValue 1048576 */
  readonly maxBodyBytes?: number | undefined
}

/**
 * Mails from AWS SES through an SNS topic: a receipt rule with an SNS action (mails up to 150 KB travel inside), or
 * with an S3 action that notifies the topic. Subscribe this channel's address to the topic, without raw delivery.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function sesChannel(options: SesChannelOptions): MailWebhook {
  const { topicArns, fetchObject, onSubscription, acceptSha1 = true, maxBodyBytes = 1_048_576 } = options
  const { clock = systemClock, logger = silentLogger, fetchTimeoutMs: deadlineMs = 5000 } = options
  const fetch: Fetch = options.fetch ?? globalThis.fetch
  if (topicArns.length === 0) throw new ChannelError('INVALID_CHANNEL_OPTION', 'topicArns is empty')
  const trustedIssuers = options.trustedIssuers?.map(toCertificate)
  const certificates = createSnsCertificates({ fetch, clock, deadlineMs, trustedIssuers })
  const read = new WeakMap<Uint8Array, SnsMessage>()

  function messageOf(raw: Uint8Array): SnsMessage {
    const message = read.get(raw) ?? readSnsMessage(raw)
    read.set(raw, message)
    return message
  }

  async function confirm({ topicArn, subscribeUrl }: SnsMessage): Promise<void> {
    const url = toSnsUrl(subscribeUrl)
    if (url === undefined) {
      // Signed, and yet no address of SNS: there is nothing that could be done with it.
      logger.error(
        { channel: 'ses', topicArn },
        'a subscription names an address that is not one of SNS: not confirmed',
      )
    } else if (onSubscription === undefined) {
      await fetchBytes(fetch, url, { clock, deadlineMs, maxBytes: 65_536 })
      logger.info({ channel: 'ses', topicArn }, 'subscription confirmed')
    } else {
      await onSubscription({ topicArn, subscribeUrl: url.href })
    }
  }

  async function fetchMail(location: S3Location): Promise<Uint8Array | undefined> {
    try {
      return await fetchObject?.(location)
    } catch (thrown) {
      const cause = toError(thrown)
      const message = `the mail could not be read from its bucket: ${cause.message}`
      throw new ChannelError('PROVIDER_UNAVAILABLE', message, { cause, retriable: true })
    }
  }

  return createMailWebhook(options, {
    name: 'ses',
    // SNS says text/plain of its JSON.
    rules: { methods: ['POST'], contentTypes: ['text/plain', 'application/json'], maxBodyBytes },
    async handshake({ body }): Promise<WebhookAnswer | undefined> {
      const message = messageOf(body)
      if (message.type === 'Notification') return undefined
      // What does not hold is left to verify, which refuses it.
      if (!(await verifySns(message, { topicArns, acceptSha1, certificates })).ok) return undefined
      if (message.type === 'SubscriptionConfirmation') await confirm(message)
      else
        logger.warn(
          { channel: 'ses', topicArn: message.topicArn },
          'the topic was unsubscribed: no mails will come from it',
        )
      return textAnswer(200, 'heard')
    },
    verify: async (raw) => await verifySns(messageOf(raw), { topicArns, acceptSha1, certificates }),
    async read(raw): Promise<readonly InboundMail[]> {
      const { mail, object } = readSes(raw, messageOf(raw).message)
      const bytes = object === undefined ? undefined : await fetchMail(object)
      return [bytes === undefined ? mail : { kind: 'raw', raw: bytes, envelope: mail.envelope }]
    },
  })
}

function toCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (thrown) {
    const message = 'trustedIssuers holds something that is no certificate in PEM'
    throw new ChannelError('INVALID_CHANNEL_OPTION', message, { cause: toError(thrown) })
  }
}
