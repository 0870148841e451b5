import type { JsonNode } from '../json-node.ts'
import type { SchemaNode } from '../schema-node.ts'
import { isValidFieldDefault } from '../valid-default.ts'

/** What a reader that is stricter than Avro Java has against a default. */
export interface DefaultFault {
  readonly ruleId: 'union-default-not-first' | 'long-default-unsafe' | 'unparseable-by-avsc'
  readonly node: SchemaNode
  readonly value: JsonNode
}

/** The largest whole number that avsc takes. */
const largestLong = 2n ** 53n - 2n

/** Goes through a default and its type, both of which Avro Java has taken. */
export function walkDefault(type: SchemaNode, value: JsonNode): readonly DefaultFault[] {
  switch (type.type) {
    case 'union': {
      const fits = (branch: SchemaNode): boolean => isValidFieldDefault(branch, value)
      const branch = type.branches.find(fits)
      if (branch === undefined) return []
      const inside = walkDefault(branch, value)
      return branch === type.branches[0]
        ? inside
        : [{ ruleId: 'union-default-not-first', node: type, value }, ...inside]
    }
    case 'array':
      return value.kind === 'array' ? value.items.flatMap((item) => walkDefault(type.items, item)) : []
    case 'map':
      return value.kind === 'object'
        ? [...value.members.values()].flatMap((member) => walkDefault(type.values, member))
        : []
    case 'record':
      return type.fields.flatMap((field) => {
        const own = value.kind === 'object' ? value.members.get(field.name) : undefined
        return own === undefined ? [] : walkDefault(field.type, own)
      })
    case 'long':
      return isBeyond(value) ? [{ ruleId: 'long-default-unsafe', node: type, value }] : []
    case 'enum':
      return value.kind === 'string' && !type.symbols.includes(value.value) ? [refused(type, value)] : []
    case 'fixed':
      return value.kind === 'string' && value.value.length !== type.size ? [refused(type, value)] : []
    case 'float':
    case 'double':
      return value.kind === 'number' && /NaN|Infinity/.test(value.raw) ? [refused(type, value)] : []
    default:
      return []
  }
}

function refused(node: SchemaNode, value: JsonNode): DefaultFault {
  return { ruleId: 'unparseable-by-avsc', node, value }
}

function isBeyond(value: JsonNode): boolean {
  if (value.kind !== 'number' || !/^-?\d+$/.test(value.raw)) return false
  const number = BigInt(value.raw)
  return number > largestLong || number < -largestLong
}
