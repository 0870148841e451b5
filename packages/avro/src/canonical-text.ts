import { toJsonText, type JsonNode } from './json-node.ts'
import { quoteJson } from './quote-json.ts'
import { qualifyName } from './qualified-name.ts'
import {
  primitiveTypes,
  type FieldNode,
  type NamedNode,
  type ParsedSchema,
  type SchemaNode,
} from './schema-node.ts'

const typeWords: ReadonlySet<string> = new Set([
  ...primitiveTypes,
  'record',
  'enum',
  'array',
  'map',
  'union',
  'fixed',
])

/**
 * The text by which a registry tells whether two schemas are the same: Avro Java's `Schema.toString()`, which keeps
 * doc, aliases, defaults and extra properties, drops white space and `"order":"ascending"`, and writes the members in
 * one order. A type that is a reference is written as its name, as Confluent's registry does, and one that is only a
 * part of a reference is written out.
 */
export function canonicalText(schema: ParsedSchema): string {
  return writeSchema(schema.root, undefined, new Set(schema.referencedRoots))
}

/** The same for a part of a schema, with every type written out at its first use. */
export function canonicalNodeText(node: SchemaNode): string {
  return writeSchema(node, undefined, new Set())
}

function writeSchema(schema: SchemaNode, namespace: string | undefined, known: Set<string>): string {
  switch (schema.type) {
    case 'union':
      return `[${schema.branches.map((branch) => writeSchema(branch, namespace, known)).join(',')}]`
    case 'array':
      return toObject([
        ['type', '"array"'],
        ['items', writeSchema(schema.items, namespace, known)],
        ...writeProperties(schema.properties),
      ])
    case 'map':
      return toObject([
        ['type', '"map"'],
        ['values', writeSchema(schema.values, namespace, known)],
        ...writeProperties(schema.properties),
      ])
    case 'record':
    case 'enum':
    case 'fixed':
      return writeNamed(schema, namespace, known)
    default: {
      const type = JSON.stringify(schema.type)
      return schema.properties.size === 0
        ? type
        : toObject([['type', type], ...writeProperties(schema.properties)])
    }
  }
}

type Member = readonly [name: string, text: string]

function writeNamed(schema: NamedNode, namespace: string | undefined, known: Set<string>): string {
  if (known.has(schema.fullName)) return JSON.stringify(relativeName(schema.fullName, namespace))
  known.add(schema.fullName)
  const members: Member[] = [
    ['type', JSON.stringify(schema.type === 'record' && schema.isError ? 'error' : schema.type)],
    ['name', JSON.stringify(schema.name)],
  ]
  if (schema.namespace !== namespace) members.push(['namespace', JSON.stringify(schema.namespace ?? '')])
  if (schema.doc !== undefined) members.push(['doc', quoteJson(schema.doc)])
  if (schema.type === 'record') members.push(['fields', writeFields(schema.fields, schema.namespace, known)])
  if (schema.type === 'enum') {
    members.push(['symbols', JSON.stringify(schema.symbols)])
    if (schema.default !== undefined) members.push(['default', JSON.stringify(schema.default)])
  }
  if (schema.type === 'fixed') members.push(['size', String(schema.size)])
  members.push(...writeProperties(schema.properties))
  if (schema.aliases.length > 0) {
    members.push([
      'aliases',
      JSON.stringify(schema.aliases.map((alias) => aliasText(alias, schema.namespace))),
    ])
  }
  return toObject(members)
}

function writeFields(
  fields: readonly FieldNode[],
  namespace: string | undefined,
  known: Set<string>,
): string {
  return `[${fields.map((field) => writeField(field, namespace, known)).join(',')}]`
}

function writeField(field: FieldNode, namespace: string | undefined, known: Set<string>): string {
  const members: Member[] = [
    ['name', JSON.stringify(field.name)],
    ['type', writeSchema(field.type, namespace, known)],
  ]
  if (field.doc !== undefined) members.push(['doc', quoteJson(field.doc)])
  if (field.default !== undefined) members.push(['default', toJsonText(field.default)])
  if (field.order !== 'ascending') members.push(['order', JSON.stringify(field.order)])
  if (field.aliases.length > 0) members.push(['aliases', `[${field.aliases.map(quoteJson).join(',')}]`])
  return toObject([...members, ...writeProperties(field.properties)])
}

function writeProperties(properties: ReadonlyMap<string, JsonNode>): Member[] {
  return [...properties].map(([name, value]) => [name, toJsonText(value)])
}

/**
 * A null-namespace alias, whose one dot is its first character, loses that on the way out in Avro Java, too, and so
 * comes back as another one. A namespace that itself begins with a dot stays.
 */
function aliasText(alias: string, namespace: string | undefined): string {
  return alias.lastIndexOf('.') === 0 ? alias.slice(1) : relativeName(alias, namespace)
}

function relativeName(fullName: string, namespace: string | undefined): string {
  const { name, namespace: own } = qualifyName(fullName, undefined)
  // A type that is named like a kind of type is named in full, or it would be taken for that.
  return own === namespace && !typeWords.has(name) ? name : fullName
}

function toObject(members: readonly Member[]): string {
  return `{${members.map(([name, text]) => `${quoteJson(name)}:${text}`).join(',')}}`
}
