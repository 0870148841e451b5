import { entangledSchema } from './entangled-schema.ts'
import { randomDefault } from './random-default.ts'
import { redefineType } from './redefine-type.ts'
import { isJsonObject, type Json, type JsonObject } from './schema-json.ts'
import type { SeededRandom } from './seeded-random.ts'

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']
const names = ['A', 'B', 'C', 'D', 'Order', 'Line', '_T']
const namespaces = ['n', 'm', 'n.o', '']
const fieldNames = ['a', 'b', 'c', 'd', '_e', 'id']
/** Not in the order of the alphabet, nor of its capitals. */
const symbols = ['X', '_', 'c', 'Z', 'W']
const deepest = 4

const logicalTypes: readonly JsonObject[] = [
  { type: 'long', logicalType: 'timestamp-millis' },
  { type: 'long', logicalType: 'timestamp-micros' },
  { type: 'int', logicalType: 'date' },
  { type: 'int', logicalType: 'timestamp-millis' },
  { type: 'string', logicalType: 'uuid' },
  { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 },
  { type: 'bytes', logicalType: 'decimal', precision: 2, scale: 5 },
  { type: 'bytes', logicalType: 'decimal' },
  { type: 'string', logicalType: 'no-such-type' },
  { type: 'int', logicalType: 7 },
]

/** What the walk has met so far. */
interface Scope {
  /** Full names that are defined by now, or being defined. */
  readonly defined: string[]
  /** The definitions that are complete, by full name. */
  readonly definitions: Map<string, JsonObject>
  readonly random: SeededRandom
}

/**
 * A schema that is mostly right: names are mostly defined before they are used and once, defaults mostly fit, unions
 * mostly have no branch twice. What is wrong now and then is what the parsers have to agree on.
 */
export function randomSchema(random: SeededRandom): Json {
  if (random.oneIn(15)) return entangledSchema(random)
  const scope: Scope = { random, defined: [], definitions: new Map() }
  return random.below(10) < 7 ? randomNamed(scope, 'record', undefined, 0) : randomType(scope, undefined, 0)
}

function randomType(scope: Scope, namespace: string | undefined, depth: number): Json {
  const { random } = scope
  const kind = random.below(depth >= deepest ? 7 : 15)
  if (kind < 4) return randomPrimitive(random)
  if (kind < 6) return randomReference(scope, namespace)
  if (kind === 6) return random.pick(logicalTypes.map((json) => structuredClone(json)))
  if (kind < 9) return randomUnion(scope, namespace, depth + 1)
  if (kind === 9) {
    return withExtras(random, { type: 'array', items: randomType(scope, namespace, depth + 1) })
  }
  if (kind === 10) return withExtras(random, { type: 'map', values: randomType(scope, namespace, depth + 1) })
  if (kind === 11) return randomNamed(scope, 'enum', namespace, depth)
  if (kind === 12) return randomNamed(scope, 'fixed', namespace, depth)
  return randomNamed(scope, 'record', namespace, depth)
}

function randomPrimitive(random: SeededRandom): Json {
  const type = random.pick(primitives)
  return random.oneIn(6) ? withExtras(random, { type }) : type
}

function randomReference(scope: Scope, namespace: string | undefined): Json {
  const { random, defined, definitions } = scope
  // A name that nobody has defined yet: defined further down with luck, an error otherwise.
  if (defined.length === 0 || random.oneIn(80)) {
    return random.oneIn(12) ? random.pick(names) : randomPrimitive(random)
  }
  const fullName = random.pick(defined)
  const definition = definitions.get(fullName)
  if (definition !== undefined && random.oneIn(8)) return redefineType(random, definition, fullName)
  const own = fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')))
  const written =
    own === (namespace ?? '') && !random.oneIn(3) ? fullName.slice(fullName.lastIndexOf('.') + 1) : fullName
  return random.oneIn(200) ? { type: written } : written
}

function randomUnion(scope: Scope, namespace: string | undefined, depth: number): Json {
  const { random } = scope
  const branches: Json[] = random.oneIn(2) ? ['null'] : []
  const seen = new Set<string>(branches as string[])
  const count = random.oneIn(40) ? 0 : 1 + random.below(3)
  for (let index = 0; index < count; index++) {
    const branch = randomType(scope, namespace, depth)
    const kind = Array.isArray(branch) ? 'union' : branchKind(branch)
    if ((kind === 'union' || seen.has(kind)) && !random.oneIn(60)) continue
    seen.add(kind)
    branches.push(branch)
  }
  return branches
}

