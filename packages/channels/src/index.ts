/**
 * Inbound channels as Kafka events: read, normalise, key, publish.
 *
 * @module
 */
export { ChannelError, type ChannelErrorCode } from './channel-error.ts'
export type { ClaimCheckRef, ClaimCheckStore } from './claim-check/claim-check-store.ts'
export { fileClaimChecks } from './claim-check/file-claim-checks.ts'
export type { EmailAddress } from './email/email-address.ts'
export { emailChannel, type EmailChannel, type NormalisedMail } from './email/email-channel.ts'
export type {
  EmailChannelOptions,
  MailPublishOptions,
  MailResult,
  PublishedMessage,
} from './email/email-channel-options.ts'
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
