import { isJsonObject, rawNumber, toSchemaText, type Json } from './schema-json.ts'
import type { SeededRandom } from './seeded-random.ts'

const members = [
  'type',
  'name',
  'namespace',
  'fields',
  'symbols',
  'size',
  'items',
  'values',
  'default',
  'aliases',
  'doc',
  'order',
]
const values: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 31,
  rawNumber('-0'),
  rawNumber('2147483639'),
  rawNumber('1e0'),
  'int',
  'A',
  'n.A',
  '.A',
  'A.',
  '..A',
  '.n.A',
  'n..A',
  '.',
  'Ignore',
  'no-name',
  'é',
  '',
  'record',
  'void',
  [],
  {},
  ['A'],
  [1],
  ['X', 'X'],
  { type: 'int' },
  { type: { type: 'int' } },
]
const fragments = [
  ',',
  '"',
  '{',
  ']',
  '\\',
  '/* c */',
  '// c\n',
  '\t',
  '\u0001',
  '\\u0041',
  '\\x',
  '0',
  '-',
  '+',
  ' \n',
  '\ufeff',
  "'",
  'e',
  '.',
  'null',
  '\u00a0',
  '#',
]

/** A schema with one member set, to something that is mostly wrong there. */
export function damageSchema(random: SeededRandom, schema: Json): string {
  const copy = structuredClone(schema)
  const objects: { [member: string]: Json }[] = []
  const visit = (json: Json): void => {
    if (Array.isArray(json)) json.forEach(visit)
    if (!isJsonObject(json)) return
    objects.push(json)
    Object.values(json).forEach(visit)
  }
  visit(copy)
  if (objects.length === 0) return toSchemaText(random.pick(values))
  const object = random.pick(objects)
  const member = random.pick(random.oneIn(3) ? members : Object.keys(object))
  if (member === undefined || random.oneIn(4)) delete object[member ?? 'type']
  else object[member] = structuredClone(random.pick(values))
  return toSchemaText(copy)
}

/** A text with a character or two in the wrong place, some of which do no harm, or with a member that is there twice. */
export function damageText(random: SeededRandom, text: string): string {
  if (random.oneIn(6)) {
    const member = random.pick(['"name":"Twice"', '"type":"int"', '"default":1', '"p":{"a":1,"a":2}'])
    const brace = random.pick([...text.matchAll(/\{(?=")/g)])?.index
    if (brace !== undefined) return `${text.slice(0, brace + 1)}${member},${text.slice(brace + 1)}`
  }
  const at = random.below(text.length + 1)
  const removed = random.oneIn(2) ? 0 : 1 + random.below(2)
  const added = removed > 0 && random.oneIn(2) ? '' : random.pick(fragments)
  return text.slice(0, at) + added + text.slice(at + removed)
}
