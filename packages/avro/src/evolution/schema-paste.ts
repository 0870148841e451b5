import { toJsonText } from '../json-node.ts'
import type { FieldNode, NamedNode, SchemaNode } from '../schema-node.ts'

type Member = readonly [name: string, text: string]

/**
 * A type as JSON to paste into a schema: named types in `known` by their names, all others written out, with their
 * full names, so that it means the same wherever it is put.
 */
export function pasteType(node: SchemaNode, known: ReadonlySet<string>): string {
  return writeType(node, new Set(known))
}

/** A field as JSON to paste; `change` puts its text in the place of a member, or adds it. */
export function pasteField(
  field: FieldNode,
  known: ReadonlySet<string>,
  change: {
    readonly name?: string
    readonly type?: string
    readonly default?: string
    readonly aliases?: readonly string[]
  } = {},
): string {
  const aliases = change.aliases ?? field.aliases
  const written = field.default === undefined ? undefined : toJsonText(field.default)
  return toObject([
    ['name', JSON.stringify(change.name ?? field.name)],
    ['type', change.type ?? pasteType(field.type, known)],
    ...textMember('doc', field.doc),
    ...rawMember('default', change.default ?? written),
    ...(field.order === 'ascending' ? [] : textMember('order', field.order)),
    ...(aliases.length === 0 ? [] : ([['aliases', textList(aliases)]] as const)),
    ...properties(field),
  ])
}

/** The same type, made so that null fits as a default: null first, whatever it was. */
export function pasteNullable(node: SchemaNode, known: ReadonlySet<string>): string {
  const branches = node.type === 'union' ? node.branches : [node]
  const others = branches.filter(({ type }) => type !== 'null')
  return `["null"${others.map((branch) => `, ${pasteType(branch, known)}`).join('')}]`
}

/** Texts as a JSON array. */
export function textList(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`
}

function writeType(node: SchemaNode, known: Set<string>): string {
  switch (node.type) {
    case 'union':
      return `[${node.branches.map((branch) => writeType(branch, known)).join(', ')}]`
    case 'array':
      return toObject([['type', '"array"'], ['items', writeType(node.items, known)], ...properties(node)])
    case 'map':
      return toObject([['type', '"map"'], ['values', writeType(node.values, known)], ...properties(node)])
    case 'record':
    case 'enum':
    case 'fixed':
      return writeNamed(node, known)
    default: {
      const type = JSON.stringify(node.type)
      return node.properties.size === 0 ? type : toObject([['type', type], ...properties(node)])
    }
  }
}

function writeNamed(node: NamedNode, known: Set<string>): string {
  if (known.has(node.fullName)) return JSON.stringify(node.fullName)
  known.add(node.fullName)
  const members: Member[] = [
    ['type', JSON.stringify(node.type === 'record' && node.isError ? 'error' : node.type)],
    ['name', JSON.stringify(node.fullName)],
    // Without it the name would take the namespace around it.
    ...(node.namespace === undefined ? textMember('namespace', '') : []),
    ...textMember('doc', node.doc),
  ]
  if (node.aliases.length > 0) members.push(['aliases', textList(node.aliases)])
  if (node.type === 'record') {
    const fields = node.fields.map((field) =>
      pasteField(field, known, { type: writeType(field.type, known) }),
    )
    members.push(['fields', `[${fields.join(', ')}]`])
  }
  if (node.type === 'enum') {
    members.push(['symbols', textList(node.symbols)], ...textMember('default', node.default))
  }
  if (node.type === 'fixed') members.push(['size', String(node.size)])
  return toObject([...members, ...properties(node)])
}

function properties(node: SchemaNode | FieldNode): Member[] {
  return [...node.properties].map(([name, value]) => [name, toJsonText(value)])
}

function textMember(name: string, text: string | undefined): Member[] {
  return text === undefined ? [] : [[name, JSON.stringify(text)]]
}

function rawMember(name: string, text: string | undefined): Member[] {
  return text === undefined ? [] : [[name, text]]
}

function toObject(members: readonly Member[]): string {
  return `{ ${members.map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(', ')} }`
}
