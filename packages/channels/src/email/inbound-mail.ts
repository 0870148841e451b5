import type { MailEnvelope } from './mail-envelope.ts'
import type { MailFields } from './mail-from-fields.ts'

/** A mail as a transport handed it over: the bytes that are the truth, how to read them, and how they were delivered. */
export type InboundMail = RawMail | FieldsMail

/** The mail itself, as it was written. */
interface RawMail {
  readonly kind: 'raw'
  readonly raw: Uint8Array
  readonly envelope: MailEnvelope
}

/** A mail that the provider took apart; the body of its request is all that is left of the original. */
interface FieldsMail {
  readonly kind: 'fields'
  /** The body of the provider's request. */
  readonly raw: Uint8Array
  /** Its content type, with the parameters that are needed to read it again. */
  readonly rawType: string
  /** The mail's parts, or why there is none in the request. */
  readonly fields: MailFields | NoMail
  readonly envelope: MailEnvelope
}

/** What a provider sent is certainly from it, and no mail. */
interface NoMail {
  readonly kind: 'no-mail'
  readonly message: string
}
