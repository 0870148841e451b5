import type { JsonFields } from '../webhook/json-fields.ts'
import { fieldBounds as most } from './field-bounds.ts'
import type { WhatsAppKind, WhatsAppMedia, WhatsAppReceived, WhatsAppReply } from './whatsapp-message.ts'

/** The part of a payload that depends on the type of the message. */
export type MessageContent = Pick<
  WhatsAppReceived,
  'kind' | 'text' | 'media' | 'location' | 'contacts' | 'reply' | 'reaction' | 'order' | 'target_wamid'
>

const nothing: MessageContent = {
  kind: 'unknown',
  text: null,
  media: null,
  location: null,
  contacts: [],
  reply: null,
  reaction: null,
  order: null,
  target_wamid: null,
}

/** A reader gets the message's member of the type's name, which holds what the message says. */
type ContentReader = (content: JsonFields) => Partial<MessageContent>

const readMedia: ContentReader = (content) => {
  const media = toMedia(content)
  return { media, text: media.caption }
}

const readers: Readonly<Record<Exclude<WhatsAppKind, 'unknown'>, ContentReader>> = {
  text: (content) => ({ text: content.text('body', most.textBytes) }),
  image: readMedia,
  audio: readMedia,
  video: readMedia,
  document: readMedia,
  sticker: readMedia,
  location: readLocation,
  // An array, which readContent reads.
  contacts: () => ({}),
  interactive: (content) => {
    const reply = toReply(content)
    return { reply, text: reply.title }
  },
  button: (content) => {
    const title = content.text('text', most.textBytes)
    const payload = content.text('payload', most.payloadBytes)
    return { text: title, reply: { type: 'button', id: null, title, description: null, payload } }
  },
  reaction: (content) => {
    // Meta leaves the emoji out, or empty, where a reaction is taken off.
    const emoji = content.text('emoji', most.idBytes) || null
    return {
      target_wamid: content.text('message_id', most.idBytes),
      reaction: { emoji, removed: emoji === null },
    }
  },
  order: readOrder,
  system: (content) => ({ text: content.text('body', most.textBytes) }),
  request_welcome: () => ({}),
  edit: (content) => {
    const edited = readContent(
      content.object('message'),
      content.object('message').text('type', most.idBytes),
    )
    return { ...edited, target_wamid: content.text('original_message_id', most.idBytes) }
  },
  revoke: (content) => ({ target_wamid: content.text('original_message_id', most.idBytes) }),
  unsupported: () => ({}),
}

const isKnown = (type: string): type is keyof typeof readers => Object.hasOwn(readers, type)

/** What a message says, by its type. A type that is not in the table says nothing but its original. */
export function readContent(message: JsonFields, type: string | null): MessageContent {
  if (type === null || !isKnown(type)) return nothing
  if (type === 'contacts') return { ...nothing, kind: type, contacts: readCards(message) }
  return { ...nothing, ...readers[type](message.object(type)), kind: type }
}

function toMedia(content: JsonFields): WhatsAppMedia {
  return {
    id: content.text('id', most.idBytes),
    mime_type: content.text('mime_type', most.idBytes),
    sha256: content.text('sha256', most.idBytes),
    caption: content.text('caption', most.captionBytes),
    filename: content.text('filename', most.nameBytes),
    voice: content.flag('voice'),
    animated: content.flag('animated'),
  }
}

function readLocation(content: JsonFields): Partial<MessageContent> {
  const latitude = content.number('latitude')
  const longitude = content.number('longitude')
  if (latitude === null || longitude === null) return {}
  return {
    location: {
      latitude,
      longitude,
      name: content.text('name', most.nameBytes),
      address: content.text('address', most.nameBytes),
      url: content.text('url', most.urlBytes),
    },
  }
}

function readCards(message: JsonFields): MessageContent['contacts'] {
  return message.list('contacts', most.cards).map((card) => ({
    name: card.object('name').text('formatted_name', most.nameBytes),
    phones: card.list('phones', most.phones).map((phone) => ({
      phone: phone.text('phone', most.idBytes),
      wa_id: phone.text('wa_id', most.idBytes),
    })),
  }))
}

function toReply(content: JsonFields): WhatsAppReply {
  const type = content.text('type', most.idBytes) ?? ''
  const reply = content.object(type)
  return {
    type,
    // A form has a name and a body where a button has an id and a title.
    id: reply.text('id', most.idBytes) ?? reply.text('name', most.idBytes),
    title: reply.text('title', most.captionBytes) ?? reply.text('body', most.captionBytes),
    description: reply.text('description', most.captionBytes),
    payload: reply.text('response_json', most.payloadBytes),
  }
}

function readOrder(content: JsonFields): Partial<MessageContent> {
  const text = content.text('text', most.textBytes)
  return {
    text,
    order: {
      catalog_id: content.text('catalog_id', most.idBytes),
      text,
      items: content.list('product_items', most.orderItems).map((item) => ({
        product_retailer_id: item.text('product_retailer_id', most.idBytes),
        quantity: item.integer('quantity'),
        item_price: decimal(item.number('item_price')),
        currency: item.text('currency', most.idBytes),
      })),
    },
  }
}

/** Never with an exponent: readers of decimals do not expect one. */
function decimal(value: number | null): string | null {
  if (value === null) return null
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text
}
