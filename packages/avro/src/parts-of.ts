import type { NameHolder } from './late-names.ts'
import type { SchemaNode } from './schema-node.ts'

/** A type inside another, and what holds it there: the field of a record, else the outer type itself. */
export interface SchemaPart {
  readonly holder: NameHolder
  readonly type: SchemaNode
}

/** The types that a type is made of, in the order of the text. */
export function partsOf(node: SchemaNode): readonly SchemaPart[] {
  switch (node.type) {
    case 'array':
      return [{ holder: node, type: node.items }]
    case 'map':
      return [{ holder: node, type: node.values }]
    case 'union':
      return node.branches.map((type) => ({ holder: node, type }))
    case 'record':
      return node.fields.map((field) => ({ holder: field, type: field.type }))
    default:
      return []
  }
}
