import type { SchemaNode } from '../schema-node.ts'

/** A type in few words, for sentences: `["null", Customer]`, `array of long`, `decimal(10,2)`. */
export function typeLabel(node: SchemaNode): string {
  switch (node.type) {
    case 'union':
      return `[${node.branches.map((branch) => (branch.type === 'null' ? '"null"' : typeLabel(branch))).join(', ')}]`
    case 'array':
      return `array of ${typeLabel(node.items)}`
    case 'map':
      return `map of ${typeLabel(node.values)}`
    case 'record':
    case 'enum':
    case 'fixed':
      return node.name
    default:
      return logicalLabel(node) ?? node.type
  }
}

/** The same, and for a named type what kind of type it is: `enum Status`. */
export function kindLabel(node: SchemaNode): string {
  return 'fullName' in node ? `${node.type} ${node.name}` : typeLabel(node)
}

/** The logical type with the numbers that belong to it; `undefined` where there is none. */
export function logicalLabel(node: SchemaNode): string | undefined {
  const logical = node.properties.get('logicalType')
  if (logical?.kind !== 'string') return undefined
  const numbers = ['precision', 'scale'].flatMap((name) => {
    const value = node.properties.get(name)
    return value?.kind === 'number' ? [value.raw] : []
  })
  return numbers.length === 0 ? logical.value : `${logical.value}(${numbers.join(',')})`
}
