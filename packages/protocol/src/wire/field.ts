import { ProtocolError, type ProtocolErrorCode } from '../protocol-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Which version of an API is being read or written, and whether that version is "flexible" (KIP-482). */
export interface VersionContext {
  readonly version: number
  readonly flexible: boolean
}

/** The types of a single value, by the names that Kafka's message definitions use. */
export type ScalarType = 'int8' | 'int16' | 'int32' | 'int64' | 'bool' | 'uuid' | 'string' | 'bytes'

/** What a field is made of, as data: tests walk it to make values and to compare tables with Kafka's definitions. */
export type FieldType = {
  /** The first version in which the value may be null: 0 for all, `Infinity` for none. */
  readonly nullFrom: number
} & (
  | { readonly scalar: ScalarType }
  | { readonly list: AnyField }
  | { readonly fields: Readonly<Record<string, AnyField>> }
)

/**
 * One field of a request or response: how to read and write it, in which versions it exists, and what it is worth
 * where it does not. Tables of fields are the only description of a message; see `defineApi`.
 *
 * @typeParam Out - what a decoder gives
 * @typeParam In - what an encoder takes
 * @typeParam Optional - whether an encoder may be given nothing
 */
export interface Field<Out, In = Out, Optional extends boolean = boolean> {
  readonly type: FieldType
  read(reader: ByteReader, context: VersionContext): Out
  write(writer: ByteWriter, value: In, context: VersionContext): void
  /** What a decoder gives in versions without the field, and what is written when an encoder is given nothing. */
  readonly absent: Out & In
  /** May an encoder be given nothing? Only for typing and checks; the value written then is `absent`. */
  readonly optional: Optional
  /** First version that has the field. */
  readonly since: number
  /** Last version that has the field. */
  readonly until: number
  /** The tag of a tagged field (KIP-482), else `undefined`. */
  readonly tag: number | undefined
}

/** Any field at all: the least that a table demands of its entries. */
// oxlint-disable-next-line typescript/no-explicit-any -- a table mixes fields of all types; inference gets them back
export type AnyField = Field<any, any>

/** Makes a field from its two functions; it exists in all versions until a wrapper says otherwise. */
export function defineField<Out, In = Out>(
  type: FieldType,
  absent: Out & In,
  read: Field<Out, In>['read'],
  write: Field<Out, In>['write'],
): Field<Out, In, false> {
  return { type, read, write, absent, optional: false, since: 0, until: Infinity, tag: undefined }
}

/** The field exists from `version` on; before, decoders give `absent` (by default the type's zero). */
export function since<Out, In>(
  version: number,
  field: Field<Out, In>,
  absent: Out & In = field.absent,
): Field<Out, In, true> {
  return { ...field, absent, optional: true, since: version }
}

/** The field exists up to and including `version`. */
export function until<Out, In>(
  version: number,
  field: Field<Out, In>,
  absent: Out & In = field.absent,
): Field<Out, In, true> {
  return { ...field, absent, optional: true, until: version }
}

/** The value may be null from `version` on only; a null before is an error, which the peer would make of it, too. */
export function nullFrom<Out, In, Optional extends boolean>(
  version: number,
  field: Field<Out, In, Optional>,
): Field<Out, In, Optional> {
  const refuse = (code: ProtocolErrorCode, at: number): never => {
    throw new ProtocolError(code, `null in v${at}; the field may be null from v${version} on`)
  }
  return {
    ...field,
    type: { ...field.type, nullFrom: version },
    read(reader, context) {
      const value = field.read(reader, context)
      return value === null && context.version < version ? refuse('MALFORMED', context.version) : value
    },
    write(writer, value, context) {
      if (value === null && context.version < version) refuse('VALUE_OUT_OF_RANGE', context.version)
      field.write(writer, value, context)
    },
  }
}

/** The field exists in all its versions, but an encoder may leave it out. */
export function optional<Out, In>(
  field: Field<Out, In>,
  absent: Out & In = field.absent,
): Field<Out, In, true> {
  return { ...field, absent, optional: true }
}

/** A tagged field (KIP-482): written only when it differs from `absent`, skipped by readers that do not know it. */
export function tagged<Out, In>(
  tag: number,
  field: Field<Out, In>,
  absent: Out & In = field.absent,
): Field<Out, In, true> {
  return { ...field, absent, optional: true, tag }
}
