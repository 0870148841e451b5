import type { FieldNode, NamedNode, RecordNode } from '../schema-node.ts'
import { toDocComment } from './doc-comment.ts'
import { findMapping } from './logical-mapping.ts'
import { quoteKey, quoteText, toAnonymousType, toTypeExpression } from './type-expression.ts'
import type { ExpressionContext, Side } from './type-expression.ts'

/** The suffixes of the names that a type's declaration takes beside its own. */
export function declaredSuffixes(
  node: NamedNode,
  context: Pick<ExpressionContext, 'logicalTypes'>,
): string[] {
  if (node.type === 'record') return ['Input']
  return node.type === 'enum' && findMapping(node, context.logicalTypes) === undefined ? ['Symbols'] : []
}

/** The declarations of one named type. */
export function toNamedDeclaration(node: NamedNode, context: ExpressionContext): string {
  const name = context.names.get(node.fullName)!
  const isMapped = findMapping(node, context.logicalTypes) !== undefined
  switch (node.type) {
    case 'record': {
      if (!isMapped) return `${toInterface(node, 'decoded', context)}\n${toInterface(node, 'input', context)}`
      const type = toAnonymousType(node, 'decoded', context)
      return `${comment(node)}export type ${name} = ${type}\n\nexport type ${name}Input = ${type}\n`
    }
    case 'enum': {
      if (isMapped)
        return `${comment(node)}export type ${name} = ${toAnonymousType(node, 'decoded', context)}\n`
      const unknown =
        node.default === undefined
          ? []
          : [`Symbols that this schema does not know are read as ${node.default}.`]
      const symbols = node.symbols.map(quoteText).join(', ')
      return (
        `/** The symbols of {@link ${name}}, in the order of the schema. */\n` +
        `export const ${name}Symbols = [${symbols}] as const\n\n` +
        `${comment(node, unknown)}export type ${name} = (typeof ${name}Symbols)[number]\n`
      )
    }
    case 'fixed': {
      const size = isMapped ? [] : [`${node.size} bytes.`]
      return `${comment(node, size)}export type ${name} = ${toAnonymousType(node, 'decoded', context)}\n`
    }
  }
}

function toInterface(node: RecordNode, side: Side, context: ExpressionContext): string {
  const name = context.names.get(node.fullName)!
  const own = side === 'decoded' ? name : `${name}Input`
  const head =
    side === 'decoded'
      ? comment(node)
      : toDocComment({ facts: [`What is written as {@link ${name}}.`], properties: node.properties })
  // An interface without members would take any value.
  if (node.fields.length === 0) return `${head}export type ${own} = Record<string, never>\n`
  const fields = node.fields.map((field) => toField(field, side, context))
  return `${head}export interface ${own} {\n${fields.join('')}}\n`
}

function toField(field: FieldNode, side: Side, context: ExpressionContext): string {
  const type = toTypeExpression(field.type, side, context)
  const doc = toDocComment({ doc: field.doc, default: field.default, properties: field.properties }, '  ')
  const key = quoteKey(field.name)
  if (side === 'decoded') return `${doc}  ${key}: ${type}\n`
  return field.default === undefined
    ? `${doc}  readonly ${key}: ${type}\n`
    : `${doc}  readonly ${key}?: ${type} | undefined\n`
}

function comment(node: NamedNode, facts: readonly string[] = []): string {
  return toDocComment({
    doc: node.doc,
    facts: [...facts, `Avro: ${node.fullName}`],
    properties: node.properties,
  })
}
