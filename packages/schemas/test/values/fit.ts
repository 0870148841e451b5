import type { Schema } from './random-schema.ts'

/** Says that a value does not fit. */
export const noFit: unique symbol = Symbol('noFit')

const bucketOf = (schema: Schema): string => {
  const type = typeof schema === 'string' ? schema : (schema as { readonly type: string }).type
  if (['int', 'long', 'float', 'double'].includes(type)) return 'number'
  if (type === 'enum') return 'string'
  if (type === 'fixed') return 'bytes'
  return type === 'map' ? 'record' : type
}

/** Whether the value of a union alone does not tell its branch. */
export function isWrapped(branches: readonly Schema[]): boolean {
  return new Set(branches.map(bucketOf)).size < branches.length
}

/** The name of a branch in a wrapper. */
export function nameOfBranch(schema: Schema): string {
  if (typeof schema === 'string') return schema
  return 'name' in schema ? schema.name : (schema as { readonly type: string }).type
}

const maxLong = 2 ** 53 - 2
const longOf = (value: unknown): unknown => {
  const number = typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > maxLong) return noFit
  return number + 0
}

const primitives: Readonly<Record<Extract<Schema, string>, (value: unknown) => unknown>> = {
  null: (value) => (value === null ? null : noFit),
  boolean: (value) => (typeof value === 'boolean' ? value : noFit),
  int: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
      ? value + 0
      : noFit,
  long: longOf,
  float: (value) =>
    typeof value === 'number' && !(Math.abs(value) > 3.4028235677973366e38 && Math.abs(value) < Infinity)
      ? Math.fround(value)
      : noFit,
  double: (value) => (typeof value === 'number' ? value : noFit),
  string: (value) =>
    typeof value === 'string' && new TextDecoder().decode(new TextEncoder().encode(value)) === value
      ? value
      : noFit,
  bytes: (value) => (value instanceof Uint8Array ? Buffer.from(value) : noFit),
}

// A class of one's own may stand for a record; these are something else.
const otherKinds = [Map, Set, Date, Error, RegExp, Promise, URL, ArrayBuffer, String, Number, Boolean]
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !otherKinds.some((kind) => value instanceof kind)
const isPlain = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)

/** The value as it is read again by the documented conversions, or {@link noFit}: the rules, written a second time. */
export function fit(schema: Schema, value: unknown): unknown {
  if (typeof schema === 'string') return primitives[schema](value)
  if (Array.isArray(schema)) return fitUnion(schema as readonly Schema[], value)
  const one = schema as Exclude<typeof schema, readonly Schema[]>
  switch (one.type) {
    case 'fixed':
      return value instanceof Uint8Array && value.length === one.size ? Buffer.from(value) : noFit
    case 'enum':
      return typeof value === 'string' && one.symbols.includes(value) ? value : noFit
    case 'array':
      return Array.isArray(value)
        ? all(Array.from(value as unknown[], (item) => fit(one.items, item)))
        : noFit
    case 'map': {
      if (!isPlain(value)) return noFit
      const keys = Object.keys(value)
      const members = all(keys.map((key) => all([primitives.string(key), fit(one.values, value[key])])))
      return members === noFit ? noFit : toObject(members as [string, unknown][])
    }
    case 'record': {
      if (!isRecord(value)) return noFit
      const names = new Set(one.fields.map(({ name }) => name))
      if (Object.entries(value).some(([key, member]) => !names.has(key) && member !== undefined)) return noFit
      const members = one.fields.map((field) => {
        const isThere = Object.hasOwn(value, field.name) || (!(field.name in {}) && field.name in value)
        const given = isThere ? value[field.name] : undefined
        if (given === undefined && 'default' in field) {
          const branch = Array.isArray(field.type) ? (field.type as readonly Schema[])[0]! : field.type
          const wraps =
            Array.isArray(field.type) && isWrapped(field.type as readonly Schema[]) && field.default !== null
          return [field.name, wraps ? toObject([[nameOfBranch(branch), field.default]]) : field.default]
        }
        return all([field.name, fit(field.type, given)])
      })
      const fitted = all(members)
      return fitted === noFit ? noFit : toObject(fitted as [string, unknown][])
    }
  }
}

function fitUnion(branches: readonly Schema[], value: unknown): unknown {
  if (value === null) return branches.includes('null') ? null : noFit
  if (!isWrapped(branches)) {
    const fitting = branches.map((branch) => fit(branch, value)).filter((fitted) => fitted !== noFit)
    return fitting.length === 1 ? fitting[0] : noFit
  }
  if (typeof value !== 'object') return noFit
  const keys = Object.keys(value)
  const branch = branches.find((each) => nameOfBranch(each) === keys[0])
  if (keys.length !== 1 || branch === undefined) return noFit
  const fitted = fit(branch, (value as Record<string, unknown>)[keys[0]!])
  return fitted === noFit ? noFit : toObject([[keys[0]!, fitted]])
}

const all = (parts: readonly unknown[]): unknown => (parts.includes(noFit) ? noFit : parts)

function toObject(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries)
}

/** What was read, without avsc's classes. */
export function toPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  if (Array.isArray(value)) return value.map(toPlain)
  return toObject(Object.entries(value).map(([key, member]) => [key, toPlain(member)] as const))
}
