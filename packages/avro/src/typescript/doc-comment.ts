import { toJsonText, type JsonNode } from '../json-node.ts'

/** What a JSDoc comment can say. */
export interface DocParts {
  readonly doc?: string | undefined
  /** Plain facts behind the doc, a paragraph each. */
  readonly facts?: readonly string[] | undefined
  readonly default?: JsonNode | undefined
  /** The schema's own properties: `deprecated` becomes `@deprecated`. */
  readonly properties?: ReadonlyMap<string, JsonNode> | undefined
}

/** The comment with its line breaks, or nothing. */
export function toDocComment(parts: DocParts, indent = ''): string {
  const paragraphs = [parts.doc ?? '', ...(parts.facts ?? [])].filter((text) => text.trim() !== '')
  const tags = [
    ...(parts.default === undefined ? [] : [`@default ${toJsonText(parts.default)}`]),
    ...deprecation(parts.properties?.get('deprecated')),
  ]
  const blocks = [...paragraphs, ...(tags.length === 0 ? [] : [tags.join('\n')])]
  if (blocks.length === 0) return ''
  // In a schema's text, the end of a comment is just text.
  const lines = blocks
    .join('\n\n')
    .replaceAll('*/', '*\\/')
    .split(/\r\n|[\n\r\u2028\u2029]/)
  if (lines.length === 1) return `${indent}/** ${lines[0]!.trim()} */\n`
  const body = lines.map((line) => `${indent} * ${line.trim()}`.trimEnd())
  return `${indent}/**\n${body.join('\n')}\n${indent} */\n`
}

function deprecation(value: JsonNode | undefined): string[] {
  if (value?.kind === 'string') return [`@deprecated ${value.value}`.trimEnd()]
  return value?.kind === 'boolean' && value.value ? ['@deprecated'] : []
}
