import { ChannelError } from '../channel-error.ts'
import { InvalidWebhookError } from '../webhook/invalid-webhook-error.ts'
import { createJsonFields, type JsonFields, type RootFields } from '../webhook/json-fields.ts'
import { readJsonText, type JsonSpan, type JsonText } from '../webhook/json-text.ts'
import { createContactBook, type ContactBook } from './contact-book.ts'
import { fieldBounds as most } from './field-bounds.ts'
import { idOf, readErrors, readMessage, readStatus, readUserIdUpdate } from './read-message.ts'
import { whatsAppMessageId, whatsAppStatusId, whatsAppTextId } from './whatsapp-identity.ts'
import type { WhatsAppEvent, WhatsAppMessage, WhatsAppOrigin } from './whatsapp-message.ts'

/** Bounds of one webhook. */
export interface WebhookLimits {
  readonly maxDepth: number
  readonly maxEvents: number
}

/**
 * The events of a webhook, in its order: entries, changes, and in each change messages, statuses, and whatever else
 * there is. Nothing in it is passed over: a part that cannot be read is an event of its own.
 *
 * @throws InvalidWebhookError for what is no webhook of WhatsApp; ChannelError `WEBHOOK_TOO_LARGE` for too many events
 */
export function readWebhook(
  raw: Uint8Array,
  limits: WebhookLimits,
  receivedAtMs: number,
): readonly WhatsAppEvent[] {
  const json = readJsonText(raw, limits)
  const root = json.members(json.root)
  if (root === undefined) throw new InvalidWebhookError('$', 'the body is no object')
  const object = root.get('object')
  if (object === undefined || json.value(object) !== 'whatsapp_business_account') {
    throw new InvalidWebhookError('$.object', 'is not whatsapp_business_account')
  }
  const entry = root.get('entry')
  const entries = entry === undefined ? undefined : json.elements(entry)
  if (entries === undefined) throw new InvalidWebhookError('$.entry', 'is no array')

  const reading = new WebhookReading(json, limits.maxEvents, receivedAtMs)
  for (const [index, span] of entries.entries()) reading.readEntry(span, `$.entry[${index}]`)
  return reading.events
}

/** What holds for all parts of a change. */
interface ChangePlace {
  readonly path: string
  readonly wabaId: string | null
  readonly field: string
  readonly phoneNumberId: string | null
  readonly displayPhoneNumber: string | null
  readonly contacts: ContactBook
}

/** One part of a change, as text and as fields. */
interface Part {
  readonly span: JsonSpan
  readonly fields: RootFields
  /** Whether its list holds nothing else. */
  readonly alone: boolean
}

/** Members of a change's value that say something of the others, and are no event of their own. */
const framing: ReadonlySet<string> = new Set(['messaging_product', 'metadata', 'contacts'])
/** Members of an entry that say nothing by themselves. */
const entryFraming: ReadonlySet<string> = new Set(['id', 'time', 'changes'])
const updates = 'user_id_update'

/** One webhook being read: its parts as text, and the events so far. */
class WebhookReading {
  readonly events: WhatsAppEvent[] = []
  readonly #json: JsonText
  readonly #maxEvents: number
  readonly #receivedAtMs: number

  constructor(json: JsonText, maxEvents: number, receivedAtMs: number) {
    this.#json = json
    this.#maxEvents = maxEvents
    this.#receivedAtMs = receivedAtMs
  }

