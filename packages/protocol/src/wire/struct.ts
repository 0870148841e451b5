import { ProtocolError } from '../protocol-error.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { defineField, type AnyField, type Field, type VersionContext } from './field.ts'

/** A table of fields, in the order in which they travel. */
export type Fields = Readonly<Record<string, AnyField>>

/** What a decoder makes of a table. */
export type DecodedOf<Table extends Fields> = {
  [Name in keyof Table]: Table[Name] extends Field<infer Out, infer _In> ? Out : never
}

/** What an encoder takes for a table: fields that some version lacks may be left out. */
export type EncodableOf<Table extends Fields> = {
  readonly [
    Name in keyof Table as Table[Name] extends Field<infer _O, infer _I, true> ? never : Name
  ]: Table[Name] extends Field<infer _Out, infer In> ? In : never
} & {
  readonly [
    Name in keyof Table as Table[Name] extends Field<infer _O, infer _I, true> ? Name : never
  ]?: Table[Name] extends Field<infer _Out, infer In> ? In | undefined : never
}

/** A record of fields. In flexible versions a section of tagged fields ends it (KIP-482). */
export function struct<Table extends Fields>(
  table: Table,
): Field<DecodedOf<Table>, EncodableOf<Table>, false> {
  const entries = Object.entries(table)
  const plain = entries.filter(([, field]) => field.tag === undefined)
  const taggedFields = entries.filter(([, field]) => field.tag !== undefined)
  const read = (reader: ByteReader, context: VersionContext): DecodedOf<Table> => {
    const value: Record<string, unknown> = {}
    for (const [name, field] of plain) {
      value[name] = exists(field, context) ? field.read(reader, context) : field.absent
    }
    for (const [name, field] of taggedFields) value[name] = field.absent
    if (context.flexible) readTags(reader, taggedFields, value, context)
    return value as DecodedOf<Table>
  }
  const write = (writer: ByteWriter, input: EncodableOf<Table>, context: VersionContext): void => {
    const value = input as Readonly<Record<string, unknown>>
    for (const [name, field] of plain) {
      if (exists(field, context)) field.write(writer, value[name] ?? given(name, field, value), context)
    }
    if (context.flexible) writeTags(writer, taggedFields, value, context)
  }
  // Nobody reads the zero of a struct but where a whole struct is tagged or newer than the version.
  return defineField<DecodedOf<Table>, EncodableOf<Table>>(
    { fields: table, nullFrom: Infinity },
    null as never,
    read,
    write,
  )
}

/** A struct that may be null: an int8 before it, -1 for null (as Kafka's generated code writes them). */
export function nullableStruct<Table extends Fields>(
  table: Table,
): Field<DecodedOf<Table> | null, EncodableOf<Table> | null, false> {
  const inner = struct(table)
  return defineField<DecodedOf<Table> | null, EncodableOf<Table> | null>(
    { fields: table, nullFrom: 0 },
    null,
    (reader, context) => (reader.int8() < 0 ? null : inner.read(reader, context)),
    (writer, value, context) => {
      writer.int8(value === null ? -1 : 1)
      if (value !== null) inner.write(writer, value, context)
    },
  )
}

function exists(field: AnyField, { version }: VersionContext): boolean {
  return version >= field.since && version <= field.until
}

function given(name: string, field: AnyField, value: Readonly<Record<string, unknown>>): unknown {
  const own = value[name]
  if (own !== undefined) return own
  if (field.optional) return field.absent
  throw new ProtocolError('VALUE_OUT_OF_RANGE', `the field ${name} must be given`)
}

function readTags(
  reader: ByteReader,
  fields: readonly (readonly [string, AnyField])[],
  value: Record<string, unknown>,
  context: VersionContext,
): void {
  for (let left = reader.uvarint(); left > 0; left--) {
    const tag = reader.uvarint()
    const content = new ByteReader(reader.raw(reader.uvarint()))
    const known = fields.find(([, field]) => field.tag === tag && exists(field, context))
    if (known === undefined) continue
    value[known[0]] = known[1].read(content, context)
    if (content.remaining > 0) {
      throw new ProtocolError('MALFORMED', `${content.remaining} bytes follow the tagged field ${known[0]}`)
    }
  }
}

function writeTags(
  writer: ByteWriter,
  fields: readonly (readonly [string, AnyField])[],
  value: Readonly<Record<string, unknown>>,
  context: VersionContext,
): void {
  const present = fields.filter(
    ([name, field]) =>
      exists(field, context) && value[name] !== undefined && !isSame(value[name], field.absent),
  )
  writer.uvarint(present.length)
  for (const [name, field] of present) {
    const content = new ByteWriter(64)
    field.write(content, value[name], context)
    writer.uvarint(field.tag!)
    writer.uvarint(content.length)
    for (const chunk of content.finish()) writer.raw(chunk)
  }
}

/** Whether a tagged value equals its default, which then is not written: an empty list, or the same in each field. */
function isSame(value: unknown, absent: unknown): boolean {
  if (value === absent) return true
  if (Array.isArray(value) && Array.isArray(absent)) return value.length === 0 && absent.length === 0
  if (typeof value !== 'object' || typeof absent !== 'object' || value === null || absent === null)
    return false
  return Object.entries(absent).every(([name, own]) => {
    const given = (value as Readonly<Record<string, unknown>>)[name]
    return given === undefined || given === own
  })
}
