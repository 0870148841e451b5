import { isWrapped, nameOfBranch } from './fit.ts'
import type { Schema } from './random-schema.ts'

class Order {
  a = 1
}

/** What people pass by mistake, and what an attacker would. */
const hostile: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => -Infinity,
  () => -0,
  () => 1.5,
  () => 1e300,
  () => 2 ** 31,
  () => 2 ** 53,
  () => -(2 ** 53 - 2),
  () => -(2 ** 52 + 1),
  () => 5n,
  () => 2n ** 63n,
  () => -(2n ** 53n - 2n),
  () => true,
  () => 'constructor',
  () => 'toString',
  () => '__proto__',
  () => 'A',
  () => 'half a \ud83d pair',
  () => `${'x'.repeat(70)}\udc00`,
  () => ['A'],
  () => [undefined],
  () => Array.from({ length: 2 }),
  // oxlint-disable-next-line no-sparse-arrays
  () => [, 1],
  () => [],
  () => ({}),
  () => ({ a: 1 }),
  () => ({ typo: 1 }),
  () => ({ a: undefined, typo: undefined }),
  () => ({ int: 5 }),
  () => ({ int: 5, string: 'x' }),
  () => ({ constructor: 1 }),
  () => ({ A: 1, toString: () => 'A' }),
  () => ({ '\ud800': 'x' }),
  () => JSON.parse('{"__proto__":"x"}') as unknown,
  () => Object.create(null) as unknown,
  () => Object.create({ a: 1 }) as unknown,
  () => new Order(),
  () => new Date(0),
  () => new Map([['a', 1]]),
  () => new Set(['a']),
  () => Buffer.from('x'),
  () => new Uint8Array([1, 2]),
  () => new Uint8Array(new ArrayBuffer(9), 3, 1),
  () => new Uint16Array([1]),
  () => new ArrayBuffer(1),
  () => Object('A') as unknown,
  () => Object(5) as unknown,
  () => new Error('x'),
  () => /x/,
  () => new URL('http://example.org'),
  () => Promise.resolve(1),
  () => () => 'A',
  () => Object.assign(() => 1, { int: 5 }),
  () => Symbol('A'),
  () => new Proxy({ a: 1 }, {}),
]

/** A value that fits a schema but for a part here and there. */
export function randomValue(schema: Schema, random: () => number, hostility: number): unknown {
  const int = (below: number): number => Math.floor(random() * below)
  const make = (part: Schema, depth: number): unknown => {
    if (random() < hostility) return hostile[int(hostile.length)]!()
    if (Array.isArray(part)) {
      const branch = (part as readonly Schema[])[int(part.length)]!
      const value = make(branch, depth + 1)
      return branch === 'null' || !isWrapped(part as readonly Schema[])
        ? value
        : { [nameOfBranch(branch)]: value }
    }
    if (typeof part === 'string') return primitives[part](random, int)
    const one = part as Exclude<typeof part, string | readonly Schema[]>
    switch (one.type) {
      case 'fixed':
        return Buffer.alloc(one.size, int(256))
      case 'enum':
        return one.symbols[int(one.symbols.length)]
      case 'array':
        return Array.from({ length: depth > 4 ? 0 : int(4) }, () => make(one.items, depth + 1))
      case 'map':
        return Object.fromEntries(
          ['k', 'k\u00e9y', 'constructor']
            .slice(0, depth > 4 ? 0 : int(4))
            .map((key) => [key, make(one.values, depth + 1)]),
        )
      case 'record': {
        const kept = one.fields.filter((field) => !('default' in field) || random() < 0.7)
        const entries = kept.map(({ name, type }) => [name, make(type, depth + 1)] as const)
        return Object.fromEntries(random() < 0.2 ? entries.toReversed() : entries)
      }
    }
  }
  return make(schema, 0)
}

const primitives: Readonly<
  Record<Extract<Schema, string>, (random: () => number, int: (below: number) => number) => unknown>
> = {
  null: () => null,
  boolean: (random) => random() < 0.5,
  int: (_, int) => int(2 ** 32) - 2 ** 31,
  long: (random, int) => Math.trunc((random() - 0.5) * 2 ** int(54)),
  float: (_, int) => int(1000) / 4,
  double: (random) => random() * 1e9,
  string: (_, int) =>
    ['', 'text', 'a\u{1f600}\u00fc', 'y'.repeat(int(200)), `${'z'.repeat(int(60))}\u20ac`, 'A'][int(6)],
  bytes: (_, int) => Buffer.alloc(int(70), int(256)),
}
