import { ProtocolError } from '../protocol-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { defineField, type Field, type FieldType, type ScalarType, type VersionContext } from './field.ts'

/** The type of a field that holds one value. */
const scalar = (name: ScalarType, nullFrom = Infinity): FieldType => ({ scalar: name, nullFrom })

export const int8 = defineField<number>(
  scalar('int8'),
  0,
  (reader) => reader.int8(),
  (writer, value) => writer.int8(value),
)
export const int16 = defineField<number>(
  scalar('int16'),
  0,
  (reader) => reader.int16(),
  (writer, value) => writer.int16(value),
)
export const int32 = defineField<number>(
  scalar('int32'),
  0,
  (reader) => reader.int32(),
  (writer, value) => writer.int32(value),
)
export const int64 = defineField<bigint>(
  scalar('int64'),
  0n,
  (reader) => reader.int64(),
  (writer, value) => writer.int64(value),
)
export const boolean = defineField<boolean>(
  scalar('bool'),
  false,
  (reader) => reader.boolean(),
  (writer, value) => writer.boolean(value),
)

/** 16 bytes, as hexadecimal digits in the usual five groups. */
export const uuid = defineField<string>(
  scalar('uuid'),
  '00000000-0000-0000-0000-000000000000',
  (reader) => {
    const hex = reader.raw(16).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  },
  (writer, value) => {
    const bytes = Buffer.from(value.replaceAll('-', ''), 'hex')
    if (bytes.length !== 16)
      throw new ProtocolError('VALUE_OUT_OF_RANGE', `not a UUID: ${JSON.stringify(value)}`)
    writer.raw(bytes)
  },
)

/** The length of a string, -1 for null: int16, or in flexible versions a varint one larger. */
function readTextLength(reader: ByteReader, { flexible }: VersionContext): number {
  return flexible ? reader.uvarint() - 1 : reader.int16()
}

/** Gives the length back; throws for a text longer than Kafka's strings can be. */
export function assertTextLength(bytes: number): number {
  if (bytes > 0x7fff) {
    throw new ProtocolError('VALUE_OUT_OF_RANGE', `a string of ${bytes} bytes; Kafka allows 32767`)
  }
  return bytes
}

function writeText(writer: ByteWriter, value: string, { flexible }: VersionContext): void {
  writer.text(value, (bytes) => {
    assertTextLength(bytes)
    if (flexible) writer.uvarint(bytes + 1)
    else writer.int16(bytes)
  })
}

/** UTF-8 text of up to 32767 bytes. */
export const string = defineField<string>(
  scalar('string'),
  '',
  (reader, context) => {
    const length = readTextLength(reader, context)
    if (length < 0) throw new ProtocolError('MALFORMED', 'null where a string must stand')
    return reader.text(length)
  },
  writeText,
)

/** Text that may be null. */
export const nullableString = defineField<string | null>(
  scalar('string', 0),
  null,
  (reader, context) => {
    const length = readTextLength(reader, context)
    return length < 0 ? null : reader.text(length)
  },
  (writer, value, context) => {
    if (value !== null) writeText(writer, value, context)
    else if (context.flexible) writer.uvarint(0)
    else writer.int16(-1)
  },
)

function readLength(reader: ByteReader, { flexible }: VersionContext): number {
  return flexible ? reader.uvarint() - 1 : reader.int32()
}

function writeLength(writer: ByteWriter, length: number, { flexible }: VersionContext): void {
  if (flexible) writer.uvarint(length + 1)
  else writer.int32(length)
}

/** Bytes that may be null; large ones are taken by reference when written. Record batches travel in these. */
export const nullableBytes = defineField<Buffer | null, Uint8Array | null>(
  scalar('bytes', 0),
  null,
  (reader, context) => {
    const length = readLength(reader, context)
    return length < 0 ? null : reader.raw(length)
  },
  (writer, value, context) => {
    writeLength(writer, value === null ? -1 : value.length, context)
    if (value !== null) writer.raw(value)
  },
)

/** Bytes, never null. */
export const bytes = defineField<Buffer, Uint8Array>(
  scalar('bytes'),
  Buffer.alloc(0),
  (reader, context) => {
    const length = readLength(reader, context)
    if (length < 0) throw new ProtocolError('MALFORMED', 'null where bytes must stand')
    return reader.raw(length)
  },
  (writer, value, context) => {
    writeLength(writer, value.length, context)
    writer.raw(value)
  },
)

/** A list that may be null. */
export function nullableArray<Out, In>(
  item: Field<Out, In>,
): Field<Out[] | null, readonly In[] | null, false> {
  return defineField<Out[] | null, readonly In[] | null>(
    { list: item, nullFrom: 0 },
    null,
    (reader, context) => {
      const count = readLength(reader, context)
      if (count < 0) return null
      const items: Out[] = []
      for (let left = reader.count(count); left > 0; left--) items.push(item.read(reader, context))
      return items
    },
    (writer, items, context) => {
      writeLength(writer, items === null ? -1 : items.length, context)
      for (const value of items ?? []) item.write(writer, value, context)
    },
  )
}

/** A list; a null that a peer sends is an error. */
export function array<Out, In>(item: Field<Out, In>): Field<Out[], readonly In[], false> {
  const inner = nullableArray(item)
  return defineField<Out[], readonly In[]>(
    { list: item, nullFrom: Infinity },
    // Shared by all messages of versions without the field, so nobody may push to it.
    Object.freeze([]) as unknown as Out[] & readonly In[],
    (reader, context) => {
      const items = inner.read(reader, context)
      if (items === null) throw new ProtocolError('MALFORMED', 'null where a list must stand')
      return items
    },
    (writer, items, context) => inner.write(writer, items, context),
  )
}
