import type { SchemaNode } from './schema-node.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Puts other nodes in the place of some, everywhere below a node. Types may be as deep in each other as a text has
 * names, so there is no recursion here.
 *
 * @param others - what to put in the place of a node
 * @param seen - nodes that need no look any more
 */
export function linkNames(
  node: SchemaNode,
  others: ReadonlyMap<SchemaNode, SchemaNode>,
  seen: Set<SchemaNode>,
): SchemaNode {
  const waiting: SchemaNode[] = []
  const link = (inner: SchemaNode): SchemaNode => {
    const linked = others.get(inner) ?? inner
    if (!seen.has(linked)) waiting.push(linked)
    seen.add(linked)
    return linked
  }
  const root = link(node)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.type === 'array') (next as Mutable<typeof next>).items = link(next.items)
    if (next.type === 'map') (next as Mutable<typeof next>).values = link(next.values)
    if (next.type === 'union') (next as Mutable<typeof next>).branches = next.branches.map(link)
    if (next.type === 'record') {
      for (const field of next.fields) (field as Mutable<typeof field>).type = link(field.type)
    }
  }
  return root
}
