import { redefineType, withFullName } from './redefine-type.ts'
import { isJsonObject, toSchemaText, type Json, type JsonObject } from './schema-json.ts'
import type { SeededRandom } from './seeded-random.ts'

/** A schema text, or one with those that it refers to before it. */
export type SchemaSource = string | readonly string[]

/** A definition in a schema, and how to put something else in its place. */
interface DefinitionSite {
  readonly definition: JsonObject
  readonly fullName: string
  readonly replace: (type: Json) => void
}

/** Takes one to three definitions out of a schema and makes references of them. Some of them stay or come back changed. */
export function cutReferences(random: SeededRandom, schema: Json): SchemaSource {
  const root: JsonObject = { type: structuredClone(schema) }
  const references: string[] = []
  const count = 1 + random.below(3)
  for (let cut = 0; cut < count; cut++) {
    const sites = findDefinitions(root)
    const site = random.oneIn(3) ? random.pick(sites) : sites[0]
    if (site === undefined) break
    const { definition, fullName, replace } = site
    references.push(toSchemaText(hold(random, withFullName(definition, fullName))))
    if (random.oneIn(8)) replace(redefineType(random, definition, fullName))
    else if (!random.oneIn(5)) replace(fullName)
  }
  return [...references, toSchemaText(root['type']!)]
}

/** Mostly the definition itself, else something without a name that has it. */
function hold(random: SeededRandom, definition: JsonObject): Json {
  const kind = random.below(12)
  if (kind === 0) return { type: 'array', items: definition }
  if (kind === 1) return { type: 'map', values: ['null', definition] }
  return kind === 2 ? [definition, { type: 'enum', name: 'Beside', symbols: ['X'] }] : definition
}

/** In the order in which they end in the text, so that the first has no other in it. */
function findDefinitions(root: JsonObject): readonly DefinitionSite[] {
  const sites: DefinitionSite[] = []
  visitMember(root, 'type', '', sites)
  return sites
}

function visitMember(holder: JsonObject, member: string, namespace: string, sites: DefinitionSite[]): void {
  visit(holder[member], namespace, (type) => (holder[member] = type), sites)
}

function visit(
  type: Json | undefined,
  namespace: string,
  replace: DefinitionSite['replace'],
  sites: DefinitionSite[],
): void {
  if (Array.isArray(type)) {
    type.forEach((branch, index) => {
      visit(branch, namespace, (other) => (type[index] = other), sites)
    })
  }
  if (!isJsonObject(type)) return
  visitMember(type, 'items', namespace, sites)
  visitMember(type, 'values', namespace, sites)
  const { name, fields } = type
  if (typeof name !== 'string') return
  const own = type['namespace']
  const fullName = qualify(name, typeof own === 'string' ? own : namespace)
  const inner = fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')))
  for (const field of Array.isArray(fields) ? fields : []) {
    if (isJsonObject(field)) visitMember(field, 'type', inner, sites)
  }
  sites.push({ definition: type, fullName, replace })
}

function qualify(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
}
