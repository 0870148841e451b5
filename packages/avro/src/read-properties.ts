import type { JsonNode } from './json-node.ts'
import type { NodeProperties } from './placed-node.ts'

// Avro Java's SCHEMA_RESERVED, ENUM_RESERVED and FIELD_RESERVED.
const typeMembers = [
  'doc',
  'fields',
  'items',
  'name',
  'namespace',
  'size',
  'symbols',
  'values',
  'type',
  'aliases',
]
const reserved: Readonly<Record<'type' | 'enum' | 'field', ReadonlySet<string>>> = {
  type: new Set(typeMembers),
  enum: new Set([...typeMembers, 'default']),
  field: new Set(['default', 'doc', 'name', 'order', 'type', 'aliases']),
}

/** Shared, since nearly every node has none and thousands of schemas are held at once. */
export const noProperties: NodeProperties = new Map()

/** What Avro Java keeps of an object beside the members that it knows. */
export function readProperties(
  json: Extract<JsonNode, { kind: 'object' }>,
  of: 'type' | 'enum' | 'field',
): NodeProperties {
  if (json.hasOnly(reserved[of])) return noProperties
  return new Map([...json.members].filter(([name]) => !reserved[of].has(name)))
}
