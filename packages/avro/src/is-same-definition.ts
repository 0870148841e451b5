import { toJsonText, type JsonNode } from './json-node.ts'
import type { FieldNode, NamedNode, SchemaNode } from './schema-node.ts'

/**
 * Whether a type may be defined a second time under its name: Avro Java's `Schema.equals`. Names, fields, symbols,
 * sizes, field defaults and orders and extra properties count; doc, aliases and an enum's default do not. Java takes no
 * second definition of a record that contains itself or a record that is still being read.
 *
 * @param unfinished - full names of the records that are still being read
 */
export function isSameDefinition(
  left: NamedNode,
  right: NamedNode,
  unfinished: ReadonlySet<string>,
): boolean {
  return isSame(left, right, unfinished)
}

// `open`: records that are being read, and those that the comparison is inside of.

function isSame(left: SchemaNode, right: SchemaNode, open: ReadonlySet<string>): boolean {
  if (left.type === 'record' && open.has(left.fullName)) return false
  if (left === right) return true
  if (!isSameJsonMap(left.properties, right.properties)) return false
  if ('fullName' in left && 'fullName' in right && left.fullName !== right.fullName) return false
  switch (left.type) {
    case 'array':
      return right.type === 'array' && isSame(left.items, right.items, open)
    case 'map':
      return right.type === 'map' && isSame(left.values, right.values, open)
    case 'union':
      return (
        right.type === 'union' &&
        left.branches.length === right.branches.length &&
        left.branches.every((branch, index) => isSame(branch, right.branches[index]!, open))
      )
    case 'fixed':
      return right.type === 'fixed' && left.size === right.size
    case 'enum':
      return right.type === 'enum' && left.symbols.join() === right.symbols.join()
    case 'record': {
      if (right.type !== 'record' || left.fields.length !== right.fields.length) return false
      const inside = new Set(open).add(left.fullName)
      return left.fields.every((field, index) => isSameField(field, right.fields[index]!, inside))
    }
    default:
      return left.type === right.type
  }
}

function isSameField(left: FieldNode, right: FieldNode, open: ReadonlySet<string>): boolean {
  return (
    left.name === right.name &&
    left.order === right.order &&
    isSameJson(left.default, right.default) &&
    isSameJsonMap(left.properties, right.properties) &&
    isSame(left.type, right.type, open)
  )
}

/** The order of the members plays no part. */
function isSameJsonMap(left: ReadonlyMap<string, JsonNode>, right: ReadonlyMap<string, JsonNode>): boolean {
  return left.size === right.size && [...left].every(([name, value]) => isSameJson(value, right.get(name)))
}

function isSameJson(left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  if (left.kind === 'object') return right.kind === 'object' && isSameJsonMap(left.members, right.members)
  if (left.kind === 'array') {
    return (
      right.kind === 'array' &&
      left.items.length === right.items.length &&
      left.items.every((item, index) => isSameJson(item, right.items[index]))
    )
  }
  return left.kind === right.kind && toJsonText(left) === toJsonText(right)
}
