import { crc32c } from '@headwater/protocol'
import type { Header, ProducerRecord } from '../producer-record.ts'

/** A record as it lies in the spool. */
export interface StoredRecord {
  readonly topic: string
  /** Where it goes; `undefined`: the key decides when it is sent, by the partition count of that day. */
  readonly partition: number | undefined
  /** Whether it stands in the row of its topic, because nobody knew its partition, or that of one before it. */
  readonly byTopic: boolean
  /** Whether it may be in the log already. */
  readonly uncertain: boolean
  /** Counts the openings of the spool, and in each the sends: the order in which records were taken. */
  readonly run: number
  readonly order: number
  readonly timestamp: number
  /** Milliseconds since the epoch at which it was spooled. */
  readonly spooledAt: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[]
}

/**
 * Every record begins with: a mark to find the next one by behind damaged bytes, the length of the body, the CRC-32C of
 * all that follows it, and the record's own place in its file, so that bytes that only look like a record (a value may
 * be part of a spool) are none.
 */
export const headBytes = 16
/** "HWSR". */
export const recordMark: Buffer = Buffer.from([0x48, 0x57, 0x53, 0x52])
/** Run, order, timestamp, time of spooling, partition, flags. */
const fixedBytes = 4 + 8 + 8 + 8 + 4 + 1
const flag = { byTopic: 1, uncertain: 2 } as const
const absent = 0xffffffff

/** Encodes a record; `place` completes it when it is known where in which file it goes. */
export function encodeStored(
  record: ProducerRecord,
  fields: Pick<StoredRecord, 'partition' | 'byTopic' | 'uncertain' | 'run' | 'order' | 'spooledAt'>,
): Buffer {
  const pairs: readonly Header[] =
    record.headers === undefined
      ? []
      : Array.isArray(record.headers)
        ? (record.headers as readonly Header[])
        : Object.entries(record.headers)
  const contents: readonly (Uint8Array | string | null)[] = [
    record.topic,
    record.key ?? null,
    record.value,
    ...pairs.flat(),
  ]
  let size = headBytes + fixedBytes + 4
  for (const content of contents) size += 4 + byteLengthOf(content)
  const bytes = Buffer.allocUnsafe(size)
  recordMark.copy(bytes, 0)
  bytes.writeUInt32LE(size - headBytes, 4)
  let at = headBytes
  at = bytes.writeUInt32LE(fields.run, at)
  at = bytes.writeDoubleLE(fields.order, at)
  at = bytes.writeDoubleLE(Number(record.timestamp), at)
  at = bytes.writeDoubleLE(fields.spooledAt, at)
  at = bytes.writeInt32LE(fields.partition ?? -1, at)
  at = bytes.writeUInt8((fields.byTopic ? flag.byTopic : 0) | (fields.uncertain ? flag.uncertain : 0), at)
  at = bytes.writeUInt32LE(pairs.length, at)
  for (const content of contents) at = writeContent(bytes, content, at)
  return bytes
}

/** Completes an encoded record for its place in a file. */
export function placeStored(bytes: Buffer, offset: number): void {
  bytes.writeUInt32LE(offset, 12)
  bytes.writeUInt32LE(crc32c(bytes, 12), 8)
}

/** The bytes that a record at this place takes; `undefined` when there is none, or not all of it. */
export function storedLength(bytes: Buffer, at: number, offset: number): number | undefined {
  if (at + headBytes > bytes.length || bytes.compare(recordMark, 0, 4, at, at + 4) !== 0) return undefined
  const length = headBytes + bytes.readUInt32LE(at + 4)
  if (at + length > bytes.length || bytes.readUInt32LE(at + 12) !== offset) return undefined
  return crc32c(bytes, at + 12, at + length) === bytes.readUInt32LE(at + 8) ? length : undefined
}

/** Decodes a record that `storedLength` found. Its key, value and headers are parts of `bytes`. */
export function decodeStored(bytes: Buffer, start: number): StoredRecord {
  let at = start + headBytes + fixedBytes
  const pairCount = bytes.readUInt32LE(at)
  at += 4
  const next = (): Buffer | null => {
    const length = bytes.readUInt32LE(at)
    at += 4
    if (length === absent) return null
    const content = bytes.subarray(at, at + length)
    at += length
    return content
  }
  const topic = String(next())
  const key = next()
  const value = next()
  const headers: [string, Buffer | null][] = []
  for (let i = 0; i < pairCount; i++) headers.push([String(next()), next()])
  const fixed = start + headBytes
  const partition = bytes.readInt32LE(fixed + 28)
  const flags = bytes.readUInt8(fixed + 32)
  return {
    topic,
    partition: partition < 0 ? undefined : partition,
    byTopic: (flags & flag.byTopic) !== 0,
    uncertain: (flags & flag.uncertain) !== 0,
    run: bytes.readUInt32LE(fixed),
    order: bytes.readDoubleLE(fixed + 4),
    timestamp: bytes.readDoubleLE(fixed + 12),
    spooledAt: bytes.readDoubleLE(fixed + 20),
    key,
    value,
    headers,
  }
}

function byteLengthOf(content: Uint8Array | string | null): number {
  if (content === null) return 0
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length
}

function writeContent(bytes: Buffer, content: Uint8Array | string | null, at: number): number {
  if (content === null) return bytes.writeUInt32LE(absent, at)
  if (typeof content === 'string') {
    const length = bytes.write(content, at + 4)
    bytes.writeUInt32LE(length, at)
    return at + 4 + length
  }
  bytes.writeUInt32LE(content.length, at)
  bytes.set(content, at + 4)
  return at + 4 + content.length
}
