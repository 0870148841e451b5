import type { FieldNode, RecordNode, SchemaNode } from '@headwater/avro'

/** One step of the way from the root of two schemas to where they do not fit. */
export interface WalkStep {
  readonly reader: SchemaNode | FieldNode
  /** `undefined` where the writer has nothing like it. */
  readonly writer: SchemaNode | FieldNode | undefined
}

/** Where the two sides of an incompatibility are. */
export interface IncompatibilityWalk {
  /** Outermost first. */
  readonly steps: readonly WalkStep[]
  /** Field names from the root, `[]` for the items of an array, `{}` for the values of a map. */
  readonly names: readonly string[]
}

interface Place {
  reader: SchemaNode | FieldNode
  writer: SchemaNode | FieldNode | undefined
}

/**
 * Follows the location of an incompatibility through both schemas. Avro Java mixes the indexes of the writer's union
 * branches into a path of the reader, and cuts some locations short; the walk goes as far as both schemas let it.
 */
export function walkIncompatibility(
  reader: SchemaNode,
  writer: SchemaNode,
  location: string,
): IncompatibilityWalk {
  const place: Place = { reader, writer }
  const steps: WalkStep[] = [{ ...place }]
  const names: string[] = []
  const tokens = location.split('/').filter((token) => token !== '')
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!
    let moved = false
    if (token === 'fields') moved = enterField(place, Number(tokens[++at]), names)
    else if (token === 'type') moved = enterType(place)
    else if (token === 'items' || token === 'values') moved = enterContainer(place, token, names)
    else if (/^\d+$/.test(token)) moved = enterBranch(place, Number(token))
    if (!moved) break
    steps.push({ ...place })
  }
  return { steps, names }
}

function enterField(place: Place, index: number, names: string[]): boolean {
  const record = asSchema(place.reader)
  if (record?.type !== 'record' || record.fields[index] === undefined) return false
  const field = record.fields[index]
  const written = place.writer === undefined ? undefined : recordIn(asSchema(place.writer))
  place.reader = field
  place.writer = written?.fields.find(({ name }) => name === field.name || field.aliases.includes(name))
  names.push(field.name)
  return true
}

function enterType(place: Place): boolean {
  if (!isField(place.reader)) return false
  place.reader = place.reader.type
  if (place.writer !== undefined && isField(place.writer)) place.writer = place.writer.type
  return true
}

function enterContainer(place: Place, token: 'items' | 'values', names: string[]): boolean {
  const { reader, writer } = place
  if (token === 'items' && reader.type === 'array') {
    place.reader = reader.items
    place.writer = writer?.type === 'array' ? writer.items : undefined
    names.push('[]')
    return true
  }
  if (token === 'values' && reader.type === 'map') {
    place.reader = reader.values
    place.writer = writer?.type === 'map' ? writer.values : undefined
    names.push('{}')
    return true
  }
  return false
}

function enterBranch(place: Place, index: number): boolean {
  if (place.writer?.type !== 'union' || place.writer.branches[index] === undefined) return false
  place.writer = place.writer.branches[index]
  return true
}

function recordIn(schema: SchemaNode | undefined): RecordNode | undefined {
  return schema?.type === 'record' ? schema : undefined
}

/** A field where a type is expected stands for its type. */
function asSchema(node: SchemaNode | FieldNode | undefined): SchemaNode | undefined {
  return node !== undefined && isField(node) ? node.type : node
}

/** Only fields have an order. */
function isField(node: SchemaNode | FieldNode): node is FieldNode {
  return 'order' in node
}
