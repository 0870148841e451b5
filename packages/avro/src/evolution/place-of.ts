import type { FieldNode, NamedNode, ParsedSchema, SchemaNode } from '../schema-node.ts'
import type { FindingPlace } from './evolution-finding.ts'

/** Tells of the nodes of a schema where they stand. */
export type PlaceOf = (node: SchemaNode | FieldNode) => FindingPlace

/** Finds out which named type each node stands in, when first asked. */
export function createPlaceOf(schema: ParsedSchema): PlaceOf {
  let owners: Map<object, NamedNode | undefined> | undefined
  return (node) => {
    owners ??= findOwners(schema)
    const { line, column, pointer } = node
    return { line, column, pointer, definedIn: owners.get(node)?.fullName }
  }
}

function findOwners(schema: ParsedSchema): Map<object, NamedNode | undefined> {
  const owners = new Map<object, NamedNode | undefined>()
  const open: [node: SchemaNode, owner: NamedNode | undefined][] = [[schema.root, undefined]]
  for (const type of schema.types.values()) open.push([type, type])
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, outer] = next
    if (owners.has(node)) continue
    const owner = 'fullName' in node ? node : outer
    owners.set(node, owner)
    if (node.type === 'array') open.push([node.items, owner])
    if (node.type === 'map') open.push([node.values, owner])
    if (node.type === 'union') for (const branch of node.branches) open.push([branch, owner])
    if (node.type !== 'record') continue
    for (const field of node.fields) {
      owners.set(field, owner)
      open.push([field.type, owner])
    }
  }
  return owners
}
