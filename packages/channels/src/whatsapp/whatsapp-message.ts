import type { ClaimCheckRef } from '../claim-check/claim-check-store.ts'
import type { WebhookEvent } from '../webhook/webhook-channel.ts'

/** What a message is; `unknown` stands for a type that Meta did not have, or did not say, when this was written. */
export type WhatsAppKind =
  | 'unknown'
  | 'text'
  | 'image'
  | 'audio'
  | 'video'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'interactive'
  | 'button'
  | 'reaction'
  | 'order'
  | 'system'
  | 'request_welcome'
  | 'edit'
  | 'revoke'
  | 'unsupported'

/** A file at Meta; whoever wants it asks for it by id. */
export interface WhatsAppMedia {
  readonly id: string | null
  readonly mime_type: string | null
  readonly sha256: string | null
  readonly caption: string | null
  readonly filename: string | null
  readonly voice: boolean
  readonly animated: boolean
}

/** A place. */
export interface WhatsAppLocation {
  readonly latitude: number
  readonly longitude: number
  readonly name: string | null
  readonly address: string | null
  readonly url: string | null
}

/** A card that somebody handed on; all of it is in `original`. */
export interface WhatsAppCard {
  readonly name: string | null
  readonly phones: readonly { readonly phone: string | null; readonly wa_id: string | null }[]
}

/** What somebody chose: a button, a row of a list, a form that was filled in. */
export interface WhatsAppReply {
  /** `button`, `button_reply`, `list_reply`, `nfm_reply`, or what Meta calls it. */
  readonly type: string
  readonly id: string | null
  readonly title: string | null
  readonly description: string | null
  /** Payload of a template's button, or a form's answers as JSON text. */
  readonly payload: string | null
}

/** What is put on, or taken off, another message. */
export interface WhatsAppReaction {
  /** `null` where it was taken off. */
  readonly emoji: string | null
  readonly removed: boolean
}

/** An order from a catalogue. */
export interface WhatsAppOrder {
  readonly catalog_id: string | null
  readonly text: string | null
  readonly items: readonly {
    readonly product_retailer_id: string | null
    readonly quantity: number | null
    /** A decimal as text: money is no floating-point number. */
    readonly item_price: string | null
    readonly currency: string | null
  }[]
}

/** What a message refers to. */
export interface WhatsAppContext {
  /** The `wamid` that it answers. */
  readonly message_id: string | null
  readonly from: string | null
  readonly from_user_id: string | null
  readonly forwarded: boolean
  readonly frequently_forwarded: boolean
  readonly catalog_id: string | null
  readonly product_retailer_id: string | null
}

/** The advertisement that it came from. */
export interface WhatsAppReferral {
  readonly source_type: string | null
  readonly source_id: string | null
  readonly source_url: string | null
  readonly headline: string | null
  readonly body: string | null
  readonly ctwa_clid: string | null
}

/** Somebody is known under another number or id from now on. `null` is what Meta did not say. */
export interface WhatsAppIdentityChange {
  /** `user_changed_number`, `user_changed_user_id`, `user_id_update`, or what Meta calls it. */
  readonly reason: string
  readonly previous_wa_id: string | null
  readonly previous_user_id: string | null
  readonly previous_parent_user_id: string | null
  readonly current_wa_id: string | null
  readonly current_user_id: string | null
  readonly current_parent_user_id: string | null
}

/** An error as Meta reports it. */
export interface WhatsAppError {
  readonly code: number | null
  readonly title: string | null
  readonly message: string | null
  readonly details: string | null
}

/** What all payloads of the channel have. */
export interface WhatsAppOrigin {
  readonly waba_id: string | null
  /** The business number that it is about. */
  readonly phone_number_id: string | null
  readonly display_phone_number: string | null
  /** When it happened by Meta's clock, milliseconds since the epoch; `null` where Meta did not say. */
  readonly occurred_at: number | null
  /** When it was taken in, milliseconds since the epoch. */
  readonly received_at: number
  readonly errors: readonly WhatsAppError[]
  /** The part of the webhook that this is, character by character; `null` where it is behind the claim check. */
  readonly original: string | null
  readonly original_claim_check: ClaimCheckRef | null
  /** Paths within `original` whose values are longer, or of another type, than the fields here can hold. */
  readonly incomplete: readonly string[]
}

/** The payload of `ingestion.whatsapp_received`; every field is described in `schemas/whatsapp-received.avsc`. */
export interface WhatsAppReceived extends WhatsAppOrigin {
  readonly wamid: string
  readonly from: string | null
  readonly from_user_id: string | null
  readonly from_parent_user_id: string | null
  readonly group_id: string | null
  readonly profile_name: string | null
  readonly username: string | null
  readonly identity_key_hash: string | null
  readonly kind: WhatsAppKind
  readonly type: string
  readonly text: string | null
  readonly media: WhatsAppMedia | null
  readonly location: WhatsAppLocation | null
  readonly contacts: readonly WhatsAppCard[]
  readonly reply: WhatsAppReply | null
  readonly reaction: WhatsAppReaction | null
  readonly order: WhatsAppOrder | null
  readonly target_wamid: string | null
  readonly context: WhatsAppContext | null
  readonly referral: WhatsAppReferral | null
  readonly identity_change: WhatsAppIdentityChange | null
}

/** The payload of `ingestion.whatsapp_status`; every field is described in `schemas/whatsapp-status.avsc`. */
export interface WhatsAppStatus extends WhatsAppOrigin {
  readonly wamid: string
  readonly status: 'unknown' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'deleted' | 'warning'
  readonly status_text: string
  readonly recipient_id: string | null
  readonly recipient_user_id: string | null
  readonly recipient_parent_user_id: string | null
  readonly recipient_type: string | null
  readonly recipient_participant_id: string | null
  readonly recipient_participant_user_id: string | null
  readonly conversation_id: string | null
  readonly conversation_origin: string | null
  readonly billable: boolean
  readonly pricing_model: string | null
  readonly pricing_category: string | null
  readonly callback_data: string | null
}

/** The payload of `ingestion.whatsapp_notice`; every field is described in `schemas/whatsapp-notice.avsc`. */
export interface WhatsAppNotice extends WhatsAppOrigin {
  /** The webhook field: `account_update`; `messages` for what came beside messages. */
  readonly field: string
  /** The member of the change's value that this is; `null` for the change as a whole. */
  readonly member: string | null
  readonly identity_change: WhatsAppIdentityChange | null
}

/** The value of a record, by its type. */
export type WhatsAppMessage =
  | {
      readonly channel: 'whatsapp'
      readonly message_type: 'whatsapp_received'
      readonly payload: WhatsAppReceived
    }
  | {
      readonly channel: 'whatsapp'
      readonly message_type: 'whatsapp_status'
      readonly payload: WhatsAppStatus
    }
  | {
      readonly channel: 'whatsapp'
      readonly message_type: 'whatsapp_notice'
      readonly payload: WhatsAppNotice
    }

/** One event of a webhook. */
export type WhatsAppEvent =
  | (WebhookEvent & {
      readonly type: `ingestion.${WhatsAppMessage['message_type']}`
      readonly message: WhatsAppMessage
    })
  | (WebhookEvent & {
      readonly type: 'ingestion.unreadable'
      /** The part of the webhook, character by character. */
      readonly original: string
      /** Where in the webhook it stands. */
      readonly path: string
      readonly reason: string
    })
