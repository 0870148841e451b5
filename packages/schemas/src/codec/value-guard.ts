import type { AvroType } from './avro-type.ts'
import { branchFor, fieldsOf, itemsOf, unionTypes, valuesOf } from './avro-type-parts.ts'

/** Thrown by a guard; `findAvroProblems` says what is wrong where. */
const misfit: unique symbol = Symbol('misfit')

/** Checks a value before avsc sees it; gives it back, or a copy in avsc's terms. */
export type ValueGuard = (value: unknown) => unknown

/**
 * What avsc does without a word, and a producer must not: it drops undeclared fields and writes a JavaScript `Map` as
 * an empty map. A guard refuses both. It also takes what avsc would refuse for its form alone: a `Uint8Array` for
 * bytes, and a `bigint` that a long can hold exactly. Everything else is left to avsc.
 *
 * A guard is built once for a type; parts that need no look have none, so a record of numbers and text costs one walk
 * over its keys.
 */
export function createValueGuard(type: AvroType): ValueGuard | undefined {
  return guardOf(type, new Map())
}

function guardOf(type: AvroType, known: Map<AvroType, ValueGuard>): ValueGuard | undefined {
  const existing = known.get(type)
  if (existing !== undefined) return existing
  switch (type.typeName) {
    case 'long':
      return toLong
    case 'bytes':
    case 'fixed':
      return toBuffer
    case 'record':
    case 'error':
      return recordGuard(type, known)
    case 'array':
      return arrayGuard(itemsOf(type), known)
    case 'map':
      return mapGuard(valuesOf(type), known)
    case 'union:unwrapped':
    case 'union:wrapped':
      return unionGuard(type, known)
    default:
      return undefined
  }
}

/** JavaScript numbers hold longs exactly up to here, and avsc refuses the last two. */
const maxLong = BigInt(Number.MAX_SAFE_INTEGER) - 1n

function toLong(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  if (value > maxLong || value < -maxLong) throw misfit
  return Number(value)
}

function toBuffer(value: unknown): unknown {
  if (!(value instanceof Uint8Array) || Buffer.isBuffer(value)) return value
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

function recordGuard(type: AvroType, known: Map<AvroType, ValueGuard>): ValueGuard {
  // Known before its fields are built: a record may contain itself.
  const children: (readonly [name: string, guard: ValueGuard])[] = []
  const names = new Set<string>()
  const guard: ValueGuard = (value) => {
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Map) throw misfit
    const record = value as Record<string, unknown>
    for (const key in record) {
      if (!names.has(key) && record[key] !== undefined && Object.hasOwn(record, key)) throw misfit
    }
    let copy: Record<string, unknown> | undefined
    for (const [name, child] of children) {
      const before = record[name]
      if (before === undefined || before === null) continue
      const after = child(before)
      if (after === before) continue
      copy ??= { ...record }
      copy[name] = after
    }
    return copy ?? value
  }
  known.set(type, guard)
  for (const field of fieldsOf(type)) {
    names.add(field.name)
    const child = guardOf(field.type, known)
    if (child !== undefined) children.push([field.name, child])
  }
  return guard
}

function arrayGuard(items: AvroType, known: Map<AvroType, ValueGuard>): ValueGuard | undefined {
  const item = guardOf(items, known)
  if (item === undefined) return undefined
  return (value) => {
    if (!Array.isArray(value)) return value
    let copy: unknown[] | undefined
    for (let index = 0; index < value.length; index++) {
      const before: unknown = value[index]
      const after = item(before)
      if (after === before) continue
      copy ??= [...(value as unknown[])]
      copy[index] = after
    }
    return copy ?? value
  }
}

function mapGuard(values: AvroType, known: Map<AvroType, ValueGuard>): ValueGuard {
  const child = guardOf(values, known)
  return (value) => {
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Map) throw misfit
    if (child === undefined) return value
    let copy: Record<string, unknown> | undefined
    for (const [key, before] of Object.entries(value)) {
      const after = child(before)
      if (after === before) continue
      copy ??= { ...value }
      copy[key] = after
    }
    return copy ?? value
  }
}

function unionGuard(type: AvroType, known: Map<AvroType, ValueGuard>): ValueGuard | undefined {
  const guards = new Map<AvroType, ValueGuard>()
  for (const branch of unionTypes(type)) {
    const guard = guardOf(branch, known)
    if (guard !== undefined) guards.set(branch, guard)
  }
  if (guards.size === 0) return undefined
  return (value) => {
    const chosen = branchFor(type, value)
    const guard = chosen === undefined ? undefined : guards.get(chosen.type)
    if (chosen === undefined || guard === undefined) return value
    const after = guard(chosen.value)
    if (after === chosen.value) return value
    return chosen.name === undefined ? after : { [chosen.name]: after }
  }
}
