import { canonicalNodeText } from '../canonical-text.ts'
import { parseJson, type JsonNode } from '../json-node.ts'
import type { SchemaNode } from '../schema-node.ts'
import { SourceText } from '../source-text.ts'
import { quoteKey, quoteText } from './type-expression.ts'

/** A schema's text for the generated module. */
export interface SchemaLiteral {
  /** With every type written out, so that it stands for itself. */
  readonly canonical: string
  /** `: type = value` of the constant. */
  readonly initializer: string
}

/** A schema as a constant: an object that TypeScript knows by heart, or its text where numbers would lose digits. */
export function toSchemaLiteral(root: SchemaNode): SchemaLiteral {
  const canonical = canonicalNodeText(root)
  const json = parseJson(new SourceText(canonical))
  const initializer = isExact(json)
    ? ` = ${toLiteral(json, '')} as const`
    : `: string = ${quoteText(canonical)}`
  return { canonical, initializer }
}

function isExact(json: JsonNode): boolean {
  switch (json.kind) {
    case 'number':
      return !/^-?\d+$/.test(json.raw) || BigInt(Number(json.raw)) === BigInt(json.raw)
    case 'array':
      return json.items.every(isExact)
    case 'object':
      return [...json.members.values()].every(isExact)
    default:
      return true
  }
}

const widest = 90

function toLiteral(json: JsonNode, indent: string): string {
  switch (json.kind) {
    case 'string':
      return quoteText(json.value)
    case 'number':
      return json.raw
    case 'boolean':
      return String(json.value)
    case 'null':
      return 'null'
    case 'array':
      return toBlock(
        json.items.map((item) => toLiteral(item, `${indent}  `)),
        ['[', ']'],
        indent,
      )
    case 'object':
      return toBlock(
        [...json.members].map(([name, value]) => `${toKey(name)}: ${toLiteral(value, `${indent}  `)}`),
        ['{ ', ' }'],
        indent,
      )
  }
}

/** `__proto__: x` in an object literal sets the prototype; a computed name is a property like any other. */
function toKey(name: string): string {
  return name === '__proto__' ? "['__proto__']" : quoteKey(name)
}

function toBlock(parts: readonly string[], [open, close]: readonly [string, string], indent: string): string {
  if (parts.length === 0) return open.trim() + close.trim()
  const line = `${open}${parts.join(', ')}${close}`
  if (line.length + indent.length <= widest && !line.includes('\n')) return line
  return `${open.trim()}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${close.trim()}`
}
