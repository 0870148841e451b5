import type { types } from 'avsc'
import type { AvroType } from './avro-type.ts'

/** The fields of a record type. */
export function fieldsOf(type: AvroType): readonly types.Field[] {
  return (type as types.RecordType).fields
}

/** The type of an array's items. */
export function itemsOf(type: AvroType): AvroType {
  return (type as types.ArrayType).itemsType
}

/** The type of a map's values. */
export function valuesOf(type: AvroType): AvroType {
  return (type as unknown as { readonly valuesType: AvroType }).valuesType
}

/** The branches of a union. */
export function unionTypes(type: AvroType): readonly AvroType[] {
  return (type as types.UnwrappedUnionType).types
}

/** Whether only the type itself can tell its values: a logical type's class, or a long of a class of its own. */
export function isDynamic({ typeName }: AvroType): boolean {
  return typeName.startsWith('logical:') || typeName.startsWith('abstract:')
}

// avsc tells the branches of an unwrapped union apart by these; two branches of one bucket make it a wrapped union.
const buckets: Readonly<Record<string, string>> = {
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'bytes',
  fixed: 'bytes',
  enum: 'string',
  map: 'object',
  record: 'object',
  error: 'object',
}

/** Which branch of a union a value is for, with the value inside a wrapped union's wrapper and the wrapper's name. */
export function branchFor(
  union: AvroType,
  value: unknown,
): { readonly type: AvroType; readonly value: unknown; readonly name?: string } | undefined {
  const branches = unionTypes(union)
  if (union.typeName === 'union:wrapped') {
    if (typeof value !== 'object' || value === null) return undefined
    const [name, ...others] = Object.keys(value)
    const type = others.length === 0 ? branches.find((branch) => branch.branchName === name) : undefined
    if (type === undefined || name === undefined) return undefined
    return { type, value: (value as Record<string, unknown>)[name], name }
  }
  const bucket = bucketOfValue(value)
  const type = branches.find((branch) => bucketOfType(branch) === bucket)
  return type === undefined ? undefined : { type, value }
}

/** What sets the branches of an unwrapped union apart. */
export function bucketOfType({ typeName }: AvroType): string {
  return buckets[typeName] ?? typeName
}

/** The bucket of the type that a value is for. */
export function bucketOfValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Uint8Array) return 'bytes'
  return typeof value === 'bigint' ? 'number' : typeof value
}
