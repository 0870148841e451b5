import { createHash } from 'node:crypto'

/** Numbers for what is compared by identity; they hold nothing alive. */
const identities: WeakMap<object, number> = new WeakMap()
let identityCount = 0

/**
 * A text that is the same for values that are the same: plain objects (whatever the order of their fields), lists, bytes
 * and primitives by what they are, everything else by identity. A field that is `undefined` counts as not there. It is a
 * digest, since configurations hold passwords.
 */
export function fingerprint(value: unknown): string {
  const hash = createHash('sha256')
  hash.update(describe(value, []))
  return hash.digest('base64')
}

function describe(value: unknown, within: readonly object[]): string {
  if (typeof value === 'function') return identityOf(value)
  if (typeof value !== 'object' || value === null) return `${typeof value} ${encode(String(value))}`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`
  // A ring has no end to describe.
  if (within.includes(value)) return identityOf(value)
  const inside = [...within, value]
  if (Array.isArray(value)) return `[${value.map((item) => describe(item, inside)).join()}]`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return identityOf(value)
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${encode(name)}: ${describe(field, inside)}`)
  return `{${fields.join()}}`
}

/** So that no text can look like two fields. */
function encode(text: string): string {
  return JSON.stringify(text)
}

function identityOf(value: object): string {
  let identity = identities.get(value)
  if (identity === undefined) {
    identity = ++identityCount
    identities.set(value, identity)
  }
  return `object ${identity}`
}
