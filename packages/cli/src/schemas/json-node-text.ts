import type { JsonNode } from '@headwater/avro'

/** A piece of a schema as JSON in one line, numbers as they were written. */
export function jsonNodeText(node: JsonNode): string {
  switch (node.kind) {
    case 'object': {
      const members = [...node.members].map(
        ([name, value]) => `${JSON.stringify(name)}: ${jsonNodeText(value)}`,
      )
      return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
    }
    case 'array':
      return `[${node.items.map(jsonNodeText).join(', ')}]`
    case 'string':
      return JSON.stringify(node.value)
    case 'number':
      return node.raw
    case 'boolean':
      return String(node.value)
    case 'null':
      return 'null'
  }
}
