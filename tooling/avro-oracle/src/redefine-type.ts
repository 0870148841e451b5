import { isJsonObject, rawNumber, type Json, type JsonObject } from './schema-json.ts'
import type { SeededRandom } from './seeded-random.ts'

const additions: readonly (readonly [member: string, value: Json])[] = [
  ['p', 1],
  ['p', '1'],
  ['p', rawNumber('1.0')],
  ['p', rawNumber('1e400')],
  ['p', 'Infinity'],
  ['p', [1]],
  ['p', [1, 2]],
  ['p', { b: 1 }],
  ['p', { c: null, b: 1 }],
  ['doc', 'another'],
  ['order', 'ignore'],
  ['default', 0],
  ['default', 'X'],
  ['aliases', ['Other']],
]
/** Without these a definition is none, or another one. */
const needed = new Set(['name', 'namespace', 'type', 'fields', 'items', 'values', 'symbols', 'size'])

/** A second definition under the same name: the same, or one small thing is another. */
export function redefineType(random: SeededRandom, definition: JsonObject, fullName: string): JsonObject {
  const copy = structuredClone(withFullName(definition, fullName))
  const count = random.below(3)
  for (let change = 0; change < count; change++) changeOne(random, copy)
  return copy
}

/** The definition as it reads the same in any namespace. */
export function withFullName(definition: JsonObject, fullName: string): JsonObject {
  const lastDot = fullName.lastIndexOf('.')
  return {
    ...definition,
    name: fullName.slice(lastDot + 1),
    namespace: fullName.slice(0, Math.max(0, lastDot)),
  }
}

function changeOne(random: SeededRandom, definition: JsonObject): void {
  const places = random.pick(findPlaces(definition))
  if (Array.isArray(places)) changeList(random, places)
  else changeObject(random, places)
}

/** Every object and every list in it. */
function findPlaces(json: Json): (Json[] | JsonObject)[] {
  if (Array.isArray(json)) return [json, ...json.flatMap(findPlaces)]
  return isJsonObject(json) ? [json, ...Object.values(json).flatMap(findPlaces)] : []
}

function changeList(random: SeededRandom, list: Json[]): void {
  // Fields stay objects.
  const change = random.below(list.some(isJsonObject) ? 2 : 4)
  if (change === 0) list.reverse()
  else if (change === 1) list.pop()
  else if (change === 2) list.push(random.pick<Json>(['long', 'V', 2]))
  else if (list.length > 0) list[random.below(list.length)] = random.pick<Json>(['bytes', 'U', 3])
}

function changeObject(random: SeededRandom, object: JsonObject): void {
  const member = random.pick(Object.keys(object))
  const value = member === undefined ? undefined : object[member]
  if (member === undefined || random.oneIn(3)) {
    const [added, what] = random.pick(additions)
    object[added] = structuredClone(what)
  } else if (typeof value === 'number') object[member] = value + 1
  else if (value === 'record') object[member] = 'error'
  else if (value === 'int')
    object[member] = random.pick<Json>(['long', { type: 'int' }, { type: 'int', p: 1 }])
  else if (!needed.has(member)) delete object[member]
  else if (member === 'name' && 'type' in object && !('fields' in object)) object[member] = 'other'
}
