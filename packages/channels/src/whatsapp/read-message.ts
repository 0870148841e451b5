import type { JsonFields, RootFields } from '../webhook/json-fields.ts'
import { fieldBounds as most } from './field-bounds.ts'
import { readContent } from './message-content.ts'
import type {
  WhatsAppContext,
  WhatsAppError,
  WhatsAppIdentityChange,
  WhatsAppOrigin,
  WhatsAppReceived,
  WhatsAppReferral,
  WhatsAppStatus,
} from './whatsapp-message.ts'

/** An id, or nothing: an empty one is none. */
export function idOf(fields: JsonFields, name: string): string | null {
  return fields.text(name, most.idBytes) || null
}

/** Errors as Meta lists them. */
export function readErrors(fields: JsonFields): readonly WhatsAppError[] {
  return fields.list('errors', most.errors).map((error) => ({
    code: error.integer('code'),
    title: error.text('title', most.nameBytes),
    message: error.text('message', most.nameBytes),
    details: error.object('error_data').text('details', most.nameBytes),
  }))
}

/** What the readers below leave to the caller. */
type OwnFields<Payload extends WhatsAppOrigin> = Omit<
  Payload,
  Exclude<keyof WhatsAppOrigin, 'occurred_at' | 'errors'>
>

/**
 * A message, with what the webhook says of its sender beside it. `undefined` for one without an id: nothing could tell
 * it from another.
 */
export function readMessage(
  message: RootFields,
  contactOf: (from: string | null, userId: string | null) => JsonFields,
): OwnFields<WhatsAppReceived> | undefined {
  const wamid = idOf(message, 'id')
  if (wamid === null) return undefined
  const type = message.text('type', most.idBytes)
  const ownFrom = idOf(message, 'from')
  const ownUserId = idOf(message, 'from_user_id')
  const contact = contactOf(ownFrom, ownUserId)
  const from = ownFrom ?? idOf(contact, 'wa_id')
  const content = readContent(message, type)
  // An edit brings the context of the message that it replaces.
  const edited = content.kind === 'edit' ? message.object('edit').object('message') : message
  return {
    wamid,
    from,
    from_user_id: ownUserId ?? idOf(contact, 'user_id'),
    from_parent_user_id: idOf(message, 'from_parent_user_id') ?? idOf(contact, 'parent_user_id'),
    group_id: idOf(message, 'group_id'),
    profile_name: contact.object('profile').text('name', most.nameBytes),
    username: contact.object('profile').text('username', most.nameBytes),
    identity_key_hash: idOf(contact, 'identity_key_hash'),
    type: type ?? '',
    ...content,
    occurred_at: message.unixTime('timestamp'),
    errors: readErrors(message),
    context: readContext(message.object('context').present ? message : edited),
    referral: readReferral(message.object('referral')),
    identity_change: content.kind === 'system' ? readSystemChange(message.object('system'), ownFrom) : null,
  }
}

function readContext(message: JsonFields): WhatsAppContext | null {
  const context = message.object('context')
  if (!context.present) return null
  const product = context.object('referred_product')
  return {
    message_id: idOf(context, 'id'),
    from: idOf(context, 'from'),
    from_user_id: idOf(context, 'from_user_id'),
    forwarded: context.flag('forwarded'),
    frequently_forwarded: context.flag('frequently_forwarded'),
    catalog_id: idOf(product, 'catalog_id'),
    product_retailer_id: idOf(product, 'product_retailer_id'),
  }
}

function readReferral(referral: JsonFields): WhatsAppReferral | null {
  if (!referral.present) return null
  return {
    source_type: idOf(referral, 'source_type'),
    source_id: idOf(referral, 'source_id'),
    source_url: referral.text('source_url', most.urlBytes),
    headline: referral.text('headline', most.nameBytes),
    body: referral.text('body', most.urlBytes),
    ctwa_clid: idOf(referral, 'ctwa_clid'),
  }
}

/** System messages that say that somebody changed; those of other types have no new number or id. */
function readSystemChange(system: JsonFields, from: string | null): WhatsAppIdentityChange | null {
  const change = {
    previous_wa_id: from,
    previous_user_id: idOf(system, 'previous_user_id'),
    previous_parent_user_id: idOf(system, 'previous_parent_user_id'),
    current_wa_id: idOf(system, 'new_wa_id') ?? idOf(system, 'wa_id'),
    current_user_id: idOf(system, 'user_id'),
    current_parent_user_id: idOf(system, 'parent_user_id'),
  }
  if (change.current_wa_id === null && change.current_user_id === null) return null
  return { reason: idOf(system, 'type') ?? 'unknown', ...change }
}

/** One item of `user_id_update`, as partners of Meta hand it on. */
export function readUserIdUpdate(item: JsonFields): WhatsAppIdentityChange {
  const userId = item.object('user_id')
  const parent = item.object('parent_user_id')
  const waId = idOf(item, 'wa_id')
  return {
    reason: 'user_id_update',
    previous_wa_id: waId,
    previous_user_id: idOf(userId, 'previous'),
    previous_parent_user_id: idOf(parent, 'previous'),
    current_wa_id: waId,
    current_user_id: idOf(userId, 'current'),
    current_parent_user_id: idOf(parent, 'current'),
  }
}

const statuses = ['sent', 'delivered', 'read', 'played', 'failed', 'deleted', 'warning'] as const

/** A status of a message that the business sent; `undefined` for one that does not say of which, or what. */
export function readStatus(status: RootFields): OwnFields<WhatsAppStatus> | undefined {
  const wamid = idOf(status, 'id')
  const text = idOf(status, 'status')
  if (wamid === null || text === null) return undefined
  const conversation = status.object('conversation')
  const pricing = status.object('pricing')
  return {
    wamid,
    status: statuses.find((each) => each === text) ?? 'unknown',
    status_text: text,
    recipient_id: idOf(status, 'recipient_id'),
    recipient_user_id: idOf(status, 'recipient_user_id'),
    recipient_parent_user_id: idOf(status, 'recipient_parent_user_id'),
    recipient_type: idOf(status, 'recipient_type'),
    recipient_participant_id: idOf(status, 'recipient_participant_id'),
    recipient_participant_user_id: idOf(status, 'recipient_participant_user_id'),
    conversation_id: idOf(conversation, 'id'),
    conversation_origin: idOf(conversation.object('origin'), 'type'),
    billable: pricing.flag('billable'),
    pricing_model: idOf(pricing, 'pricing_model'),
    pricing_category: idOf(pricing, 'category'),
    callback_data: status.text('biz_opaque_callback_data', most.nameBytes),
    occurred_at: status.unixTime('timestamp'),
    errors: readErrors(status),
  }
}
