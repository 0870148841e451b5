import type { JsonNode } from './json-node.ts'
import { PairMap } from './pair-map.ts'
import type { RecordNode, SchemaNode } from './schema-node.ts'

/**
 * Whether a field's default fits.
 *
 * @param isUnfinished - of which records the fields are not known: nothing fits them. Default: none
 */
export function isValidFieldDefault(
  schema: SchemaNode,
  value: JsonNode,
  isUnfinished: (record: RecordNode) => boolean = () => false,
): boolean {
  try {
    return isValidDefault(schema, value, { isUnfinished, known: new PairMap() })
  } catch (error) {
    if (error instanceof UnfinishedRecordError) return false
    throw error
  }
}

interface Context {
  readonly isUnfinished: (record: RecordNode) => boolean
  /**
   * What was found of a record and a value. Records that contain each other twice, with defaults all the way down, would
   * else be looked at once for each way to them, which doubles with every level.
   */
  readonly known: PairMap<boolean>
}

/** Where Avro Java throws, too: no later branch of a union can make up for it. */
class UnfinishedRecordError extends Error {}

/**
 * Whether a default fits its type: Avro Java's `Schema.isValidDefault` of 1.12. It is shallow on purpose: an enum
 * default need not be a symbol, a fixed default need not have the size, and a union default may fit any branch.
 */
function isValidDefault(schema: SchemaNode, value: JsonNode, context: Context): boolean {
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
        value.kind === 'array' && value.items.every((item) => isValidDefault(schema.items, item, context))
      )
    case 'map':
      return (
        value.kind === 'object' &&
        [...value.members.values()].every((v) => isValidDefault(schema.values, v, context))
      )
    case 'union':
      return schema.branches.some((branch) => isValidDefault(branch, value, context))
    case 'record': {
      if (value.kind !== 'object') return false
      if (context.isUnfinished(schema)) throw new UnfinishedRecordError()
      const known = context.known.get(schema, value)
      if (known !== undefined) return known
      // A default that needs itself is none; Avro Java runs out of stack there.
      context.known.set(schema, value, false)
      const isValid = schema.fields.every((field) => {
        const own = value.members.get(field.name) ?? field.default
        return own !== undefined && isValidDefault(field.type, own, context)
      })
      context.known.set(schema, value, isValid)
      return isValid
    }
  }
}

/** More than the digits and the sign of any long; JSON has no leading zeros. */
const longestLong = 20

function isIntegerWithin(value: JsonNode, bits: bigint): boolean {
  if (value.kind !== 'number' || value.raw.length > longestLong || !/^-?\d+$/.test(value.raw)) return false
  const number = BigInt(value.raw)
  return number >= -(1n << bits) && number < 1n << bits
}
