import { createJsonFields, type JsonFields } from '../webhook/json-fields.ts'
import { idOf } from './read-message.ts'

/** The contacts that a change names beside its messages. */
export interface ContactBook {
  /** The contact with this id, or else this number; one without fields where there is none. */
  find(number: string | null, userId: string | null): JsonFields
  /** The contact of a change that has one alone. */
  readonly only: JsonFields
}

/** Far above what one change has messages for. */
const maxContacts = 5000
const nobody: JsonFields = createJsonFields(undefined)

/** Contacts by id and number, never by their place in the list: a list may be shorter, or in another order. */
export function createContactBook(contacts: unknown): ContactBook {
  const all = createJsonFields({ contacts }).list('contacts', maxContacts)
  const byUserId = new Map<string, JsonFields>()
  const byNumber = new Map<string, JsonFields>()
  for (const contact of all) {
    const userId = idOf(contact, 'user_id')
    const number = idOf(contact, 'wa_id')
    if (userId !== null && !byUserId.has(userId)) byUserId.set(userId, contact)
    if (number !== null && !byNumber.has(number)) byNumber.set(number, contact)
  }
  return {
    find: (number, userId) =>
      (userId === null ? undefined : byUserId.get(userId)) ??
      (number === null ? undefined : byNumber.get(number)) ??
      nobody,
    only: (all.length === 1 ? all[0] : undefined) ?? nobody,
  }
}
