import { toJsonText, type JsonNode } from './json-node.ts'
import type { LateNames } from './late-names.ts'
import type { FieldNode, NamedNode, SchemaNode } from './schema-node.ts'

/**
 * Whether a type may be defined a second time under its name: Avro Java's `Schema.equals`. Names, fields, symbols,
 * sizes, field defaults and orders and extra properties count; doc, aliases and an enum's default do not.
 *
 * @param late - what holds these equals nothing
 */
export function isSameDefinition(left: NamedNode, right: NamedNode, late: LateNames): boolean {
  return isSame(left, right, late)
}

function isSame(left: SchemaNode, right: SchemaNode, late: LateNames): boolean {
  if (left === right) return true
  if (late.has(left) || late.has(right)) return false
  if (!isSameJsonMap(left.properties, right.properties)) return false
  if ('fullName' in left && 'fullName' in right && left.fullName !== right.fullName) return false
  switch (left.type) {
    case 'array':
      return right.type === 'array' && isSame(left.items, right.items, late)
    case 'map':
      return right.type === 'map' && isSame(left.values, right.values, late)
    case 'union':
      return (
        right.type === 'union' &&
        left.branches.length === right.branches.length &&
        left.branches.every((branch, index) => isSame(branch, right.branches[index]!, late))
      )
    case 'fixed':
      return right.type === 'fixed' && left.size === right.size
    case 'enum':
      return right.type === 'enum' && left.symbols.join() === right.symbols.join()
    case 'record': {
      if (right.type !== 'record' || left.fields.length !== right.fields.length) return false
      return left.fields.every((field, index) => isSameField(field, right.fields[index]!, late))
    }
    default:
      return left.type === right.type
  }
}

function isSameField(left: FieldNode, right: FieldNode, late: LateNames): boolean {
  return (
    left.name === right.name &&
    left.order === right.order &&
    !late.has(left) &&
    !late.has(right) &&
    isSameJson(left.default, right.default) &&
    isSameJsonMap(left.properties, right.properties) &&
    isSame(left.type, right.type, late)
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
