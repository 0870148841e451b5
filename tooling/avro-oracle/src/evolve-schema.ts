import { randomDefault } from './random-default.ts'
import { isJsonObject, type Json, type JsonObject } from './schema-json.ts'
import type { SeededRandom } from './seeded-random.ts'

/** A place that holds a type, and how to put another one there. */
interface TypeSite {
  readonly type: Json
  readonly replace: (type: Json) => void
}

/** Everything in a schema that a change may start from. */
interface Sites {
  readonly types: TypeSite[]
  readonly unions: Json[][]
  readonly named: JsonObject[]
}

type Change = (random: SeededRandom, sites: Sites) => void

const promotions: readonly (readonly [from: string, to: string])[] = [
  ['int', 'long'],
  ['int', 'float'],
  ['int', 'double'],
  ['long', 'float'],
  ['long', 'double'],
  ['float', 'double'],
  ['string', 'bytes'],
  ['bytes', 'string'],
]

/** Applies one to four changes of the kinds that people make, to a copy. */
export function evolveSchema(random: SeededRandom, schema: Json): Json {
  const root: JsonObject = { type: structuredClone(schema) }
  const count = 1 + random.below(3)
  for (let index = 0; index < count; index++) random.pick(changes)(random, findSites(root))
  return root['type']!
}

function findSites(root: JsonObject): Sites {
  const sites: Sites = { types: [], unions: [], named: [] }
  visitMember(root, 'type', sites)
  return sites
}

function visitMember(holder: JsonObject, member: string, sites: Sites): void {
  const type = holder[member]
  if (type === undefined) return
  sites.types.push({ type, replace: (other) => (holder[member] = other) })
  visit(type, sites)
}

function visit(type: Json, sites: Sites): void {
  if (Array.isArray(type)) {
    sites.unions.push(type)
    type.forEach((branch, index) => {
      sites.types.push({ type: branch, replace: (other) => (type[index] = other) })
      visit(branch, sites)
    })
  }
  if (!isJsonObject(type)) return
  if (type['name'] !== undefined) sites.named.push(type)
  visitMember(type, 'items', sites)
  visitMember(type, 'values', sites)
  for (const field of fieldsOf(type)) visitMember(field, 'type', sites)
}

/** A second definition may have something else among its fields. */
function fieldsOf(record: JsonObject): JsonObject[] {
  const fields = record['fields']
  return Array.isArray(fields) ? fields.filter(isJsonObject) : []
}

/** A change of one named type of a kind, if the schema has one. */
function ofNamed(kinds: readonly string[], change: (random: SeededRandom, type: JsonObject) => void): Change {
  return (random, { named }) => {
    const fitting = named.filter((type) => kinds.includes(type['type'] as string))
    if (fitting.length > 0) change(random, random.pick(fitting))
  }
}

function ofFields(change: (random: SeededRandom, fields: Json[]) => void): Change {
  return ofNamed(['record', 'error'], (random, record) => change(random, record['fields'] as Json[]))
}

function ofField(change: (random: SeededRandom, field: JsonObject) => void): Change {
  return ofNamed(['record', 'error'], (random, record) => {
    const fields = fieldsOf(record)
    if (fields.length > 0) change(random, random.pick(fields))
  })
}

function ofUnion(change: (random: SeededRandom, union: Json[]) => void): Change {
  return (random, { unions }) => {
    if (unions.length > 0) change(random, random.pick(unions))
  }
}

function addField(random: SeededRandom, fields: Json[]): void {
  const type = random.pick<Json>(['string', 'int', ['null', 'string'], { type: 'array', items: 'long' }])
  const field: JsonObject = { name: random.pick(['added', 'old', 'more']), type }
  if (!random.oneIn(4)) field['default'] = randomDefault(random, type)
  fields.splice(random.below(fields.length + 1), 0, field)
}

function renameField(random: SeededRandom, field: JsonObject): void {
  const old = field['name']!
  field['name'] = random.pick(['renamed', 'old', 'id'])
  if (!random.oneIn(3)) field['aliases'] = random.oneIn(5) ? [old, 'a'] : [old]
}

function renameType(random: SeededRandom, type: JsonObject): void {
  const old = type['name'] as string
  type['name'] = random.pick(['Renamed', 'A', 'B'])
  if (!random.oneIn(3)) type['aliases'] = [random.pick(['', '', 'n.', '.', '.n.']) + old]
}

function changeSymbols(random: SeededRandom, type: JsonObject): void {
  const symbols = type['symbols'] as Json[]
  if (random.oneIn(2)) symbols.splice(random.below(symbols.length + 1), 0, random.pick(['NEW', 'X', 'V']))
  else symbols.splice(random.below(symbols.length + 1), 1)
}

function setEnumDefault(random: SeededRandom, type: JsonObject): void {
  const symbols = type['symbols'] as Json[]
  if (type['default'] !== undefined) delete type['default']
  else if (symbols.length > 0) type['default'] = random.pick(symbols)
}

const changes: readonly Change[] = [
  ofFields(addField),
  ofFields(addField),
  ofFields((random, fields) => void fields.splice(random.below(fields.length), 1)),
  ofFields((_, fields) => void fields.reverse()),
  ofField(renameField),
  ofField((random, field) => (field['default'] = randomDefault(random, field['type']!))),
  ofField((_, field) => delete field['default']),
  ofField((random, field) => (field['aliases'] = [random.pick(['a', 'b', 'c', 'old'])])),
  ofNamed(['record', 'error', 'enum', 'fixed'], renameType),
  ofNamed(['record', 'error', 'enum', 'fixed'], (random, type) => {
    type['namespace'] = random.pick(['n', 'm', ''])
  }),
  ofNamed(['enum'], changeSymbols),
  ofNamed(['enum'], changeSymbols),
  ofNamed(['enum'], setEnumDefault),
  ofNamed(['fixed'], (random, type) => (type['size'] = random.pick([1, 2, 3]))),
  ofUnion((random, union) => {
    union.splice(
      random.below(union.length + 1),
      0,
      random.pick<Json>(['string', 'int', 'long', 'null', 'bytes']),
    )
  }),
  ofUnion((random, union) => void union.splice(random.below(union.length), 1)),
  ofUnion((_, union) => void union.reverse()),
  promote,
  promote,
  (random, { types }) => {
    const { type, replace } = random.pick(types)
    if (!Array.isArray(type)) replace(random.oneIn(2) ? ['null', type] : [type, 'null'])
  },
  (random, { types }) => {
    const { type, replace } = random.pick(types)
    if (Array.isArray(type) && type.length > 0) replace(random.pick(type))
  },
  (random, { types }) => random.pick(types).replace(random.pick(['int', 'string', 'double', 'null', 'long'])),
  (random, { types }) => {
    const { type, replace } = random.pick(types)
    if (type === 'long') replace({ type, logicalType: 'timestamp-millis' })
    if (type === 'bytes') replace({ type, logicalType: 'decimal', precision: 4, scale: 1 })
  },
]

function promote(random: SeededRandom, { types }: Sites): void {
  const fitting = types.filter(({ type }) => promotions.some(([from]) => from === type))
  if (fitting.length === 0) return
  const { type, replace } = random.pick(fitting)
  const [from, to] = random.pick(promotions.filter(([first]) => first === type))
  replace(random.oneIn(4) ? from : to)
}
