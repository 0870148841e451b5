import { copyTypes } from './copy-types.ts'
import { linkNames } from './link-names.ts'
import type { NamedNode, SchemaNode } from './schema-node.ts'

/**
 * Puts the definitions in the place of the nodes that stood for types which were named before they were defined.
 *
 * In a root without a name, outside of the named types, it is a copy of the definition: Avro Java resolves such a root
 * when it has resolved the named types, and copies what it resolves, so that it compares these types apart from the
 * others of that name.
 *
 * @param types - all named types, in which names are linked, too
 * @param expected - the nodes with their definitions
 */
export function linkExpected(
  root: SchemaNode,
  types: Iterable<NamedNode>,
  expected: ReadonlyMap<SchemaNode, NamedNode>,
): SchemaNode {
  const linked = new Set<SchemaNode>()
  for (const type of types) linkNames(type, expected, linked)
  if ('fullName' in root) return root
  const copies = copyTypes(expected.values())
  const copied = [...expected].map(([node, definition]) => [node, copies.get(definition)!] as const)
  return linkNames(root, new Map(copied), linked)
}
