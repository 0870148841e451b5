import type { SchemaNode, UnionNode } from '../schema-node.ts'
import { findMapping, type LogicalTypeMappings } from './logical-mapping.ts'

/** Which side of a codec a type is for: what it gives, or what it takes. */
export type Side = 'decoded' | 'input'

/** What an expression depends on beside the schema. */
export interface ExpressionContext {
  readonly names: ReadonlyMap<string, string>
  readonly wrapUnions: 'auto' | 'always' | 'never'
  readonly long: 'number' | 'bigint'
  readonly logicalTypes: LogicalTypeMappings
}

/** The TypeScript type of a schema's values at run time, with names for the named types. */
export function toTypeExpression(node: SchemaNode, side: Side, context: ExpressionContext): string {
  if ('fullName' in node) {
    const name = context.names.get(node.fullName)!
    return side === 'input' && node.type === 'record' ? `${name}Input` : name
  }
  return toAnonymousType(node, side, context)
}

/** The same for a type that has no name, or whose name is being declared. */
export function toAnonymousType(node: SchemaNode, side: Side, context: ExpressionContext): string {
  const mapping = findMapping(node, context.logicalTypes)
  if (mapping !== undefined) return mapping.type
  switch (node.type) {
    case 'int':
    case 'float':
    case 'double':
      return 'number'
    case 'long':
      return context.long
    case 'bytes':
    case 'fixed':
      return 'Buffer'
    case 'array': {
      const items = grouped(toTypeExpression(node.items, side, context))
      return side === 'input' ? `readonly ${items}[]` : `${items}[]`
    }
    case 'map': {
      const record = `Record<string, ${toTypeExpression(node.values, side, context)}>`
      return side === 'input' ? `Readonly<${record}>` : record
    }
    case 'union':
      return toUnionType(node, side, context)
    // Declared by name elsewhere.
    case 'record':
    case 'enum':
      return toTypeExpression(node, side, context)
    case 'null':
    case 'boolean':
    case 'string':
      return node.type
  }
}

/** What must stand in parentheses before `[]`: a union, a `readonly` array, whatever a mapping says. */
function grouped(text: string): string {
  return /^(?:[\w$.]+(?:\[\])*|(?:Record|Readonly|OneOf)<[^|]*>)$/.test(text) ? text : `(${text})`
}

function toUnionType(union: UnionNode, side: Side, context: ExpressionContext): string {
  const { branches } = union
  if (branches.length === 0) return 'never'
  if (!isWrappedUnion(union, context)) {
    return [...new Set(branches.map((branch) => toTypeExpression(branch, side, context)))].join(' | ')
  }
  const readonly = side === 'input' ? 'readonly ' : ''
  const others = branches.filter((branch) => branch.type !== 'null')
  const members = others.map(
    (branch) => `${readonly}${quoteKey(branchName(branch))}: ${toTypeExpression(branch, side, context)}`,
  )
  const wrappers = `{ ${members.join('; ')} }`
  const parts = members.length === 0 ? [] : [members.length === 1 ? wrappers : `OneOf<${wrappers}>`]
  return [...(others.length < branches.length ? ['null'] : []), ...parts].join(' | ')
}

/** Whether avsc wraps the values of a union in an object that names the branch. */
function isWrappedUnion(union: UnionNode, context: ExpressionContext): boolean {
  if (context.wrapUnions !== 'auto') return context.wrapUnions === 'always'
  return isAmbiguousUnion(union, context)
}

/**
 * avsc's rule: branches whose values look alike in JavaScript make a union ambiguous. A branch with a logical type's
 * class does not count, its values are asked instead; a long with a class of its own is like no other number.
 */
export function isAmbiguousUnion(union: UnionNode, context: ExpressionContext): boolean {
  const buckets = union.branches
    .filter((branch) => findMapping(branch, context.logicalTypes) === undefined)
    .map((branch) => bucketOf(branch, context.long))
  return new Set(buckets).size < buckets.length
}

function bucketOf(node: SchemaNode, long: ExpressionContext['long']): string {
  switch (node.type) {
    case 'long':
      return long
    case 'int':
    case 'float':
    case 'double':
      return 'number'
    case 'bytes':
    case 'fixed':
      return 'buffer'
    case 'enum':
      return 'string'
    case 'map':
    case 'record':
      return 'object'
    default:
      return node.type
  }
}

function branchName(node: SchemaNode): string {
  return 'fullName' in node ? node.fullName : node.type
}

/** A property name as it stands in a type: bare where it can. */
export function quoteKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoteText(name)
}

/** A text literal in single quotes. */
export function quoteText(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
}
