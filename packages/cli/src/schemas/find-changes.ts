import type {
  EnumNode,
  FieldNode,
  FixedNode,
  JsonNode,
  NamedNode,
  RecordNode,
  SchemaNode,
} from '@headwater/avro'
import { compareTypes } from './compare-types.ts'
import { jsonNodeText } from './json-node-text.ts'
import type { ChangePlace, SchemaChange, SchemaChangeKind } from './schema-change.ts'

/** Everything that is different between two versions of a schema, in the order of the newer one. */
export function findChanges(before: SchemaNode, after: SchemaNode): readonly SchemaChange[] {
  const walk: Walk = { changes: [], seen: new Map() }
  compare(walk, placeOf(before), placeOf(after), [])
  return walk.changes
}

interface Walk {
  readonly changes: SchemaChange[]
  /** Pairs that were compared, for types may contain themselves. */
  readonly seen: Map<SeenType, Set<SeenType>>
}

/** A type with a name by where it is defined: it may be two nodes where it is named before that. */
type SeenType = SchemaNode | string

interface TypePlace extends ChangePlace {
  readonly node: SchemaNode
}

type Pair<Node extends SchemaNode | FieldNode> = readonly [before: Node, after: Node]

function compare(walk: Walk, before: TypePlace, after: TypePlace, path: readonly string[]): void {
  const note = noteAt(walk, before, after, path)
  const { texts, pairs } = compareTypes(before.node, after.node)
  for (const { kind, text } of texts) note(kind, text)
  for (const [old, now] of pairs) {
    const known = walk.seen.get(toSeen(old)) ?? new Set()
    if (known.has(toSeen(now))) continue
    walk.seen.set(toSeen(old), known.add(toSeen(now)))
    compareProperties(note, old, now)
    const [from, to] = [placeOf(old, before), placeOf(now, after)]
    const inner = noteAt(walk, from, to, path)
    if ('fullName' in old && 'fullName' in now) compareNames(inner, [old, now])
    if (old.type === 'record' && now.type === 'record') compareFields(walk, from, to, [old, now], path)
    if (old.type === 'enum' && now.type === 'enum') compareSymbols(inner, [old, now])
    if (old.type === 'fixed' && now.type === 'fixed') compareSizes(inner, [old, now])
    if (old.type === 'array' && now.type === 'array') {
      compare(walk, placeOf(old.items, from), placeOf(now.items, to), [...path, '[]'])
    }
    if (old.type === 'map' && now.type === 'map') {
      compare(walk, placeOf(old.values, from), placeOf(now.values, to), [...path, '{}'])
    }
  }
}

function toSeen(node: SchemaNode): SeenType {
  return 'fullName' in node ? `${node.fullName} ${node.pointer}` : node
}

type Note = (kind: SchemaChangeKind, text: string) => void

function noteAt(walk: Walk, before: ChangePlace, after: ChangePlace, path: readonly string[]): Note {
  return (kind, text) => void walk.changes.push({ kind, path, text, before, after })
}

function compareFields(
  walk: Walk,
  from: ChangePlace,
  to: ChangePlace,
  [before, after]: Pair<RecordNode>,
  path: readonly string[],
): void {
  const formerly = new Map(after.fields.map((field) => [field, findFormer(field, before, after)]))
  const kept = before.fields.filter((field) => [...formerly.values()].includes(field))
  const order = after.fields.flatMap((field) => formerly.get(field) ?? [])
  for (const field of after.fields) {
    const former = formerly.get(field)
    const here = [...path, field.name]
    const place: ChangePlace = { node: field, definedIn: to.definedIn }
    if (former === undefined) {
      noteAt(walk, from, place, here)('field-added', `field added${defaultWords(field)}`)
      continue
    }
    const origin: ChangePlace = { node: former, definedIn: from.definedIn }
    const note = noteAt(walk, origin, place, here)
    if (former.name !== field.name) note('field-renamed', `field renamed, was ${former.name}`)
    if (kept.indexOf(former) !== order.indexOf(former))
      note('field-moved', 'field at another place of its record')
    compareDefaults(note, former.default, field.default)
    if (former.order !== field.order) note('order-changed', `order ${former.order} -> ${field.order}`)
    compareAliases(note, former.aliases, field.aliases)
    compareDocs(note, former.doc, field.doc)
    compareProperties(note, former, field)
    compare(walk, placeOf(former.type, origin), placeOf(field.type, place), here)
  }
  for (const field of before.fields.filter((each) => !kept.includes(each))) {
    const gone: ChangePlace = { node: field, definedIn: from.definedIn }
    noteAt(walk, gone, to, [...path, field.name])('field-removed', `field removed${defaultWords(field)}`)
  }
}

