import type { Schema } from './random-schema.ts'

type Named = Exclude<Schema, string | readonly Schema[]>

const wider: Readonly<Record<string, readonly Schema[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
}
const added = { int: 7, string: 'd', null: null, double: 0.1 } as const

/** Another version of a schema, which reads what was written with it: wider, narrower, in another order. */
export function nextVersion(schema: Schema, random: () => number): Schema {
  let names = 0
  const happens = (chance: number): boolean => random() < chance
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const next = (part: Schema): Schema => {
    const changed = change(part)
    if (Array.isArray(changed) || changed === 'null') return changed
    if (happens(0.1)) return ['null', changed]
    return happens(0.05) && changed !== 'string' ? [changed, 'string'] : changed
  }
  const change = (part: Schema): Schema => {
    if (typeof part === 'string') return happens(0.3) ? pick(wider[part] ?? [part]) : part
    if (Array.isArray(part)) return changeUnion(part as readonly Schema[])
    return changeNamed(part as Named)
  }
  const changeUnion = (branches: readonly Schema[]): Schema => {
    const keyOf = (branch: Schema): string =>
      typeof branch === 'string' ? branch : 'name' in branch ? branch.name : (branch as { type: string }).type
    const distinct = new Map(branches.map(change).map((branch) => [keyOf(branch), branch]))
    if (happens(0.2)) distinct.set('double', 'double')
    return happens(0.3) ? [...distinct.values()].toReversed() : [...distinct.values()]
  }
  const changeNamed = (part: Named): Schema => {
    switch (part.type) {
      case 'array':
        return { ...part, items: next(part.items) }
      case 'map':
        return { ...part, values: next(part.values) }
      case 'enum':
        if (happens(0.3)) return { ...part, symbols: ['NEW', ...part.symbols.toReversed()] }
        return happens(0.3)
          ? { ...part, symbols: part.symbols.slice(-1), default: part.symbols.at(-1)! }
          : part
      case 'record': {
        const kept = part.fields
          .filter(() => happens(0.9))
          .map(({ name, type }) => ({ name, type: next(type) }))
        const type = pick(Object.keys(added) as (keyof typeof added)[])
        const more = happens(0.5) ? [{ name: `added${++names}`, type, default: added[type] }] : []
        return { ...part, fields: happens(0.3) ? [...more, ...kept.toReversed()] : [...kept, ...more] }
      }
      case 'fixed':
        return part
    }
  }
  return change(schema)
}
