/** The part of Avro's schema language that the value tests use, types written out where they stand. */
export type Schema =
  | 'null'
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'string'
  | 'bytes'
  | { readonly type: 'fixed'; readonly name: string; readonly size: number }
  | {
      readonly type: 'enum'
      readonly name: string
      readonly symbols: readonly string[]
      readonly default?: string
    }
  | { readonly type: 'array'; readonly items: Schema }
  | { readonly type: 'map'; readonly values: Schema }
  | { readonly type: 'record'; readonly name: string; readonly fields: readonly Field[] }
  | readonly Schema[]

interface Field {
  readonly name: string
  readonly type: Schema
  readonly default?: unknown
}

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'] as const
// Names that every object answers to among them.
const fieldNames = ['a', 'b', 'size', 'length', 'name', 'constructor', 'toString', 'valueOf'] as const
const symbols = ['A', 'B', 'undefined', 'null', 'true'] as const
// What a first branch, or a plain type, may have as its default.
const defaults: Readonly<Record<string, unknown>> = {
  null: null,
  boolean: true,
  int: 7,
  long: 2 ** 40,
  float: 0.5,
  double: 0.1,
  string: 'd\u00e9fault',
}

/** A schema that avsc compiles, of a depth that ends. */
export function randomSchema(random: () => number): Schema {
  let names = 0
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const named = (): string => `N${++names}`
  const record = (depth: number): Schema => {
    const chosen = fieldNames.filter(() => random() < 0.4)
    return { type: 'record', name: named(), fields: chosen.map((name) => field(name, depth)) }
  }
  const field = (name: string, depth: number): Field => {
    const type = schema(depth + 1)
    const first = Array.isArray(type) ? (type as readonly Schema[])[0] : type
    const canDefault = typeof first === 'string' && Object.hasOwn(defaults, first)
    return canDefault && random() < 0.6 ? { name, type, default: defaults[first] } : { name, type }
  }
  const union = (depth: number): Schema => {
    const branches = new Map<string, Schema>()
    for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
      const branch = single(depth + 1)
      const key =
        typeof branch === 'string'
          ? branch
          : 'name' in branch
            ? branch.name
            : (branch as { type: string }).type
      branches.set(key, branch)
    }
    return [...branches.values()]
  }
  const single = (depth: number): Exclude<Schema, readonly Schema[]> => {
    const kind = depth > 3 ? 0 : Math.floor(random() * 10)
    if (kind < 4) return pick(primitives)
    if (kind === 4) return { type: 'fixed', name: named(), size: Math.floor(random() * 3) }
    if (kind === 5)
      return {
        type: 'enum',
        name: named(),
        symbols: symbols.filter(() => random() < 0.7).concat('Z' as never),
      }
    if (kind === 6) return { type: 'array', items: schema(depth + 1) }
    if (kind === 7) return { type: 'map', values: schema(depth + 1) }
    return record(depth) as Exclude<Schema, readonly Schema[]>
  }
  const schema = (depth: number): Schema => (random() < 0.25 && depth < 4 ? union(depth) : single(depth))
  return record(0)
}
