import { Buffer } from 'node:buffer'
import type avsc from 'avsc'

/** A source of numbers from 0 to 1 that a seed decides (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

interface Parts {
  readonly itemsType: avsc.Type
  readonly valuesType: avsc.Type
  readonly types: readonly avsc.Type[]
  readonly symbols: readonly string[]
  readonly size: number
  readonly fields?: readonly { readonly name: string; readonly type: avsc.Type; defaultValue(): unknown }[]
}

const partsOf = (type: avsc.Type): Parts => type as unknown as Parts

/** Thrown for a type without a finite value: a record that always contains itself. */
export class Endless extends Error {}

/** A value of a type as avsc compiled it. Fields with a default are left out now and then. */
export function randomValue(type: avsc.Type, random: () => number, depth = 0): unknown {
  if (depth > 30) throw new Endless()
  const int = (below: number): number => Math.floor(random() * below)
  const next = (inner: avsc.Type): unknown => randomValue(inner, random, depth + 1)
  const several = depth > 4 ? 0 : int(3)
  const { itemsType, valuesType, types, symbols, size, fields = [] } = partsOf(type)
  switch (type.typeName as string) {
    case 'null':
      return null
    case 'boolean':
      return random() < 0.5
    case 'int':
      return int(2 ** 32) - 2 ** 31
    case 'long':
      return int(2 ** 53) - 2 ** 52
    case 'abstract:long':
      return BigInt(int(2 ** 53)) * 512n
    case 'float':
    case 'double':
      return int(1000) / 4
    case 'string':
      return ['', 'text', 'it\'s "q" \\ \u00fc\u{1f600}\u2028\n'][int(3)]
    case 'bytes':
      return Buffer.from(Array.from({ length: int(4) }, () => int(256)))
    case 'fixed':
      return Buffer.from(Array.from({ length: size }, () => int(256)))
    case 'enum':
      return symbols[int(symbols.length)]
    case 'logical:timestamp-millis':
      return new Date(int(2 ** 40))
    case 'logical:decimal':
      return `${int(100000)}.${10 + int(90)}`
    case 'array':
      return Array.from({ length: several }, () => next(itemsType))
    case 'map':
      return Object.fromEntries(Array.from({ length: several }, (_, at) => [`key ${at}`, next(valuesType)]))
    case 'record':
    case 'error': {
      const kept = fields.filter((field) => field.defaultValue() === undefined || random() < 0.7)
      return Object.fromEntries(kept.map((field) => [field.name, next(field.type)]))
    }
    case 'union:unwrapped':
    case 'union:wrapped': {
      // Deep inside, the way out of a recursion.
      const finite = types.find((each) => each.typeName === 'null')
      const branch = depth > 4 && finite !== undefined ? finite : types[int(types.length)]!
      const value = next(branch)
      return value === null || type.typeName === 'union:unwrapped' ? value : { [branch.branchName!]: value }
    }
    default:
      throw new Error(`no values for ${type.typeName}`)
  }
}

/** avsc looks for nothing in an empty record, not even for the record. */
function isRequired(field: NonNullable<Parts['fields']>[number]): boolean {
  const isEmpty = partsOf(field.type).fields?.length === 0
  return field.defaultValue() === undefined && !isEmpty
}

/** Values that a type forbids: the given one with a single part of the wrong kind, missing or too many. */
export function* misfits(type: avsc.Type, value: unknown): Generator {
  const { itemsType, valuesType, types, fields = [] } = partsOf(type)
  switch (type.typeName as string) {
    case 'record':
    case 'error':
      // avsc takes anything for a record that can do without each of its fields.
      if (fields.some(isRequired)) yield 'no record'
      for (const field of fields) {
        const record = value as Record<string, unknown>
        const { [field.name]: part, ...others } = record
        if (isRequired(field)) yield others
        if (field.name in record) {
          for (const bad of misfits(field.type, part)) yield { ...record, [field.name]: bad }
        }
      }
      return
    case 'array':
      yield 'no array'
      for (const [at, item] of (value as unknown[]).entries()) {
        for (const bad of misfits(itemsType, item)) yield (value as unknown[]).with(at, bad)
      }
      return
    case 'map':
      yield 'no map'
      for (const [key, item] of Object.entries(value as object)) {
        for (const bad of misfits(valuesType, item)) yield { ...(value as object), [key]: bad }
      }
      return
    case 'union:unwrapped': {
      const kinds = new Set(types.map((each) => (each.typeName === 'enum' ? 'string' : each.typeName)))
      if (!kinds.has('boolean')) yield true
      if (!kinds.has('null')) yield null
      if (!kinds.has('string') && !kinds.has('logical:decimal')) yield 'no branch'
      return
    }
    case 'union:wrapped': {
      yield true
      yield { 'no branch': 1 }
      if (types.every((each) => each.typeName !== 'null')) yield null
      if (value === null) return
      const [[name, part] = ['', undefined]] = Object.entries(value as object)
      const branch = types.find((each) => each.branchName === name)!
      const other = types.find((each) => each !== branch && each.typeName !== 'null')
      if (other !== undefined) yield { [name]: part, [other.branchName!]: part }
      for (const bad of misfits(branch, part)) yield { [name]: bad }
      return
    }
    case 'null':
      yield 'no null'
      return
    case 'string':
    case 'logical:decimal':
      yield 7
      yield null
      return
    case 'enum':
      yield '__none__'
      yield null
      return
    case 'abstract:long':
      yield 7
      return
    default:
      yield 'not of this kind'
      yield null
  }
}

/** A value as TypeScript, in one line. */
export function toSource(value: unknown): string {
  if (Buffer.isBuffer(value)) return `Buffer.from([${[...value].join(', ')}])`
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return `[${value.map(toSource).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${toSource(each)}`)
      .join(', ')} }`
  }
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028')
}
