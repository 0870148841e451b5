/**
 * Inbound channels as Kafka events: read, normalise, key, publish.
 *
 * @module
 */
export { ChannelError, type ChannelErrorCode } from './channel-error.ts'
export type { ClaimCheckRef, ClaimCheckStore } from './claim-check/claim-check-store.ts'
export { fileClaimChecks } from './claim-check/file-claim-checks.ts'
export { s3ClaimChecks } from './claim-check/s3-claim-checks.ts'
export type { S3ClaimChecksOptions, S3Credentials } from './claim-check/s3-options.ts'
export { basicAuth, type Credentials } from './email/basic-auth.ts'
export type { DuplicateStore } from './duplicates/duplicate-store.ts'
export { memoryDuplicates, type MemoryDuplicatesOptions } from './duplicates/memory-duplicates.ts'
export { oncePerMessage, type HandledOnce } from './duplicates/once-per-message.ts'
export { withoutDuplicates, type WithoutDuplicatesOptions } from './duplicates/without-duplicates.ts'
export type { EmailAddress } from './email/email-address.ts'
export { emailChannel, type EmailChannel, type NormalisedMail } from './email/email-channel.ts'
export type {
  EmailChannelOptions,
  MailPublishOptions,
  MailResult,
  PublishedMessage,
} from './email/email-channel-options.ts'
export type { UnreadableMailEvent } from './email/email-burial.ts'
export { emailKey } from './email/email-key.ts'
export type {
  AuthVerdict,
  AuthVerdicts,
  EmailAttachment,
  EmailEvent,
  EmailMessage,
  EmailReceived,
} from './email/email-message.ts'
export { readEmailReceivedSchema } from './email/email-schema.ts'
export {
  parseEmail,
  type ParsedAttachment,
  type ParsedEmail,
  type ParseLimits,
  type UnreadableEmail,
  type UnreadableReason,
} from './email/parse-email.ts'
export type { MailEnvelope } from './email/mail-envelope.ts'
export { createMailParser, type MailParser, type MailParserOptions } from './email/mail-parser.ts'
export type { MailEvent, MailWebhook } from './email/mail-webhook.ts'
export { mailgunChannel, type MailgunChannelOptions } from './email/mailgun/mailgun-channel.ts'
export { postmarkChannel, type PostmarkChannelOptions } from './email/postmark/postmark-channel.ts'
export { rawEmailChannel, type RawEmailChannelOptions } from './email/raw/raw-email-channel.ts'
export { sendGridChannel, type SendGridChannelOptions } from './email/sendgrid/sendgrid-channel.ts'
export type { Fetch } from './email/ses/fetch-bytes.ts'
export type { S3Location } from './email/ses/read-ses.ts'
export { sesChannel, type SesChannelOptions, type SnsSubscription } from './email/ses/ses-channel.ts'
export { InvalidWebhookError } from './webhook/invalid-webhook-error.ts'
export { takeWebhook, type TakeWebhookOptions, type WebhookResult } from './webhook/take-webhook.ts'
export { jsonAnswer, textAnswer, type WebhookAnswer } from './webhook/webhook-answer.ts'
export type {
  EventPublishOptions,
  PublishedEvent,
  Verification,
  WebhookChannel,
  WebhookEvent,
  WebhookOutcome,
  WebhookRules,
} from './webhook/webhook-channel.ts'
export type { WebhookServerOptions } from './webhook/take-stream.ts'
export { webhookHandler } from './webhook/webhook-handler.ts'
export { webhookPlugin, type PluginScope, type WebhookPluginOptions } from './webhook/webhook-plugin.ts'
export {
  headerOf,
  type WebhookHead,
  type WebhookHeaders,
  type WebhookRequest,
} from './webhook/webhook-request.ts'
export { whatsAppChannel, type WhatsAppChannel } from './whatsapp/whatsapp-channel.ts'
export type { WhatsAppChannelOptions } from './whatsapp/whatsapp-channel-options.ts'
export { whatsAppKey } from './whatsapp/whatsapp-key.ts'
export type {
  WhatsAppCard,
  WhatsAppContext,
  WhatsAppError,
  WhatsAppEvent,
  WhatsAppIdentityChange,
  WhatsAppKind,
  WhatsAppLocation,
  WhatsAppMedia,
  WhatsAppMessage,
  WhatsAppNotice,
  WhatsAppOrder,
  WhatsAppOrigin,
  WhatsAppReaction,
  WhatsAppReceived,
  WhatsAppReferral,
  WhatsAppReply,
  WhatsAppStatus,
} from './whatsapp/whatsapp-message.ts'
export { whatsAppSchemas, type WhatsAppSchemaTopics } from './whatsapp/whatsapp-schemas.ts'
export { createFormToken, type FormTokenOptions } from './web-form/form-token.ts'
export { webFormChannel, type WebFormChannel } from './web-form/web-form-channel.ts'
export type { FormRateLimit, WebFormChannelOptions } from './web-form/web-form-channel-options.ts'
export type {
  FormFile,
  FormSubmitted,
  SpamVerdict,
  WebFormEvent,
  WebFormMessage,
} from './web-form/web-form-message.ts'
export { webFormSchema } from './web-form/web-form-schema.ts'
