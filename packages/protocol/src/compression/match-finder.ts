/** Matches shorter than this cost more than they save, in both formats. */
export const minMatchBytes = 4

const hashBits = 14
const positions = new Int32Array(1 << hashBits)

/** Takes a run of literals `[literalFrom, matchAt)` and the match of `length` bytes that stands `offset` back. */
export type MatchSink = (literalFrom: number, matchAt: number, offset: number, length: number) => void

/**
 * Greedy search for repeated bytes in a block of up to 64 KiB, shared by LZ4 and Snappy, whose formats differ only
 * in how they write what is found. The step grows while nothing is found, so incompressible bytes pass quickly.
 *
 * @param lastMatchAt - matches begin before this position: LZ4 keeps the end of a block free of them
 * @param matchEnd - and end at this one at the latest
 * @returns where the literals begin that follow the last match
 */
export function findMatches(
  bytes: Uint8Array,
  start: number,
  lastMatchAt: number,
  matchEnd: number,
  sink: MatchSink,
): number {
  // Positions are kept one larger than they are, so that zero means "never seen".
  positions.fill(0)
  let anchor = start
  let at = start
  let misses = 0
  while (at < lastMatchAt) {
    const word = wordAt(bytes, at)
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - hashBits)
    const candidate = positions[slot]! - 1
    positions[slot] = at + 1
    if (candidate < 0 || at - candidate > 0xffff || wordAt(bytes, candidate) !== word) {
      at += 1 + (misses++ >> 6)
      continue
    }
    misses = 0
    let end = at + minMatchBytes
    for (let from = candidate + minMatchBytes; end < matchEnd && bytes[end] === bytes[from]; from++) end++
    sink(anchor, at, at - candidate, end - at)
    anchor = at = end
  }
  return anchor
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}
