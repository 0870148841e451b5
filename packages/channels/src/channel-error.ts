import { HeadwaterError } from '@headwater/base'

/** What can go wrong while a message is taken in. Nothing is acknowledged when one of these is thrown. */
export type ChannelErrorCode =
  /** An option of the channel cannot be used: no number, an empty secret or list, a key that cannot be read. */
  | 'INVALID_CHANNEL_OPTION'
  /** The mail is larger than `maxBytes`; the sender can be told so. */
  | 'MAIL_TOO_LARGE'
  /** Bytes could not be kept; the same mail may be taken in later. */
  | 'CLAIM_CHECK_FAILED'
  /** The reference was not made by this store. */
  | 'CLAIM_CHECK_INVALID'
  /** The store holds nothing under the reference. */
  | 'CLAIM_CHECK_NOT_FOUND'
  /** The kept bytes are not the ones that were handed over. */
  | 'CLAIM_CHECK_CORRUPT'
  /** Some of the mail's events were not delivered; the cause holds the errors. The same mail may be taken in again. */
  | 'PARTLY_PUBLISHED'
  /** The mail is unreadable and the dead-letter topic did not take it either; the cause holds both errors. */
  | 'DEAD_LETTER_FAILED'
  /** Too many large mails wait to be read, or the parser was closed; the same mail may be taken in later. */
  | 'PARSER_UNAVAILABLE'
  /** A certificate, an object or a confirmation could not be had from the provider; the same request may be taken later. */
  | 'PROVIDER_UNAVAILABLE'
  /** A request is none of the channel's webhooks: its sender has to mend it. */
  | 'WEBHOOK_INVALID'
  /** A request has more bytes, or more events, than the channel takes. */
  | 'WEBHOOK_TOO_LARGE'

/** Thrown by the channels and their claim-check stores. */
export class ChannelError extends HeadwaterError<ChannelErrorCode> {}
