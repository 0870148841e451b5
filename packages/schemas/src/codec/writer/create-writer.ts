import type { types } from 'avsc'
import type { AvroType } from '../avro-type.ts'
import { itemsOf, valuesOf } from '../avro-type-parts.ts'
import { isPlainObject } from '../object-kind.ts'
import { primitiveWriters, writeText } from './primitive-writers.ts'
import { recordWriter } from './record-writer.ts'
import { misfit, Sink, writeInteger, writeRaw, type Writer } from './sink.ts'
import { unionWriter } from './union-writer.ts'

/** Makes the writers of one schema's parts. */
export type WriterOf = (type: AvroType) => Writer

/**
 * Makes the writer of a type: one walk over a value that checks and writes it.
 *
 * The bytes are those that avsc would write, for what avsc writes rightly. What avsc does without a word is refused: it
 * drops undeclared fields, writes a `Map` or a date as an empty map, takes anything at all for a record whose fields
 * have defaults and `'constructor'` for the first symbol of an enum, and writes text that is no Unicode. A `Uint8Array`
 * is taken for bytes and a `bigint` for a long that can hold it, where avsc wants other forms.
 */
export function createWriter(type: AvroType): Writer {
  const known = new Map<AvroType, Writer>()
  const writerOf: WriterOf = (part) => {
    const existing = known.get(part)
    if (existing !== undefined) return existing
    // A record may contain itself: what is built inside calls what is not there yet.
    let built: Writer | undefined
    known.set(part, (sink, value) => built!(sink, value))
    built = buildWriter(part, writerOf)
    known.set(part, built)
    return built
  }
  return writerOf(type)
}

const empty = Buffer.alloc(0)

/**
 * What is thrown when a value is written as a type that has no parts: a primitive, fixed, enum or logical type;
 * `undefined` when it fits.
 */
export function misfitOf(type: AvroType, value: unknown): unknown {
  try {
    const write = primitiveWriters[type.typeName] ?? createWriter(type)
    write(new Sink(empty), value)
    return undefined
  } catch (thrown) {
    // A misfit, or what the class of a logical type says to it.
    return thrown
  }
}

function buildWriter(type: AvroType, writerOf: WriterOf): Writer {
  const primitive = primitiveWriters[type.typeName]
  if (primitive !== undefined) return primitive
  switch (type.typeName) {
    case 'fixed':
      return fixedWriter((type as types.FixedType).size)
    case 'enum':
      return enumWriter((type as types.EnumType).symbols)
    case 'record':
    case 'error':
      return recordWriter(type, writerOf)
    case 'array':
      return arrayWriter(writerOf(itemsOf(type)))
    case 'map':
      return mapWriter(writerOf(valuesOf(type)))
    case 'union:unwrapped':
    case 'union:wrapped':
      return unionWriter(type, writerOf)
    default:
      return logicalWriter(type as types.LogicalType, writerOf)
  }
}

function fixedWriter(size: number): Writer {
  return (sink, value) => {
    if (!(value instanceof Uint8Array) || value.length !== size) throw misfit
    writeRaw(sink, value)
  }
}

/** A map, since an object has what every object has: avsc takes `'toString'` for a symbol. */
function enumWriter(symbols: readonly string[]): Writer {
  const indexes = new Map<unknown, number>(symbols.map((symbol, index) => [symbol, index]))
  return (sink, value) => {
    const index = indexes.get(value)
    if (index === undefined) throw misfit
    writeInteger(sink, index)
  }
}

function arrayWriter(writeItem: Writer): Writer {
  return (sink, value) => {
    if (!Array.isArray(value)) throw misfit
    const { length } = value
    if (length > 0) {
      writeInteger(sink, length)
      for (let index = 0; index < length; index++) writeItem(sink, value[index])
    }
    sink.buffer[sink.at++] = 0
  }
}

function mapWriter(writeValue: Writer): Writer {
  return (sink, value) => {
    if (typeof value !== 'object' || value === null || !isPlainObject(value)) throw misfit
    const keys = Object.keys(value)
    if (keys.length > 0) {
      writeInteger(sink, keys.length)
      for (const key of keys) {
        writeText(sink, key)
        writeValue(sink, (value as Readonly<Record<string, unknown>>)[key])
      }
    }
    sink.buffer[sink.at++] = 0
  }
}

/** The class of a logical type says what its value is underneath; `undefined` says that it is none. */
function logicalWriter(type: types.LogicalType, writerOf: WriterOf): Writer {
  const { underlyingType, _toValue } = type as unknown as {
    readonly underlyingType: AvroType
    readonly _toValue: (value: unknown) => unknown
  }
  const write = writerOf(underlyingType)
  return (sink, value) => {
    const underlying = _toValue.call(type, value)
    if (underlying === undefined) throw misfit
    write(sink, underlying)
  }
}