  readEntry(span: JsonSpan, path: string): void {
    const members = this.#json.members(span)
    const list = members?.get('changes')
    const changes = list === undefined ? undefined : this.#json.elements(list)
    if (changes === undefined) return this.#bury(span, path, 'an entry without a list of changes')
    const others = [...(members?.keys() ?? [])].filter((name) => !entryFraming.has(name))
    if (changes.length === 0 && others.length > 0) return this.#bury(span, path, 'an entry without a change')
    const wabaId = idOf(this.#fields(members, 'id'), 'id')
    for (const [index, change] of changes.entries()) {
      this.#readChange(change, `${path}.changes[${index}]`, wabaId)
    }
  }

  #readChange(span: JsonSpan, path: string, wabaId: string | null): void {
    const members = this.#json.members(span)
    const field = idOf(this.#fields(members, 'field'), 'field')
    if (field === null) return this.#bury(span, path, 'a change without a field')
    const value = members?.get('value')
    const within = value === undefined ? undefined : this.#json.members(value)
    const metadata = this.#fields(within, 'metadata').object('metadata')
    const place: ChangePlace = {
      path: `${path}.value`,
      wabaId,
      field,
      phoneNumberId: idOf(metadata, 'phone_number_id'),
      displayPhoneNumber: idOf(metadata, 'display_phone_number'),
      contacts: createContactBook(this.#value(within?.get('contacts'))),
    }
    const parts = [...(within ?? [])].filter(([name]) => !framing.has(name))
    const isRead = field === 'messages' || parts.every(([name]) => name === updates)
    const before = this.events.length
    if (isRead) for (const [name, part] of parts) this.#readMember(name, part, place)
    // Nothing that is known was in it, so it is kept as it is.
    if (this.events.length === before) this.#notice(span, place, null)
  }

  #readMember(name: string, span: JsonSpan, place: ChangePlace): void {
    if (name === 'messages') this.#readEach(name, span, place, (part) => this.#readMessage(part, place))
    else if (name === 'statuses') this.#readEach(name, span, place, (part) => this.#readStatus(part, place))
    else if (name === updates) {
      this.#readEach(name, span, place, (part) => this.#notice(part.span, place, name))
    } else this.#notice(span, place, name)
  }

  /** `read` gives what is wrong with a part, or nothing. */
  #readEach(
    name: string,
    span: JsonSpan,
    place: ChangePlace,
    read: (part: Part) => string | undefined,
  ): void {
    const path = `${place.path}.${name}`
    const items = this.#json.elements(span)
    if (items === undefined) return this.#bury(span, path, 'is no list')
    for (const [index, item] of items.entries()) {
      const fields = createJsonFields(this.#value(item))
      const part = { span: item, fields, alone: items.length === 1 }
      const problem = fields.present ? read(part) : 'is no object'
      if (problem !== undefined) this.#bury(item, `${path}[${index}]`, problem)
    }
  }

  #readMessage({ span, fields, alone }: Part, place: ChangePlace): string | undefined {
    const own = readMessage(fields, (number, userId) =>
      // Meta may leave both out where the sender hides the number.
      number === null && userId === null && alone ? place.contacts.only : place.contacts.find(number, userId),
    )
    if (own === undefined) return 'a message without an id'
    const messageId = whatsAppMessageId({
      phoneNumberId: place.phoneNumberId,
      wamid: own.wamid,
      sender: own.from_user_id ?? own.from,
      groupId: own.group_id,
      type: own.type,
    })
    const payload = { ...own, ...this.#origin(span, place, fields) }
    this.#add(messageId, { channel: 'whatsapp', message_type: 'whatsapp_received', payload })
    return undefined
  }

  #readStatus({ span, fields }: Part, place: ChangePlace): string | undefined {
    const own = readStatus(fields)
    if (own === undefined) return 'a status that does not say of which message, or what'
    const messageId = whatsAppStatusId({
      phoneNumberId: place.phoneNumberId,
      wamid: own.wamid,
      status: own.status_text,
      occurredAtMs: own.occurred_at,
      recipients: [
        own.recipient_id,
        own.recipient_user_id,
        own.recipient_participant_id,
        own.recipient_participant_user_id,
      ],
    })
    const payload = { ...own, ...this.#origin(span, place, fields) }
    this.#add(messageId, { channel: 'whatsapp', message_type: 'whatsapp_status', payload })
    return undefined
  }

  #notice(span: JsonSpan, place: ChangePlace, member: string | null): undefined {
    const { wabaId, phoneNumberId, field } = place
    const value = this.#value(span)
    // Errors stand beside messages as a list of their own.
    const fields = createJsonFields(member === 'errors' ? { errors: value } : value)
    const own = {
      field,
      member: member === null ? null : shortName(member),
      occurred_at: fields.unixTime('timestamp'),
      errors: readErrors(fields),
      identity_change: member === updates ? readUserIdUpdate(fields) : null,
    }
    const origin = this.#origin(span, place, fields)
    const messageId = whatsAppTextId('notice', [wabaId, phoneNumberId, field, member], origin.original)
    const payload = { ...own, ...origin }
    this.#add(messageId, { channel: 'whatsapp', message_type: 'whatsapp_notice', payload })
  }

  /** To be called when everything else was read: what could not be is known by then. */
  #origin(span: JsonSpan, place: ChangePlace, fields: RootFields): PartOrigin {
    return {
      waba_id: place.wabaId,
      phone_number_id: place.phoneNumberId,
      display_phone_number: place.displayPhoneNumber,
      received_at: this.#receivedAtMs,
      original: this.#json.slice(span),
      original_claim_check: null,
      incomplete: fields.incomplete,
    }
  }

  #add(messageId: string, message: WhatsAppMessage): void {
    this.#push({ type: `ingestion.${message.message_type}`, messageId, message })
  }

  #bury(span: JsonSpan, path: string, reason: string): void {
    const original = this.#json.slice(span)
    const messageId = whatsAppTextId('unreadable', [], original)
    this.#push({ type: 'ingestion.unreadable', messageId, original, path, reason })
  }

  #push(event: WhatsAppEvent): void {
    if (this.events.length >= this.#maxEvents) {
      const message = `more than ${this.#maxEvents} events in one webhook`
      throw new ChannelError('WEBHOOK_TOO_LARGE', message)
    }
    this.events.push(event)
  }

  #value(span: JsonSpan | undefined): unknown {
    return span === undefined ? undefined : this.#json.value(span)
  }

  /** One member, as the only field of an object. */
  #fields(members: ReadonlyMap<string, JsonSpan> | undefined, name: string): JsonFields {
    return createJsonFields({ [name]: this.#value(members?.get(name)) })
  }
}

type PartOrigin = Omit<WhatsAppOrigin, 'occurred_at' | 'errors' | 'original'> & { readonly original: string }

function shortName(name: string): string {
  return createJsonFields({ name }).text('name', most.idBytes) ?? ''
}
