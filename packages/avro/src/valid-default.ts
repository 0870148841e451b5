import type { JsonNode } from './json-node.ts'
import type { SchemaNode } from './schema-node.ts'

/**
 * Whether a field's default fits.
 *
 * @param unfinished - full names of the records that are still being read: nothing fits them, their fields are not known
 */
export function isValidFieldDefault(
  schema: SchemaNode,
  value: JsonNode,
  unfinished: ReadonlySet<string>,
): boolean {
  try {
    return isValidDefault(schema, value, unfinished)
  } catch (error) {
    if (error instanceof UnfinishedRecordError) return false
    throw error
  }
}

/** Where Avro Java throws, too: no later branch of a union can make up for it. */
class UnfinishedRecordError extends Error {}

/**
 * Whether a default fits its type: Avro Java's `Schema.isValidDefault` of 1.12. It is shallow on purpose: an enum
 * default need not be a symbol, a fixed default need not have the size, and a union default may fit any branch.
 */
function isValidDefault(schema: SchemaNode, value: JsonNode, unfinished: ReadonlySet<string>): boolean {
  switch (schema.type) {
    case 'string':
    case 'bytes':
    case 'enum':
    case 'fixed':
      return value.kind === 'string'
    case 'int':
      return isIntegerWithin(value, 31n)
    case 'long':
      return isIntegerWithin(value, 63n)
    case 'float':
    case 'double':
      return value.kind === 'number'
    case 'boolean':
      return value.kind === 'boolean'
    case 'null':
      return value.kind === 'null'
    case 'array':
      return (
        value.kind === 'array' && value.items.every((item) => isValidDefault(schema.items, item, unfinished))
      )
    case 'map':
      return (
        value.kind === 'object' &&
        [...value.members.values()].every((v) => isValidDefault(schema.values, v, unfinished))
      )
    case 'union':
      return schema.branches.some((branch) => isValidDefault(branch, value, unfinished))
    case 'record':
      if (value.kind === 'object' && unfinished.has(schema.fullName)) throw new UnfinishedRecordError()
      return (
        value.kind === 'object' &&
        schema.fields.every((field) => {
          const own = value.members.get(field.name) ?? field.default
          return own !== undefined && isValidDefault(field.type, own, unfinished)
        })
      )
  }
}

function isIntegerWithin(value: JsonNode, bits: bigint): boolean {
  if (value.kind !== 'number' || !/^-?\d+$/.test(value.raw)) return false
  const number = BigInt(value.raw)
  return number >= -(1n << bits) && number < 1n << bits
}
