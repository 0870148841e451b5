/** A value that stands in the code as it is; undefined when it has to be computed at run time. */
export type Constant = { readonly value: unknown } | undefined

/** A node of the syntax tree, as far as it is looked at here. */
export interface SyntaxNode {
  readonly type: string
  readonly [field: string]: unknown
}

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '*': (left, right) => left * right,
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '/': (left, right) => left / right,
  '**': (left, right) => left ** right,
}

/**
 * The value of an expression of literals, arithmetic and names of constants.
 *
 * @param constantOf - the value of a name where the expression stands
 */
export function constantValue(node: SyntaxNode | null, constantOf: (name: string) => Constant): Constant {
  if (node === null) return undefined
  const inner = (part: unknown): Constant => constantValue(part as SyntaxNode, constantOf)
  const all = (parts: readonly unknown[]): readonly unknown[] | undefined => {
    const values = parts.map(inner)
    return values.every((each) => each !== undefined) ? values.map((each) => each.value) : undefined
  }
  switch (node.type) {
    case 'Literal':
      return { value: node['value'] }
    case 'TemplateLiteral': {
      const quasis = node['quasis'] as readonly { readonly value: { readonly cooked: string } }[]
      return quasis.length === 1 ? { value: quasis[0]?.value.cooked } : undefined
    }
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return inner(node['expression'])
    case 'UnaryExpression': {
      const value = inner(node['argument'])?.value
      return node['operator'] === '-' && typeof value === 'number' ? { value: -value } : undefined
    }
    case 'BinaryExpression': {
      const [left, right] = [inner(node['left'])?.value, inner(node['right'])?.value]
      const compute = arithmetic[node['operator'] as string]
      if (compute === undefined || typeof left !== 'number' || typeof right !== 'number') return undefined
      return { value: compute(left, right) }
    }
    case 'ArrayExpression': {
      const values = all(node['elements'] as readonly unknown[])
      return values === undefined ? undefined : { value: values }
    }
    case 'ObjectExpression': {
      const properties = node['properties'] as readonly SyntaxNode[]
      const values = all(properties.map((property) => property['value'] ?? { type: 'Spread' }))
      if (values === undefined) return undefined
      return {
        value: Object.fromEntries(properties.map((property, index) => [keyOf(property), values[index]])),
      }
    }
    case 'Identifier': {
      const name = node['name'] as string
      return name === 'Infinity' ? { value: Infinity } : constantOf(name)
    }
    default:
      return undefined
  }
}

/** The name of a property that is written as a name or a text. */
export function keyOf(property: SyntaxNode): string {
  const { name, value } = (property['key'] ?? {}) as { readonly name?: string; readonly value?: unknown }
  return name ?? (typeof value === 'string' ? value : '')
}
