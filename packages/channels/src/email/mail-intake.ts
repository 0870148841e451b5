import { setImmediate } from 'node:timers/promises'
import { silentLogger, systemClock } from '@headwater/base'
import { createPublisher, defineEvents, limitRepeats } from '@headwater/events'
import type { Receipt } from '@headwater/producer'
import { ChannelError } from '../channel-error.ts'
import type { ClaimCheckRef } from '../claim-check/claim-check-store.ts'
import { keepBytes } from '../claim-check/keep-bytes.ts'
import { createEmailBurial, toUnreadableMail, type UnreadableMailEvent } from './email-burial.ts'
import {
  resolveEmailChannelOptions,
  type EmailChannelOptions,
  type EmailChannelSettings,
  type MailPublishOptions,
} from './email-channel-options.ts'
import { emailKey } from './email-key.ts'
import type { EmailEvent, EmailMessage } from './email-message.ts'
import { sortAttachments, toEmailPayload } from './email-payload.ts'
import type { InboundMail } from './inbound-mail.ts'
import { mailType, recipientsOf, senderOf, type MailEnvelope } from './mail-envelope.ts'
import { mailFromFields, type MissingPart } from './mail-from-fields.ts'
import { createMailParser } from './mail-parser.ts'
import { emailMessageId } from './message-identity.ts'
import type { ParsedEmail, UnreadableEmail } from './parse-email.ts'

/** What all ways to take mails in share, whoever handed a mail over. */
export interface MailIntake {
  readonly settings: EmailChannelSettings
  /**
   * Keeps what must not get lost, and makes one event a recipient, or one dead letter.
   *
   * @throws ChannelError `MAIL_TOO_LARGE`, `CLAIM_CHECK_FAILED`, `PARSER_BUSY` or `CHANNEL_CLOSED` (as a rejection)
   */
  normalise(mail: InboundMail): Promise<readonly EmailEvent[] | UnreadableMailEvent>
  publish(event: EmailEvent, options: MailPublishOptions): Promise<Receipt>
  bury(mail: UnreadableMailEvent, options: MailPublishOptions): Promise<Receipt>
  close(): Promise<void>
}

/** Between the recipients of a larger mail others get their turn. */
const largeBytes = 262_144

/** A mail that was read, with what is known of its bytes. */
interface ReadMail {
  readonly mail: ParsedEmail
  /** What identifies it when it has no Message-ID. */
  readonly whole: Uint8Array
  readonly raw: Uint8Array
  readonly rawType: string
  readonly envelope: MailEnvelope
  readonly missing: readonly MissingPart[]
  readonly location: string | null
}

/** The same, of a mail that was not. */
interface UnreadMail {
  readonly mail: UnreadableEmail
  readonly whole: Uint8Array
}

/**
 * Makes an intake. No I/O.
 *
 * @throws ChannelError `INVALID_CHANNEL_OPTION`; `EventError` for a topic or source that is none
 */
export function createMailIntake(options: EmailChannelOptions): MailIntake {
  const settings = resolveEmailChannelOptions(options)
  const { producer, codec, claimCheck, context, keyHmacSecret } = options
  const { clock = systemClock } = options
  const logger = limitRepeats(options.logger ?? silentLogger, { clock })
  const { source, producerId, topic } = settings
  const parser = options.parser ?? createMailParser({ clock })
  const publisher = createPublisher({
    producer,
    codec,
    source,
    producerId,
    clock,
    context,
    logger,
    events: defineEvents({
      'ingestion.email_received': {
        topic,
        key: ({ payload }: EmailMessage) => emailKey(payload, keyHmacSecret),
        version: '1',
      },
    }),
  })

  const keep = (bytes: Uint8Array, contentType: string): Promise<ClaimCheckRef> =>
    keepBytes(claimCheck, bytes, contentType, 'have the mail delivered again')

  async function read(inbound: InboundMail): Promise<ReadMail | UnreadMail> {
    const { raw, envelope } = inbound
    if (inbound.kind === 'raw') {
      const mail = await parser.parse(raw, settings)
      if (mail.kind === 'unreadable') return { mail, whole: raw }
      return { mail, whole: raw, raw, rawType: mailType, envelope, missing: [], location: null }
    }
    const { fields, rawType } = inbound
    if (fields.kind === 'no-mail') {
      return { mail: { kind: 'unreadable', reason: 'NO_MAIL', message: fields.message }, whole: raw }
    }
    const { mail, whole } = await mailFromFields(fields, parser, settings)
    if (mail.kind === 'unreadable') return { mail, whole }
    const { missing = [], location = null } = fields
    return { mail, whole, raw, rawType, envelope, missing, location }
  }

  async function toEvents(read: ReadMail): Promise<readonly EmailEvent[]> {
    const { mail, whole, raw, rawType, envelope, missing, location } = read
    const ref = await keep(raw, rawType)
    const attachments = sortAttachments(mail, settings)
    const refs = new Map<string, ClaimCheckRef>()
    for (const { part, sha256, inline } of attachments) {
      // One after the other: a mail with a hundred large attachments must not open a hundred files.
      if (!inline && !refs.has(sha256)) refs.set(sha256, await keep(part.bytes, part.contentType))
    }
    const envelopeFrom = senderOf(envelope)
    const receivedAtMs = envelope.receivedAtMs ?? clock.now()
    const auth = envelope.auth ?? null
    const shared = toEmailPayload(
      mail,
      { envelopeFrom, receivedAtMs, auth },
      { raw: { ref, contentType: rawType, location, missing }, attachments, refs },
      settings,
    )
    const sender = mail.from?.address ?? envelopeFrom
    const key = emailKey(shared, keyHmacSecret)
    const events: EmailEvent[] = []
    for (const recipient of recipientsOf(envelope)) {
      // An id is a digest of all of the mail, a millisecond a MiB.
      if (events.length > 0 && whole.byteLength > largeBytes) await setImmediate()
      const identity = { providerId: mail.messageId, sender, recipient, body: mail.body, raw: whole }
      events.push({
        type: 'ingestion.email_received',
        messageId: emailMessageId(identity),
        key,
        receivedAtMs,
        message: {
          channel: 'email',
          message_type: 'email_received',
          payload: { ...shared, envelope_to: recipient },
        },
      })
    }
    return events
  }

  return {
    settings,
    async normalise(inbound) {
      const { raw, envelope } = inbound
      // What is not the mail itself has the limit of requests.
      if (inbound.kind === 'raw' && raw.byteLength > settings.maxBytes) {
        const message = `the mail has ${raw.byteLength} bytes, maxBytes is ${settings.maxBytes}: refuse it`
        throw new ChannelError('MAIL_TOO_LARGE', message)
      }
      const done = await read(inbound)
      if ('rawType' in done) return await toEvents(done)
      const rawType = inbound.kind === 'raw' ? mailType : inbound.rawType
      return toUnreadableMail({ unreadable: done.mail, raw, rawType, envelope }, done.whole)
    },
    publish: async ({ message, messageId, receivedAtMs }, publishOptions) =>
      await publisher.publish('ingestion.email_received', message, {
        ...publishOptions,
        messageId,
        time: receivedAtMs,
      }),
    bury: createEmailBurial({ producer, context, logger, clock, keep, settings }),
    close: async () => {
      if (options.parser === undefined) await parser.close()
    },
  }
}
