import { toJsonText, type JsonNode } from './json-node.ts'
import type { FieldNode, NamedNode, SchemaNode } from './schema-node.ts'

/** What has the type that a name stands for as its own: a field, or a type that has parts. */
export type NameHolder = FieldNode | SchemaNode

/**
 * Whether a type may be defined a second time under its name: Avro Java's `Schema.equals`. Names, fields, symbols,
 * sizes, field defaults and orders and extra properties count; doc, aliases and an enum's default do not.
 *
 * @param unresolved - what holds a name whose definition was not complete there: Avro Java puts a type of its own in
 * that place until the end of the text, which equals no other
 */
export function isSameDefinition(
  left: NamedNode,
  right: NamedNode,
  unresolved: ReadonlySet<NameHolder>,
): boolean {
  return isSame(left, right, unresolved)
}

function isSame(left: SchemaNode, right: SchemaNode, unresolved: ReadonlySet<NameHolder>): boolean {
  if (left === right) return true
  if (unresolved.has(left) || unresolved.has(right)) return false
  if (!isSameJsonMap(left.properties, right.properties)) return false
  if ('fullName' in left && 'fullName' in right && left.fullName !== right.fullName) return false
  switch (left.type) {
    case 'array':
      return right.type === 'array' && isSame(left.items, right.items, unresolved)
    case 'map':
      return right.type === 'map' && isSame(left.values, right.values, unresolved)
    case 'union':
      return (
        right.type === 'union' &&
        left.branches.length === right.branches.length &&
        left.branches.every((branch, index) => isSame(branch, right.branches[index]!, unresolved))
      )
    case 'fixed':
      return right.type === 'fixed' && left.size === right.size
    case 'enum':
      return right.type === 'enum' && left.symbols.join() === right.symbols.join()
    case 'record': {
      if (right.type !== 'record' || left.fields.length !== right.fields.length) return false
      return left.fields.every((field, index) => isSameField(field, right.fields[index]!, unresolved))
    }
    default:
      return left.type === right.type
  }
}

function isSameField(left: FieldNode, right: FieldNode, unresolved: ReadonlySet<NameHolder>): boolean {
  return (
    left.name === right.name &&
    left.order === right.order &&
    !unresolved.has(left) &&
    !unresolved.has(right) &&
    isSameJson(left.default, right.default) &&
    isSameJsonMap(left.properties, right.properties) &&
    isSame(left.type, right.type, unresolved)
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
