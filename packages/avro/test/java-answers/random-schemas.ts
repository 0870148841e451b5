/** The texts that `answers.tsv` has answers to; run as a program, this file writes them, one a line. */
export const answeredSeed = 99
export const answeredCount = 600

// Texts that name types before their definitions and define them again.
let seed = 0
const names = ['A', 'B', 'C', 'n.B', 'D']
const defaults = [{}, null, 1, 'X', [], { f0: 1 }, { f0: 'X', f1: 1 }]

/** Mulberry32: the same texts from the same seed. */
function below(limit: number): number {
  seed = Math.trunc(seed + 0x6d2b79f5)
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
}

function pick<T>(from: readonly T[]): T {
  return from[below(from.length)]!
}

function seldom(oneIn: number, make: () => object): object {
  return below(oneIn) === 0 ? make() : {}
}

const namespace = (): object => seldom(4, () => ({ namespace: pick(['n', '', 'm']) }))

function makeType(depth: number): unknown {
  const kind = below(depth > 3 ? 4 : 10)
  if (kind < 2) return pick(['int', 'string', 'null', 'double', 'long'])
  if (kind < 4) return pick(names)
  if (kind === 4) return { type: 'array', items: makeType(depth + 1) }
  if (kind === 5) return Array.from({ length: 1 + below(3) }, () => makeType(depth + 1))
  if (kind === 6) {
    const symbols = below(3) === 0 ? ['X', 'Y'] : ['X']
    const rest = { ...seldom(4, () => ({ default: 'X' })), ...seldom(6, () => ({ p: below(2) })) }
    return { type: 'enum', name: pick(names), ...namespace(), symbols, ...rest }
  }
  if (kind === 7) {
    return { type: 'fixed', name: pick(names), size: 1 + below(2), ...seldom(5, () => ({ aliases: ['Z'] })) }
  }
  return makeRecord(depth + 1)
}

function makeRecord(depth: number): unknown {
  const fields = Array.from({ length: below(4) }, (_, index) => ({
    name: `f${index}`,
    type: makeType(depth),
    ...seldom(4, () => ({ default: pick(defaults) })),
    ...seldom(9, () => ({ order: 'ignore' })),
  }))
  const type = below(8) === 0 ? 'error' : 'record'
  return { type, name: pick(names), ...namespace(), ...seldom(5, () => ({ doc: 'd' })), fields }
}

/** Texts from a seed, each another one; short ones say little and are left out. */
export function randomSchemas(from: number, count: number): readonly string[] {
  seed = from
  const texts = new Set<string>()
  while (texts.size < count) {
    const text = JSON.stringify(below(6) === 0 ? makeType(0) : makeRecord(0))
    if (text.length > 80) texts.add(text)
  }
  return [...texts]
}

if (import.meta.main) console.log(randomSchemas(answeredSeed, answeredCount).join('\n'))
