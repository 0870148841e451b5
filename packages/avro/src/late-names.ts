import type { FieldNode, SchemaNode } from './schema-node.ts'

/** What has the type that a name stands for as its own: a field, or a type that has parts. */
export type NameHolder = FieldNode | SchemaNode

/**
 * Full names that were used when their definition was not complete, by what holds them: in a record itself, or before
 * its definition. Avro Java puts a type of its own in such a place until the end of the text.
 */
export type LateNames = ReadonlyMap<NameHolder, ReadonlySet<string>>

/** Shared, since nearly every text has none and thousands are held at once. */
export const noLateNames: LateNames = new Map()
