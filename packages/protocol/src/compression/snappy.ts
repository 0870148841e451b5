import { findMatches, minMatchBytes } from './match-finder.ts'
import { badCompression, OutputBuffer } from './output-buffer.ts'

/**
 * The header of snappy-java's stream, which Kafka's Java client writes and old consumers demand: its magic, version 1,
 * readable since version 1. Each block then has its size in front.
 */
const streamHeader = Buffer.from('82534e41505059000000000100000001', 'hex')
const magicBytes = 8
const blockBytes = 32768
/** A copy element takes at most 64 bytes. */
const maxCopyBytes = 64

/** Snappy as Java's Kafka client writes it: a stream of blocks of 32 KiB. */
export function compressSnappy(bytes: Uint8Array): Buffer {
  const blocks = Math.ceil(bytes.length / blockBytes)
  const stream = Buffer.allocUnsafe(streamHeader.length + blocks * (4 + blockBound(blockBytes)))
  stream.set(streamHeader)
  let at = streamHeader.length
  for (let start = 0; start < bytes.length; start += blockBytes) {
    const size = compressBlock(bytes.subarray(start, start + blockBytes), stream.subarray(at + 4))
    at = stream.writeInt32BE(size, at) + size
  }
  return stream.subarray(0, at)
}

/** Reads the stream of snappy-java, and bare Snappy, which some other clients send. */
export function decompressSnappy(bytes: Uint8Array, maxBytes: number): Buffer {
  const stream = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const output = new OutputBuffer(maxBytes, stream.length * 2)
  const framed =
    stream.length >= streamHeader.length && stream.compare(streamHeader, 0, magicBytes, 0, magicBytes) === 0
  if (!framed) {
    decompressBlock(stream, 0, stream.length, output, maxBytes)
    return output.finish()
  }
  let at = streamHeader.length
  while (at < stream.length) {
    if (stream.length - at < 4) throw badCompression('a Snappy stream is cut off')
    const size = stream.readUInt32BE(at)
    at += 4
    if (size > stream.length - at) throw badCompression('a Snappy block ends outside its stream')
    decompressBlock(stream, at, at + size, output, maxBytes)
    at += size
  }
  return output.finish()
}

function blockBound(bytes: number): number {
  return 32 + bytes + Math.floor(bytes / 6)
}

function compressBlock(block: Uint8Array, target: Uint8Array): number {
  let at = 0
  let rest = block.length
  for (; rest > 0x7f; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80
  target[at++] = rest
  const literals = (from: number, to: number): void => {
    if (from === to) return
    const last = to - from - 1
    if (last < 60) {
      target[at++] = last << 2
    } else {
      // Blocks are of 32 KiB, so two bytes hold any length.
      target[at++] = last < 256 ? 60 << 2 : 61 << 2
      target[at++] = last & 0xff
      if (last >= 256) target[at++] = last >>> 8
    }
    for (let i = from; i < to; i++) target[at++] = block[i]!
  }
  const tail = findMatches(
    block,
    0,
    block.length - minMatchBytes + 1,
    block.length,
    (from, to, offset, length) => {
      literals(from, to)
      for (let left = length; left > 0; left -= maxCopyBytes) {
        target[at++] = 2 | ((Math.min(left, maxCopyBytes) - 1) << 2)
        target[at++] = offset & 0xff
        target[at++] = offset >>> 8
      }
    },
  )
  literals(tail, block.length)
  return at
}

function decompressBlock(
  bytes: Buffer,
  start: number,
  end: number,
  output: OutputBuffer,
  maxBytes: number,
): void {
  let at = start
  const number = (count: number): number => {
    if (count > end - at) throw badCompression('a Snappy element ends outside its block')
    const value = bytes.readUIntLE(at, count)
    at += count
    return value
  }
  let expected = 0
  for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
    byte = number(1)
    expected += (byte & 0x7f) * 2 ** shift
    if (expected > maxBytes) throw badCompression(`it decompresses to more than ${maxBytes} bytes`)
    if (shift > 28) throw badCompression('the length of a Snappy block is no number')
  }
  const before = output.length
  while (at < end) {
    const tag = number(1)
    const kind = tag & 3
    if (kind === 0) {
      const length = (tag >>> 2 < 60 ? tag >>> 2 : number((tag >>> 2) - 59)) + 1
      if (length > end - at) throw badCompression('Snappy literals end outside their block')
      output.literals(bytes, at, at + length)
      at += length
    } else if (kind === 1) {
      output.repeat(((tag >>> 5) << 8) | number(1), ((tag >>> 2) & 7) + 4)
    } else {
      output.repeat(number(kind === 2 ? 2 : 4), (tag >>> 2) + 1)
    }
  }
  if (output.length - before !== expected) {
    throw badCompression(`a Snappy block of ${expected} bytes gave ${output.length - before}`)
  }
}
