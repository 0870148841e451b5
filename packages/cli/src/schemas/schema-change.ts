import type { FieldNode, SchemaNode } from '@headwater/avro'

/** What can change between two versions of a schema, as far as somebody reads it. */
export type SchemaChangeKind =
  | 'field-added'
  | 'field-removed'
  | 'field-renamed'
  | 'field-moved'
  | 'type-changed'
  | 'type-renamed'
  | 'branch-added'
  | 'branch-removed'
  | 'symbol-added'
  | 'symbol-removed'
  | 'size-changed'
  | 'default-changed'
  | 'aliases-changed'
  | 'order-changed'
  | 'doc-changed'
  | 'property-changed'

/** A type or a field, and the file that it stands in. */
export interface ChangePlace {
  readonly node: SchemaNode | FieldNode
  /** Full name of the innermost named type around it. */
  readonly definedIn: string | undefined
}

/** One difference between two versions of a schema, harmless or not. */
export interface SchemaChange {
  readonly kind: SchemaChangeKind
  /** Field names from the root, `[]` for the items of an array, `{}` for the values of a map. */
  readonly path: readonly string[]
  /** What changed, for people. */
  readonly text: string
  /** In the older version; where something is new, what it was added to. */
  readonly before: ChangePlace
  /** In the newer version; where something is gone, what it was taken from. */
  readonly after: ChangePlace
}
