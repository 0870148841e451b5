import { crc32c } from '@headwater/protocol'
import { decodeStored, headBytes, recordMark, storedLength, type StoredRecord } from './stored-record.ts'

/** The version of the files' format; a spool of another version is refused, not guessed at. */
const formatVersion = 1
/** "HWSPOOL" and a zero, the version, the segment's number, the CRC-32C of these. */
export const segmentHeaderBytes = 20
const segmentMark = Buffer.from('HWSPOOL\0', 'latin1')

/** The first bytes of a segment. */
export function encodeSegmentHeader(segment: number): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes)
  segmentMark.copy(bytes)
  bytes.writeUInt32LE(formatVersion, 8)
  bytes.writeUInt32LE(segment, 12)
  bytes.writeUInt32LE(crc32c(bytes, 0, 16), 16)
  return bytes
}

/** What is to be known of a segment beside its records. */
interface SegmentState {
  /** Bytes up to the end of the last complete record; what follows was never finished. */
  readonly end: number
  /** Places before the end whose bytes are no record. */
  readonly damaged: readonly { readonly from: number; readonly to: number }[]
  /** The version that the header names, when it is not the one that we read. */
  readonly foreignVersion: number | undefined
}

/**
 * Reads a segment. Whatever the bytes are, this does not throw: an unfinished end is told by `end`, and damage in the
 * middle costs only the records that it hit, since each one begins with a mark and proves itself by its checksum.
 */
export function readSegment(
  bytes: Buffer,
  segment: number,
  onRecord: (offset: number, record: StoredRecord) => void,
): SegmentState {
  const damaged: { from: number; to: number }[] = []
  const expected = encodeSegmentHeader(segment)
  const headed = bytes.length >= segmentHeaderBytes
  const intact = headed && bytes.compare(expected, 0, segmentHeaderBytes, 0, segmentHeaderBytes) === 0
  const version = headed ? bytes.readUInt32LE(8) : formatVersion
  const checked = headed && crc32c(bytes, 0, 16) === bytes.readUInt32LE(16)
  if (checked && version !== formatVersion) return { damaged, end: bytes.length, foreignVersion: version }
  let end = intact ? segmentHeaderBytes : 0
  let at = segmentHeaderBytes
  while (at < bytes.length) {
    const length = storedLength(bytes, at, at)
    if (length === undefined) {
      const next = bytes.indexOf(recordMark, at + 1)
      if (next < 0) break
      at = next
      continue
    }
    if (at > end) damaged.push({ from: end, to: at })
    onRecord(at, decodeStored(bytes, at))
    at += length
    end = at
  }
  return { damaged, end, foreignVersion: undefined }
}

/** Acknowledged records of one segment: groups of a count, the CRC-32C of what follows, and the records' places. */
const ackHeadBytes = 8
/** What acknowledging a record takes at the most: as the only one of its group. */
export const ackBytesEach: number = ackHeadBytes + 4

/** Encodes places of acknowledged records. */
export function encodeAcknowledged(segment: number, offsets: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(ackHeadBytes + 4 * offsets.length)
  bytes.writeUInt32LE(offsets.length, 0)
  let at = ackHeadBytes
  for (const offset of offsets) at = bytes.writeUInt32LE(offset, at)
  bytes.writeUInt32LE((crc32c(bytes, ackHeadBytes) ^ segment) >>> 0, 4)
  return bytes
}

/** The acknowledged places, up to the first group that is not whole. */
export function readAcknowledged(bytes: Buffer, segment: number): { offsets: Set<number>; end: number } {
  const offsets = new Set<number>()
  let at = 0
  while (at + ackHeadBytes <= bytes.length) {
    const end = at + ackHeadBytes + 4 * bytes.readUInt32LE(at)
    if (end === at + ackHeadBytes || end > bytes.length) break
    if ((crc32c(bytes, at + ackHeadBytes, end) ^ segment) >>> 0 !== bytes.readUInt32LE(at + 4)) break
    for (let one = at + ackHeadBytes; one < end; one += 4) offsets.add(bytes.readUInt32LE(one))
    at = end
  }
  return { offsets, end: at }
}

/** The length of the record whose head these bytes begin with. */
export function announcedLength(head: Buffer): number {
  return headBytes + head.readUInt32LE(4)
}
