import type { ParsedSchema } from '@headwater/avro'

/** The topics that a schema names by the property `x-topic` of its outermost type, a text or a list of texts. */
export function topicsInSchema({ root }: Pick<ParsedSchema, 'root'>): readonly string[] | 'invalid' {
  const property = root.properties.get('x-topic')
  if (property === undefined) return []
  const nodes = property.kind === 'array' ? property.items : [property]
  const topics = nodes.flatMap((node) => (node.kind === 'string' && node.value !== '' ? [node.value] : []))
  return topics.length === nodes.length && nodes.length > 0 ? [...new Set(topics)] : 'invalid'
}