function branchKind(branch: Json): string {
  if (typeof branch === 'string') return branch
  const { type, name } = branch as JsonObject
  return typeof name === 'string' ? `${type as string} ${name}` : (type as string)
}

function randomNamed(
  scope: Scope,
  kind: 'record' | 'enum' | 'fixed',
  enclosing: string | undefined,
  depth: number,
): Json {
  const { random, defined } = scope
  const free = names.filter((name) => !defined.some((known) => known.endsWith(name)))
  const name = random.oneIn(30)
    ? random.pick(['record', 'int', 'union'])
    : random.pick(free.length === 0 || random.oneIn(40) ? names : free)
  const json: JsonObject = { type: kind === 'record' && random.oneIn(15) ? 'error' : kind, name }
  let namespace = enclosing
  if (random.oneIn(4)) json['namespace'] = namespace = random.pick(namespaces)
  if (random.oneIn(12)) {
    namespace = random.pick(namespaces)
    json['name'] = `${namespace}.${name}`
  }
  if (random.oneIn(8)) json['aliases'] = randomAliases(random, names)
  if (random.oneIn(10)) json['doc'] = random.pick(['a doc', 'é "quoted" \u2028 \u0001 /', ''])
  const fullName = namespace ? `${namespace}.${name}` : name
  defined.push(fullName)
  if (kind === 'enum') {
    const count = random.oneIn(30) ? 0 : 1 + random.below(symbols.length)
    json['symbols'] = symbols.slice(0, count)
    if (random.oneIn(4)) json['default'] = random.pick(symbols.slice(0, Math.max(1, count)))
  }
  if (kind === 'fixed') json['size'] = random.pick([1, 2, 4, 16, 0])
  if (kind === 'record') json['fields'] = randomFields(scope, namespace, depth)
  scope.definitions.set(fullName, withExtras(random, json))
  return json
}

function randomFields(scope: Scope, namespace: string | undefined, depth: number): Json {
  const { random } = scope
  const count = random.oneIn(12) ? 0 : 1 + random.below(4)
  const fields: Json[] = []
  for (let index = 0; index < count; index++) {
    fields.push(randomField(scope, fieldNames[index]!, namespace, depth))
  }
  if (count > 0 && random.oneIn(200)) fields.push(randomField(scope, fieldNames[0]!, namespace, depth))
  return fields
}

function randomField(scope: Scope, name: string, namespace: string | undefined, depth: number): Json {
  const { random } = scope
  const type = randomType(scope, namespace, depth + 1)
  const json: JsonObject = { name, type }
  if (random.oneIn(3) && (!refersToName(type) || random.oneIn(6)))
    json['default'] = randomDefault(random, type)
  if (random.oneIn(8)) json['aliases'] = randomAliases(random, [...fieldNames, 'old'])
  if (random.oneIn(15)) json['order'] = random.pick(['ascending', 'descending', 'ignore', 'DESCENDING'])
  if (random.oneIn(15)) json['doc'] = random.pick(['a field', '', '\u000b'])
  return withExtras(random, json)
}

/** Whether a default would have to know what a name stands for. */
function refersToName(type: Json): boolean {
  if (typeof type === 'string') return !primitives.includes(type)
  if (Array.isArray(type)) return type.some(refersToName)
  if (!isJsonObject(type)) return false
  const fields = Array.isArray(type['fields']) ? type['fields'] : []
  const inside = fields.map((field) => (isJsonObject(field) ? field['type'] : undefined))
  return [type['items'], type['values'], ...inside].some((part) => part !== undefined && refersToName(part))
}

function randomAliases(random: SeededRandom, from: readonly string[]): Json {
  const aliases: Json[] = []
  for (let index = 0; index <= random.below(2); index++) {
    const alias = random.pick(from)
    aliases.push(random.oneIn(4) ? `${random.pick([...namespaces, '.o'])}.${alias}` : alias)
  }
  return aliases
}

/** Properties that no rule looks at. */
function withExtras(random: SeededRandom, json: JsonObject): JsonObject {
  if (random.oneIn(12)) json[random.pick(['owner', 'x-topic', 'logicalType'])] = randomExtra(random)
  return json
}

function randomExtra(random: SeededRandom): Json {
  return random.pick<Json>(['team', 1, 1.5, 1e21, null, true, ['a', { b: 1 }], { c: [] }, 'X'])
}
