import type { ClaimCheckRef } from '../claim-check/claim-check-store.ts'
import type { WebhookEvent } from '../webhook/webhook-channel.ts'

/** What a form's own checks say of a submission. */
export type SpamVerdict =
  | 'clean'
  /** The field that people do not see is filled in. */
  | 'honeypot'
  /** Sent sooner than a person can. */
  | 'too_fast'
  /** Sent without the token of the page. */
  | 'no_token'
  /** The token was not made by this service, or not for this form. */
  | 'bad_token'
  /** The page is older than `maxFillMs`. */
  | 'stale_token'

/** A file of a form. */
export interface FormFile {
  readonly field: string
  /** The sender's word: never a path to write to. */
  readonly filename: string
  /** The sender's word. */
  readonly content_type: string
  readonly content: ClaimCheckRef
}

/** One submission; the fields of `schemas/web-form-submitted.avsc`, which describes them. */
export interface FormSubmitted {
  readonly form_type: string
  readonly submission_id: string | null
  readonly submitted_data: Readonly<Record<string, readonly string[]>>
  readonly submitted_json: string | null
  readonly submitter_email: string | null
  readonly files: readonly FormFile[]
  readonly origin: string | null
  readonly client_hash: string | null
  readonly locale: string | null
  readonly spam_verdict: SpamVerdict
  readonly fill_ms: number | null
  readonly received_at: number
}

/** The value of the event. */
export interface WebFormMessage {
  readonly channel: 'web_form'
  readonly message_type: 'form_submitted'
  readonly payload: FormSubmitted
}

/** One submission as an event. */
export interface WebFormEvent extends WebhookEvent {
  readonly type: 'ingestion.form_submitted'
  readonly message: WebFormMessage
}
