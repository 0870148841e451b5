import type { ClaimCheckRef } from '../claim-check/claim-check-store.ts'
import type { EmailAddress } from './email-address.ts'

/** What a check of sender authentication can say; `unknown` stands for one that a reader does not know. */
export type AuthVerdict =
  | 'unknown'
  | 'none'
  | 'pass'
  | 'fail'
  | 'softfail'
  | 'neutral'
  | 'policy'
  | 'temperror'
  | 'permerror'

/** What the receiving side found out about the sender. */
export interface AuthVerdicts {
  readonly spf: AuthVerdict
  readonly dkim: AuthVerdict
  readonly dmarc: AuthVerdict
  /** `fail`: taken for spam. Default: `unknown`. */
  readonly spam?: AuthVerdict | undefined
  /** `fail`: carries one. Default: `unknown`. */
  readonly virus?: AuthVerdict | undefined
}

/** One attachment: small ones carry their bytes, large ones a reference. */
export interface EmailAttachment {
  readonly filename: string | null
  readonly content_type: string
  readonly size: number
  readonly sha256: string
  readonly disposition: string | null
  readonly content_id: string | null
  readonly inline: Uint8Array | null
  readonly claim_check: ClaimCheckRef | null
}

/** The payload of `ingestion.email_received`; every field is described in `schemas/email-received.avsc`. */
export interface EmailReceived {
  readonly from_email: string | null
  readonly from_name: string | null
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly reply_to: readonly EmailAddress[]
  readonly subject: string | null
  readonly text: string | null
  readonly html: string | null
  readonly message_id_header: string | null
  readonly in_reply_to: string | null
  readonly references: readonly string[]
  readonly date_header: string | null
  readonly envelope_from: string | null
  readonly envelope_to: string | null
  readonly received_at: number
  readonly attachments: readonly EmailAttachment[]
  readonly auth: Required<AuthVerdicts> | null
  readonly auto_generated: boolean
  readonly auto_generated_reason: string | null
  readonly raw_size: number
  readonly raw_sha256: string
  readonly raw_claim_check: ClaimCheckRef
  readonly raw_content_type: string
  readonly raw_location: string | null
  readonly truncated: readonly string[]
}

/** The value of a record in the intake topic. */
export interface EmailMessage {
  readonly channel: 'email'
  readonly message_type: 'email_received'
  readonly payload: EmailReceived
}

/** One mail for one recipient, ready to be published. */
export interface EmailEvent {
  readonly type: 'ingestion.email_received'
  /** The same for the same mail to the same recipient, however often it is delivered. */
  readonly messageId: string
  /** The record key: mails of one sender keep their order. */
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly receivedAtMs: number
  readonly message: EmailMessage
}
