import { Buffer } from 'node:buffer'

/** A value of JSON that nobody has looked at yet. */
export type JsonValue = unknown

/** JSON as a value; `undefined` for what is none. */
export function parseJson(text: string | Uint8Array | undefined): JsonValue {
  if (text === undefined) return undefined
  try {
    return JSON.parse(typeof text === 'string' ? text : utf8.decode(text)) as JsonValue
  } catch {
    // Whoever asks has a way to go on without it, or says where it was missing.
    return undefined
  }
}

/** A byte order mark is no JSON, and some send one. */
const utf8 = new TextDecoder('utf-8')

/** One member of an object, its own and no inherited one; `undefined` for anything else. */
export function member(value: JsonValue, name: string): JsonValue {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name)
  return isObject ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined
}

/** A member that is text; half a surrogate pair, which JSON can say and UTF-8 cannot, becomes U+FFFD. */
export function textMember(value: JsonValue, name: string): string | undefined {
  const text = member(value, name)
  return typeof text === 'string' ? text.toWellFormed() : undefined
}

/** A member that is a list; an empty one for anything else. */
export function listMember(value: JsonValue, name: string): readonly JsonValue[] {
  const list = member(value, name)
  return Array.isArray(list) ? list : []
}

/** The bytes that base64 stands for; `null` where it is none. */
export function fromBase64(text: string): Buffer | null {
  return /[^A-Za-z0-9+/=\s]/.test(text) ? null : Buffer.from(text, 'base64')
}
