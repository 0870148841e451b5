/** Chance that a seed repeats. */
export interface SeededRandom {
  /** A whole number from 0 to just below the limit. */
  below(limit: number): number
  /** True once in so many times. */
  oneIn(times: number): boolean
  pick<T>(from: readonly T[]): T
}

/** SplitMix32. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32) * limit)
  }
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick: (from) => from[below(from.length)]!,
  }
}
