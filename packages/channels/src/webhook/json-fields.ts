import { createShortener } from '../shortener.ts'

/** Reads the fields of an untrusted value, each for what it should be. Whatever it is instead, reading never throws. */
export interface JsonFields {
  /** Whether there is an object to read at all. */
  readonly present: boolean
  /** A string, cut at `maxBytes` of UTF-8, half a surrogate pair as U+FFFD; `null` where there is none. */
  text(name: string, maxBytes: number): string | null
  /** A finite number; `null` where there is none. */
  number(name: string): number | null
  /** A whole number that a number can hold, also as a string of digits; `null` where there is none. */
  integer(name: string): number | null
  /** Seconds since 1970, also as a string of digits, in milliseconds; `null` where there are none. */
  unixTime(name: string): number | null
  /** `false` where there is no boolean. */
  flag(name: string): boolean
  /** An object; one without fields where there is none. */
  object(name: string): JsonFields
  /** The objects in an array, the first `maxItems` of them. */
  list(name: string, maxItems: number): readonly JsonFields[]
}

/** A reader, and where it found less, or other, than it was to read. */
export interface RootFields extends JsonFields {
  /** Paths of fields that were cut or of another type, in order, each once, the first {@link maxPaths} of them. */
  readonly incomplete: readonly string[]
}

const maxPaths = 50

/** A reader over a value from `JSON.parse`. */
export function createJsonFields(value: unknown): RootFields {
  const incomplete = new Set<string>()
  const note = (path: string): void => {
    if (incomplete.size < maxPaths) incomplete.add(path)
  }
  const fields = fieldsOf(isObject(value) ? value : undefined, '', note)
  return {
    ...fields,
    get incomplete() {
      return [...incomplete]
    },
  }
}

type JsonObject = Readonly<Record<string, unknown>>

function fieldsOf(source: JsonObject | undefined, prefix: string, note: (path: string) => void): JsonFields {
  /** The value where it is what it should be. Own fields alone: "constructor" is nobody's field, "__proto__" may be. */
  const read = <Value>(name: string, isValue: (value: unknown) => value is Value): Value | null => {
    const value = source !== undefined && Object.hasOwn(source, name) ? source[name] : undefined
    if (value === undefined || value === null) return null
    if (isValue(value)) return value
    note(prefix + name)
    return null
  }
  return {
    present: source !== undefined,
    text(name, maxBytes) {
      const short = createShortener()
      const text = short.text(name, read(name, isString)?.toWellFormed() ?? null, maxBytes)
      if (short.truncated.length > 0) note(prefix + name)
      return text
    },
    number: (name) => read(name, isFiniteNumber),
    integer(name) {
      const value = read(name, isInteger)
      return value === null ? null : Number(value)
    },
    unixTime(name) {
      const value = read(name, isUnixTime)
      return value === null ? null : Number(value) * 1000
    },
    flag: (name) => read(name, isBoolean) ?? false,
    object: (name) => fieldsOf(read(name, isObject) ?? undefined, `${prefix}${name}.`, note),
    list(name, maxItems) {
      const all = read(name, isArray) ?? []
      if (all.length > maxItems) note(prefix + name)
      return all.slice(0, maxItems).map((item, index) => {
        const path = `${prefix}${name}[${index}]`
        if (!isObject(item)) note(path)
        return fieldsOf(isObject(item) ? item : undefined, `${path}.`, note)
      })
    },
  }
}

const isString = (value: unknown): value is string => typeof value === 'string'
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isFiniteNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)
const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isInteger = (value: unknown): value is number | string =>
  typeof value === 'string' ? /^-?\d{1,15}$/.test(value) : Number.isSafeInteger(value)
/** Up to the year 5138: what is larger was not meant to be seconds. */
const isUnixTime = (value: unknown): value is number | string =>
  isInteger(value) && Number(value) >= 0 && Number(value) <= 1e11
