/** Chance that a seed repeats. */
export interface SeededRandom {
  /** From 0 to just below 1. */
  next(): number
  /** A whole number from 0 to just below the limit. */
  below(limit: number): number
  /** The same elements in another order. */
  shuffle<T>(elements: readonly T[]): readonly T[]
}

/**
 * Numbers by a seed and a name, so that each scenario has its own and leaving one out changes no other (SplitMix32 over
 * an FNV-1a hash).
 */
export function createSeededRandom(seed: number, name: string): SeededRandom {
  let state = seed >>> 0
  for (const character of name) state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193) >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    shuffle(elements) {
      const shuffled = [...elements]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = below(last + 1)
        ;[shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!]
      }
      return shuffled
    },
  }
}
