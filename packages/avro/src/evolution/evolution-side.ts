import type { EvolutionDirection } from '../check-evolution.ts'
import type { RootCause } from '../root-cause.ts'
import type { FieldNode, NamedNode, ParsedSchema, SchemaNode } from '../schema-node.ts'

/** The two schemas of a comparison, by who reads and by which is new. */
export interface EvolutionSide {
  readonly direction: EvolutionDirection
  readonly proposed: ParsedSchema
  readonly previous: ParsedSchema
  readonly reader: ParsedSchema
  readonly writer: ParsedSchema
  /** How a sentence about a reader that fails begins. */
  readonly cannotRead: string
}

const openings: Readonly<Record<EvolutionDirection, string>> = {
  backward: 'New consumers cannot read events written with the old schema',
  forward: 'Consumers still on the old schema cannot read events written with the new one',
}

/** Puts two schemas into their roles. */
export function toEvolutionSide(
  proposed: ParsedSchema,
  previous: ParsedSchema,
  direction: EvolutionDirection,
): EvolutionSide {
  const [reader, writer] = direction === 'backward' ? [proposed, previous] : [previous, proposed]
  return { direction, proposed, previous, reader, writer, cannotRead: openings[direction] }
}

/**
 * Full names that a piece of JSON may use when it takes the place of a node of the schema: all but those that the node
 * itself defines.
 */
export function namesBeside(
  schema: ParsedSchema,
  node: SchemaNode | FieldNode | undefined,
): ReadonlySet<string> {
  const isInside = (type: NamedNode): boolean =>
    node !== undefined && (type === node || type.pointer.startsWith(`${node.pointer}/`))
  return new Set([...schema.types].flatMap(([name, type]) => (isInside(type) ? [] : [name])))
}

/** The field of the new schema that a cause stands in. */
export function placeToMend({ fields }: RootCause, { direction }: EvolutionSide): FieldNode | undefined {
  return direction === 'backward' ? fields?.reader : fields?.writer
}

/** A path as people write it, in quotes; the schema itself where it is empty. */
export function placeWords(path: readonly string[]): string {
  return path.length === 0 ? 'the schema' : `\`${path.join('.')}\``
}
