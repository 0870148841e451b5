import { parseJson, toJsonText, type JsonNode } from '../json-node.ts'
import type { FieldNode, NamedNode, ParsedSchema, SchemaNode } from '../schema-node.ts'
import { SourceText } from '../source-text.ts'
import { isValidFieldDefault } from '../valid-default.ts'
import type { AdviceDraft } from './advice-draft.ts'
import { namesBeside, placeWords } from './evolution-side.ts'
import { pasteField, pasteType, textList } from './schema-paste.ts'
import { typeLabel } from './type-label.ts'
import { walkDefault, type DefaultFault } from './walk-default.ts'

/** An advice about one schema alone. */
export interface SchemaLint extends AdviceDraft {
  /** Tells it from others, whatever the way to it: what was so before is not told again. */
  readonly identity: string
}

/**
 * What others than Avro Java have against a schema, its references left out: they are asked on their own.
 */
export function lintSchema(schema: ParsedSchema): readonly SchemaLint[] {
  const lints: SchemaLint[] = []
  const seen = new Set<SchemaNode>()
  const told = new Set<string>()

  function add(draft: AdviceDraft, owner: NamedNode | undefined): void {
    const inOwner =
      owner === undefined ? draft.path.join('.') : `${owner.fullName} ${draft.path.at(-1) ?? ''}`
    const identity = `${draft.ruleId} ${inOwner} ${draft.key}`
    // A type may be two nodes where it is named before its definition.
    const place = `${identity} ${draft.now?.pointer}`
    if (!told.has(place)) lints.push({ ...draft, identity })
    told.add(place)
  }

  function visit(node: SchemaNode, path: readonly string[], outer: NamedNode | undefined): void {
    if (seen.has(node)) return
    seen.add(node)
    const owner = 'fullName' in node ? node : outer
    if (node.type === 'array') visit(node.items, [...path, '[]'], owner)
    if (node.type === 'map') visit(node.values, [...path, '{}'], owner)
    if (node.type === 'union') {
      if (node.branches.length === 0) add(emptyUnion(node, path), owner)
      for (const branch of node.branches) visit(branch, path, owner)
    }
    if ('fullName' in node && schema.referenced.has(node.fullName)) return
    if ('fullName' in node && node.aliases.length > 0) {
      for (const draft of unqualifiedAliases(node, path, schema)) add(draft, node)
    }
    if (node.type !== 'record') return
    for (const field of node.fields) {
      const inside = [...path, field.name]
      for (const draft of lintDefault(field, inside, schema)) add(draft, node)
      visit(field.type, inside, node)
    }
  }

  visit(schema.root, [], undefined)
  return lints
}

function emptyUnion(node: SchemaNode, path: readonly string[]): AdviceDraft {
  return {
    ruleId: 'unparseable-by-avsc',
    path,
    now: node,
    message: `The union of ${placeWords(path)} has no branches: avsc does not read the schema.`,
    fix: '"type": "null"',
    key: '[]',
  }
}

/** Avro Java puts the namespace of the type before such an alias, Karapace does not. */
function unqualifiedAliases(
  node: NamedNode,
  path: readonly string[],
  schema: ParsedSchema,
): readonly AdviceDraft[] {
  const { namespace } = node
  if (namespace === undefined || !node.aliases.some((alias) => alias.startsWith(`${namespace}.`))) return []
  const written = findWritten(parseJson(new SourceText(schema.text)), node.pointer)
  const list = written?.kind === 'object' ? written.members.get('aliases') : undefined
  const aliases =
    list?.kind === 'array' ? list.items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])) : []
  const bare = aliases.filter((alias) => !alias.includes('.'))
  if (bare.length === 0) return []
  const one = bare.length === 1
  return [
    {
      ruleId: 'alias-not-qualified',
      path,
      now: node,
      message: `The ${one ? 'alias' : 'aliases'} ${bare.join(', ')} of ${node.name} ${one ? 'has' : 'have'} no namespace: Karapace takes ${one ? 'it' : 'them'} as written and finds no match.`,
      fix: `"aliases": ${textList(node.aliases)} in ${node.type} ${node.name}`,
      key: bare.join(' '),
    },
  ]
}

function findWritten(root: JsonNode, pointer: string): JsonNode | undefined {
  let node: JsonNode | undefined = root
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (node?.kind === 'object') node = node.members.get(name)
    else if (node?.kind === 'array') node = node.items[Number(name)]
    else return undefined
  }
  return node
}

function lintDefault(
  field: FieldNode,
  path: readonly string[],
  schema: ParsedSchema,
): readonly AdviceDraft[] {
  if (field.default === undefined) return []
  const value = field.default
  const isText = value.kind === 'number' && schema.text.charAt(value.offset) === '"'
  const faults: readonly DefaultFault[] = isText
    ? [{ ruleId: 'unparseable-by-avsc', node: field.type, value }]
    : walkDefault(field.type, value)
  return faults.map((fault) => toDraft(fault, field, path, schema))
}

function toDraft(
  { ruleId, node, value }: DefaultFault,
  field: FieldNode,
  path: readonly string[],
  schema: ParsedSchema,
): AdviceDraft {
  const text = toJsonText(value)
  const where = placeWords(path)
  const names = namesBeside(schema, field)
  const optional = `["null", ${typeLabel(node) === node.type ? JSON.stringify(node.type) : pasteType(node, names)}]`
  const common = { path, now: field, key: text }
  const isWordForNumber = value.kind === 'number' && Number.isFinite(Number(value.raw))
  switch (ruleId) {
    case 'union-default-not-first':
      return {
        ...common,
        ruleId,
        message: `The default ${text} of ${where} fits a later branch of ${typeLabel(node)}: avsc, and Avro Java before 1.12, take one for the first branch only and do not read the schema.`,
        fix:
          node === field.type
            ? pasteField(field, names, { type: fittingFirst(node, value, names) })
            : `put the branch of ${text} first`,
      }
    case 'long-default-unsafe':
      return {
        ...common,
        ruleId,
        message: `The default ${text} of ${where} is too large for a number of JavaScript: JSON.parse rounds it, and avsc does not read the schema.`,
        fix:
          node === field.type
            ? pasteField(field, names, { type: optional, default: 'null' })
            : `take a default of at most ${2 ** 53 - 2}`,
      }
    case 'unparseable-by-avsc':
      return {
        ...common,
        ruleId,
        message: `The default ${text} of ${where} is no ${typeLabel(node)} to avsc, which does not read the schema.`,
        fix: isWordForNumber
          ? pasteField(field, names)
          : node === field.type
            ? pasteField(field, names, { type: optional, default: 'null' })
            : `take a default that is a ${typeLabel(node)}`,
      }
  }
}

function fittingFirst(union: SchemaNode, value: JsonNode, names: ReadonlySet<string>): string {
  const branches = union.type === 'union' ? union.branches : []
  const fits = (branch: SchemaNode): boolean => isValidFieldDefault(branch, value)
  const first = branches.find(fits)
  const others = branches.filter((branch) => branch !== first)
  const texts = [...(first === undefined ? [] : [first]), ...others].map((branch) => pasteType(branch, names))
  return `[${texts.join(', ')}]`
}
