/** A whole number from 0 up to, not with, the bound. */
export type RandomBelow = (bound: number) => number

/** The same numbers for the same seed, on every computer: a 32-bit xorshift. */
export function createRandomNumbers(seed: number): RandomBelow {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  return (bound) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}