/** The field of the older version with that name, or with one of its aliases that no other field has. */
function findFormer(field: FieldNode, before: RecordNode, after: RecordNode): FieldNode | undefined {
  const named = before.fields.find(({ name }) => name === field.name)
  return (
    named ??
    before.fields.find(
      ({ name }) => field.aliases.includes(name) && !after.fields.some((each) => each.name === name),
    )
  )
}

function defaultWords({ default: value }: FieldNode): string {
  return value === undefined ? ', without a default' : `, default ${jsonNodeText(value)}`
}

function compareDefaults(note: Note, before: JsonNode | undefined, after: JsonNode | undefined): void {
  const [old, now] = [before, after].map((node) => (node === undefined ? undefined : jsonNodeText(node)))
  if (old === now) return
  const text =
    old === undefined
      ? `default added: ${now}`
      : now === undefined
        ? `default removed: ${old}`
        : `default ${old} -> ${now}`
  note('default-changed', text)
}

function compareNames(note: Note, [before, after]: Pair<NamedNode>): void {
  if (before.fullName !== after.fullName) note('type-renamed', `${before.fullName} -> ${after.fullName}`)
  compareAliases(note, before.aliases, after.aliases)
  compareDocs(note, before.doc, after.doc)
}

function compareAliases(note: Note, before: readonly string[], after: readonly string[]): void {
  const added = after.filter((alias) => !before.includes(alias))
  const removed = before.filter((alias) => !after.includes(alias))
  if (added.length > 0) note('aliases-changed', `alias added: ${added.join(', ')}`)
  if (removed.length > 0) note('aliases-changed', `alias removed: ${removed.join(', ')}`)
}

function compareDocs(note: Note, before: string | undefined, after: string | undefined): void {
  if (before === after) return
  note(
    'doc-changed',
    before === undefined ? 'doc added' : after === undefined ? 'doc removed' : 'doc changed',
  )
}

function compareSymbols(note: Note, [before, after]: Pair<EnumNode>): void {
  const added = after.symbols.filter((symbol) => !before.symbols.includes(symbol))
  const removed = before.symbols.filter((symbol) => !after.symbols.includes(symbol))
  if (added.length > 0) note('symbol-added', `symbol added: ${added.join(', ')}`)
  if (removed.length > 0) note('symbol-removed', `symbol removed: ${removed.join(', ')}`)
  if (before.default !== after.default) {
    note('default-changed', `default of the enum ${before.default ?? 'none'} -> ${after.default ?? 'none'}`)
  }
}

function compareSizes(note: Note, [before, after]: Pair<FixedNode>): void {
  if (before.size !== after.size) note('size-changed', `size ${before.size} -> ${after.size} bytes`)
}

function compareProperties(note: Note, before: SchemaNode | FieldNode, after: SchemaNode | FieldNode): void {
  const names = new Set([...after.properties.keys(), ...before.properties.keys()])
  for (const name of names) {
    const [old, now] = [before.properties.get(name), after.properties.get(name)].map((node) =>
      node === undefined ? 'none' : jsonNodeText(node),
    )
    if (old !== now) note('property-changed', `${name} ${old} -> ${now}`)
  }
}

function placeOf(node: SchemaNode, around?: ChangePlace): TypePlace {
  return { node, definedIn: 'fullName' in node ? node.fullName : around?.definedIn }
}
