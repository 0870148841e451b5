import type { SchemaNode } from './schema-node.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Puts definitions in the place of nodes that stood for them, everywhere below a node. */
export function linkNames(
  node: SchemaNode,
  definitions: ReadonlyMap<SchemaNode, SchemaNode>,
  seen: Set<SchemaNode> = new Set(),
): SchemaNode {
  const defined = definitions.get(node) ?? node
  if (seen.has(defined)) return defined
  seen.add(defined)
  const link = (inner: SchemaNode): SchemaNode => linkNames(inner, definitions, seen)
  if (defined.type === 'array') (defined as Mutable<typeof defined>).items = link(defined.items)
  if (defined.type === 'map') (defined as Mutable<typeof defined>).values = link(defined.values)
  if (defined.type === 'union') (defined as Mutable<typeof defined>).branches = defined.branches.map(link)
  if (defined.type === 'record') {
    for (const field of defined.fields) (field as Mutable<typeof field>).type = link(field.type)
  }
  return defined
}
