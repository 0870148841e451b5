import { compressLz4Block, decompressLz4Block, lz4BlockBound } from './lz4-block.ts'
import { badCompression, OutputBuffer } from './output-buffer.ts'
import { xxh32 } from './xxh32.ts'

const magic = 0x184d2204
/** The bits of a frame's flags (LZ4 frame format 1.6). */
const flag = {
  versionMask: 0xc0,
  version: 0x40,
  blockIndependence: 0x20,
  blockChecksum: 0x10,
  contentSize: 0x08,
  contentChecksum: 0x04,
  dictionary: 0x01,
} as const
/** In a block's size: its bytes are not compressed. */
const stored = 0x80000000
const blockBytes = 65536
/** The number that stands for blocks of 64 KiB, where Kafka's Java client puts it. */
const blockSizeCode = 4

/**
 * An LZ4 frame as Java's `Lz4BlockOutputStream` writes it and its input stream demands it: independent blocks of
 * 64 KiB, no checksums but the header's.
 */
export function compressLz4(bytes: Uint8Array): Buffer {
  const blocks = Math.ceil(bytes.length / blockBytes)
  const frame = Buffer.allocUnsafe(7 + blocks * (4 + lz4BlockBound(blockBytes)) + 4)
  frame.writeUInt32LE(magic, 0)
  frame[4] = flag.version | flag.blockIndependence
  frame[5] = blockSizeCode << 4
  frame[6] = xxh32(frame, 4, 6) >>> 8
  let at = 7
  for (let start = 0; start < bytes.length; start += blockBytes) {
    const block = bytes.subarray(start, start + blockBytes)
    const size = compressLz4Block(block, frame.subarray(at + 4))
    if (size < block.length) {
      at = frame.writeUInt32LE(size, at) + size
    } else {
      at = frame.writeUInt32LE(block.length + stored, at)
      frame.set(block, at)
      at += block.length
    }
  }
  return frame.subarray(0, frame.writeUInt32LE(0, at))
}

/** Reads an LZ4 frame of any writer: block sizes up to 4 MiB, dependent blocks, checksums (which are verified). */
export function decompressLz4(bytes: Uint8Array, maxBytes: number): Buffer {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const need = (at: number, count: number): number => {
    if (count > frame.length - at) throw badCompression('an LZ4 frame is cut off')
    return at
  }
  if (frame.readUInt32LE(need(0, 7)) !== magic) throw badCompression('no LZ4 frame')
  const flags = frame[4]!
  const sizeCode = (frame[5]! >>> 4) & 7
  if ((flags & flag.versionMask) !== flag.version || (flags & flag.dictionary) !== 0 || sizeCode < 4) {
    throw badCompression('an LZ4 frame of an unknown version, block size or with a dictionary')
  }
  const blockMax = 1 << (8 + 2 * sizeCode)
  const headerEnd = (flags & flag.contentSize) === 0 ? 6 : need(14, 1)
  check(frame, 4, headerEnd, frame[headerEnd]!, 8)
  const output = new OutputBuffer(maxBytes, Math.min(frame.length * 4, blockMax))
  let at = headerEnd + 1
  for (;;) {
    const size = frame.readUInt32LE(need(at, 4))
    at += 4
    if (size === 0) break
    const end = need(at, size & 0x7fffffff) + (size & 0x7fffffff)
    const before = output.length
    if (size >= stored) output.literals(frame, at, end)
    else decompressLz4Block(frame, at, end, output)
    if (output.length - before > blockMax)
      throw badCompression('an LZ4 block is larger than its frame allows')
    if ((flags & flag.blockChecksum) !== 0) check(frame, at, end, frame.readUInt32LE(need(end, 4)), 0)
    at = (flags & flag.blockChecksum) === 0 ? end : end + 4
  }
  const content = output.finish()
  if ((flags & flag.contentChecksum) !== 0) {
    check(content, 0, content.length, frame.readUInt32LE(need(at, 4)), 0)
    at += 4
  }
  if (at !== frame.length) throw badCompression(`${frame.length - at} bytes follow the LZ4 frame`)
  return content
}

/** Header checksums keep the second byte of the hash only, so `shift` is 8 there. */
function check(bytes: Uint8Array, start: number, end: number, expected: number, shift: 0 | 8): void {
  const hash = xxh32(bytes, start, end)
  if ((shift === 8 ? (hash >>> 8) & 0xff : hash) !== expected)
    throw badCompression('an LZ4 checksum is wrong')
}
