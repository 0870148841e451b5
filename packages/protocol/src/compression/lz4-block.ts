import { findMatches, minMatchBytes } from './match-finder.ts'
import { badCompression, type OutputBuffer } from './output-buffer.ts'

/** The last five bytes of a block are literals, and the last match begins twelve bytes before its end (LZ4 block format). */
const lastLiterals = 5
const lastMatchDistance = 12

/**
 * Compresses a block of up to 64 KiB into `target`, which must hold {@link lz4BlockBound} bytes.
 *
 * @returns bytes written
 */
export function compressLz4Block(block: Uint8Array, target: Uint8Array): number {
  let at = 0
  const sequence = (literalFrom: number, literalTo: number, offset: number, length: number): void => {
    const literals = literalTo - literalFrom
    const more = length - minMatchBytes
    target[at++] = (Math.min(literals, 15) << 4) | (offset === 0 ? 0 : Math.min(more, 15))
    if (literals >= 15) at = writeRest(target, at, literals - 15)
    for (let i = literalFrom; i < literalTo; i++) target[at++] = block[i]!
    if (offset === 0) return
    target[at++] = offset & 0xff
    target[at++] = offset >>> 8
    if (more >= 15) at = writeRest(target, at, more - 15)
  }
  const lastMatchAt = block.length - lastMatchDistance + 1
  const tail = findMatches(block, 0, lastMatchAt, block.length - lastLiterals, sequence)
  sequence(tail, block.length, 0, 0)
  return at
}

/** The largest size of a compressed block of that many bytes. */
export function lz4BlockBound(bytes: number): number {
  return bytes + Math.floor(bytes / 255) + 16
}

/** Decompresses the block `bytes[start, end)`; matches may reach into blocks before it. */
export function decompressLz4Block(
  bytes: Uint8Array,
  start: number,
  end: number,
  output: OutputBuffer,
): void {
  let at = start
  const rest = (length: number): number => {
    if (length < 15) return length
    let sum = length
    for (let byte = 255; byte === 255; sum += byte) {
      if (at >= end) throw badCompression('an LZ4 length ends outside its block')
      byte = bytes[at++]!
    }
    return sum
  }
  while (at < end) {
    const token = bytes[at++]!
    const literals = rest(token >>> 4)
    if (literals > end - at) throw badCompression('LZ4 literals end outside their block')
    output.literals(bytes, at, at + literals)
    at += literals
    if (at === end) return
    if (end - at < 2) throw badCompression('an LZ4 match ends outside its block')
    const offset = bytes[at]! | (bytes[at + 1]! << 8)
    at += 2
    output.repeat(offset, rest(token & 0x0f) + minMatchBytes)
  }
}

function writeRest(target: Uint8Array, start: number, length: number): number {
  let at = start
  let left = length
  for (; left >= 255; left -= 255) target[at++] = 255
  target[at++] = left
  return at
}
