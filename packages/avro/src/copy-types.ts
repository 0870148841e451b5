import { linkNames } from './link-names.ts'
import { partsOf } from './parts-of.ts'
import { PlacedArray, PlacedMap, PlacedRecord, PlacedUnion } from './placed-node.ts'
import type { SchemaNode } from './schema-node.ts'

/**
 * Copies types with all that they contain, one copy of each. What contains no other type stays the same node.
 *
 * @returns the copies, by what they are copies of
 */
export function copyTypes(types: Iterable<SchemaNode>): ReadonlyMap<SchemaNode, SchemaNode> {
  const copies = new Map<SchemaNode, SchemaNode>()
  const waiting = [...types]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (copies.has(next)) continue
    copies.set(next, isContainer(next) ? next.copy() : next)
    for (const { type } of partsOf(next)) waiting.push(type)
  }
  const linked = new Set<SchemaNode>()
  for (const copy of copies.values()) linkNames(copy, copies, linked)
  return copies
}

function isContainer(node: SchemaNode): node is PlacedArray | PlacedMap | PlacedRecord | PlacedUnion {
  return [PlacedArray, PlacedMap, PlacedRecord, PlacedUnion].some((type) => node instanceof type)
}
