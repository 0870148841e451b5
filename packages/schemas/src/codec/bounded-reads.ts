import avsc from 'avsc'
import type { AvroTypeHook } from './avro-type-hook.ts'
import type { AvroType } from './avro-type.ts'
import { fieldsOf, itemsOf, valuesOf } from './avro-type-parts.ts'

/** What of avsc's reader is needed here: where it is, in what. */
interface Tap {
  readonly buf: Buffer
  pos: number
  readLong(): number
  readString(): string
  readFixed(length: number): Buffer
  skipString(): void
  /** Items without a byte that were read through this tap. */
  emptyItems?: number
}

/** A type, or what reads one writer's bytes as one: both have their parts under these names. */
interface Reader {
  readonly itemsType: Reader
  readonly valuesType: Reader
  _read(tap: Tap): unknown
  _skip(tap: Tap): void
}

interface Resolver {
  _read: ((tap: Tap) => unknown) | null
}

/** Nulls and empty records take no byte, so that a few bytes may announce any number of them; a value may have these many. */
const maxEmptyItems = 1_000_000

/**
 * avsc believes the counts and lengths in bytes, also in bytes that are not what they should be: ten of them can make it
 * loop for hours or take all memory, a block that it skips can send it back to its own start for ever, and a length
 * that is no number breaks the pool that it takes all buffers from, so that the bytes in every later value of the process
 * are empty. It also sets the prototype of a map that has the key `__proto__`, and takes any number for an int. This hook
 * gives it arrays, maps and bytes that end where the payload ends, maps whose keys are keys, and ints of 32 bits.
 */
export function boundReads(): AvroTypeHook {
  const building = new Set<unknown>()
  return (schema, options) => {
    const name = typeof schema === 'string' ? schema : (schema as { readonly type?: unknown }).type
    // Asked again for the same schema, by the call below: avsc's own type is wanted.
    if (!boundNames.has(name) || building.delete(schema)) return undefined
    building.add(schema)
    const made = avsc.Type.forSchema(schema, options)
    if (made.typeName === 'array') return bound(made, itemsOf, createArrayReader, false)
    if (made.typeName === 'map') return bound(made, valuesOf, createMapReader, true)
    if (made.typeName === 'int') return Object.create(made, { _read: { value: readInt } }) as AvroType
    if (made.typeName === 'bytes') return Object.create(made, { _read: { value: readBytes } }) as AvroType
    return made
  }
}

const boundNames: ReadonlySet<unknown> = new Set(['array', 'map', 'bytes', 'int'])

function readInt(tap: Tap): number {
  const value = tap.readLong()
  if (value !== (value | 0)) throw new Error('an int of more than 32 bits')
  return value
}

function readBytes(tap: Tap): Buffer {
  const length = tap.readLong()
  if (!(length >= 0 && length <= tap.buf.length - tap.pos)) throw new Error('truncated buffer')
  return tap.readFixed(length)
}

function bound(
  type: AvroType,
  partOf: (type: AvroType) => AvroType,
  createReader: (isEmpty: () => boolean) => Reader['_read'],
  hasKeys: boolean,
): AvroType {
  const update = (type as unknown as { _update: (...args: unknown[]) => void })._update
  // Asked late: the items of a recursive type are not complete yet.
  const isEmpty = (writer: AvroType) => (): boolean => !hasKeys && canBeEmpty(partOf(writer))
  return Object.create(type, {
    _read: { value: createReader(isEmpty(type)) },
    _skip: { value: createSkipper(partOf, isEmpty(type), hasKeys) },
    _update: {
      value(this: AvroType, resolver: Resolver, writer: AvroType, options: unknown) {
        update.call(this, resolver, writer, options)
        if (resolver._read !== null) resolver._read = createReader(isEmpty(writer))
      },
    },
  }) as AvroType
}

function createArrayReader(isEmpty: () => boolean): Reader['_read'] {
  let empty: boolean | undefined
  return function (this: Reader, tap) {
    const items = this.itemsType
    empty ??= isEmpty()
    // It grows by what is there: room for what is only announced is how nested arrays take all memory.
    const value: unknown[] = []
    for (let left = readCount(tap, empty); left > 0; left = readCount(tap, empty)) {
      for (; left > 0; left--) {
        value.push(items._read(tap))
        assertInside(tap)
      }
    }
    return value
  }
}

function createMapReader(): Reader['_read'] {
  return function (this: Reader, tap) {
    const values = this.valuesType
    const value: Record<string, unknown> = {}
    for (let left = readCount(tap, false); left > 0; left = readCount(tap, false)) {
      for (; left > 0; left--) {
        const key = tap.readString()
        const member = values._read(tap)
        assertInside(tap)
        if (key === '__proto__') {
          Object.defineProperty(value, key, {
            value: member,
            enumerable: true,
            configurable: true,
            writable: true,
          })
        } else value[key] = member
      }
    }
    return value
  }
}

function createSkipper(
  partOf: (type: AvroType) => AvroType,
  isEmpty: () => boolean,
  hasKeys: boolean,
): Reader['_skip'] {
  let empty: boolean | undefined
  return function (this: Reader, tap) {
    const part = partOf(this as unknown as AvroType) as unknown as Reader
    empty ??= isEmpty()
    for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
      if (count < 0) {
        const bytes = tap.readLong()
        if (!(bytes >= 0 && bytes <= tap.buf.length - tap.pos))
          throw new Error('a block ends outside of the bytes')
        tap.pos += bytes
        continue
      }
      for (let left = admit(tap, count, empty); left > 0; left--) {
        if (hasKeys) tap.skipString()
        part._skip(tap)
        assertInside(tap)
      }
    }
  }
}

/** How many items the next block has; 0 at the end. The size in bytes that may stand before them is not needed. */
function readCount(tap: Tap, empty: boolean): number {
  let count = tap.readLong()
  if (count < 0) {
    count = -count
    tap.readLong()
  }
  return admit(tap, count, empty)
}

/** Throws where the bytes that are left cannot be so many items. */
function admit(tap: Tap, count: number, empty: boolean): number {
  const most = empty ? maxEmptyItems - (tap.emptyItems ?? 0) : tap.buf.length - tap.pos
  if (count > most)
    throw new Error(`a block of ${count} items, the bytes that are left are no more than ${most}`)
  if (empty) tap.emptyItems = (tap.emptyItems ?? 0) + count
  return count
}

function assertInside(tap: Tap): void {
  // Not `>`: a length that is no number makes a position that is none.
  if (!(tap.pos <= tap.buf.length)) throw new Error('truncated buffer')
}

/** Whether a value may take no byte at all. */
function canBeEmpty(type: AvroType, inside: ReadonlySet<AvroType> = new Set()): boolean {
  switch (type.typeName) {
    case 'null':
      return true
    case 'fixed':
      return (type as avsc.types.FixedType).size === 0
    case 'record':
    case 'error':
      // A record in itself cannot be read at all without a byte in between.
      return (
        !inside.has(type) &&
        fieldsOf(type).every((field) => canBeEmpty(field.type, new Set([...inside, type])))
      )
    default:
      return type.typeName.startsWith('logical:')
        ? canBeEmpty((type as avsc.types.LogicalType).underlyingType, inside)
        : false
  }
}
