import type { Json, JsonObject } from './schema-json.ts'
import type { SeededRandom } from './seeded-random.ts'

const names = ['A', 'B', 'C', 'D'] as const

/**
 * A few records that contain each other, named before, in and after their definitions, with defaults that reach into
 * them: what a parser can take depends on the order in which it looks at them.
 */
export function entangledSchema(random: SeededRandom): Json {
  const waiting: string[] = names.slice(0, 2 + random.below(3))
  const all = [...waiting]
  const record = (depth: number): JsonObject => {
    const name = waiting.splice(random.below(waiting.length), 1)[0]!
    const fields: Json[] = []
    for (const field of ['a', 'b', 'c'].slice(0, 1 + random.below(3))) {
      const [type, value] = entangledType(random, all, () =>
        waiting.length > 0 && depth < 3 && random.oneIn(2) ? record(depth + 1) : undefined,
      )
      fields.push(value === undefined ? { name: field, type } : { name: field, type, default: value })
    }
    return { type: 'record', name, fields }
  }
  const named: JsonObject[] = []
  while (waiting.length > 0) named.push(record(0))
  // Early, late or not at all: a name beside its definition would be there twice.
  const extra = all.filter((name) => !named.some((one) => one['name'] === name) && random.oneIn(2))
  const branches = shuffle(random, [...named, ...extra])
  const only = branches.length === 1 ? branches[0]! : branches
  const kind = random.below(6)
  if (kind === 0) return { type: 'array', items: only }
  if (kind === 1) return { type: 'map', values: only }
  if (kind > 3) return only
  const fields = branches.map((type, index) => ({ name: `f${index}`, type }))
  return { type: 'record', name: 'Root', fields }
}

/** A type of one of the records, by its definition where that is given, mostly with a default that may fit. */
function entangledType(
  random: SeededRandom,
  all: readonly string[],
  define: () => JsonObject | undefined,
): readonly [type: Json, value: Json | undefined] {
  const inner: Json = define() ?? random.pick([...all, 'int'])
  const object = random.pick<Json>([
    {},
    { a: null },
    { a: null, b: null, c: null },
    { a: null, b: [], c: {} },
    { a: null, b: null },
    { a: {}, b: [] },
    { a: [], b: 1, c: null },
  ])
  const value = (plain: Json): Json | undefined => (random.oneIn(3) ? plain : undefined)
  switch (random.below(6)) {
    case 0:
      return [inner, value(inner === 'int' ? 1 : object)]
    case 1:
      return [['null', inner], value(null)]
    case 2:
      return [[inner, 'null'], value(inner === 'int' ? 1 : object)]
    case 3:
      return [{ type: 'array', items: inner }, value(random.oneIn(2) ? [] : [object])]
    case 4:
      return [{ type: 'map', values: inner }, value(random.oneIn(2) ? {} : { k: object })]
    default:
      return [['null', inner, 'string'], value(random.oneIn(2) ? null : object)]
  }
}

function shuffle(random: SeededRandom, list: readonly Json[]): Json[] {
  const left = [...list]
  return list.map(() => left.splice(random.below(left.length), 1)[0]!)
}
