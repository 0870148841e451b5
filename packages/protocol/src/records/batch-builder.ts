import { batchField, batchHeaderBytes, batchAttribute } from './batch-header.ts'
import { crc32c } from './crc32c.ts'
import type { RecordHeader, RecordInput } from './record.ts'
import { varintBytes, writeText, writeVarint, utf8Bytes } from './record-writing.ts'

/** What a sealed batch says of its producer. */
export interface BatchProducer {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly transactional?: boolean | undefined
}

/** A batch of a producer without idempotence. */
export const noProducer: BatchProducer = { producerId: -1n, producerEpoch: -1, baseSequence: -1 }

/** The largest number of bytes that the lengths and deltas before a record's content can take. */
const recordOverheadBytes = 32

/**
 * A record batch that is encoded while it grows: each record is written once, in the form in which it travels, and
 * sealing only patches the header. Nothing of a record is kept but its bytes.
 */
export class BatchBuilder {
  #buffer: Buffer
  #position = batchHeaderBytes
  #recordCount = 0
  #baseTimestamp = 0
  #maxTimestamp = 0

  /** @param initial - bytes to begin with, or a buffer that nobody else uses; it doubles as needed. */
  constructor(initial: number | Buffer = 1024) {
    const least = batchHeaderBytes + recordOverheadBytes
    this.#buffer =
      typeof initial !== 'number' && initial.length >= least
        ? initial
        : Buffer.allocUnsafe(Math.max(typeof initial === 'number' ? initial : 0, least))
  }

  /** Bytes of the batch as it stands, header included, uncompressed. */
  get sizeInBytes(): number {
    return this.#position
  }

  get recordCount(): number {
    return this.#recordCount
  }

  /** Largest record timestamp, in milliseconds since the epoch. */
  get maxTimestamp(): number {
    return this.#maxTimestamp
  }

  /**
   * Appends a record if the batch then stays within `maxBytes`; an empty batch takes any record.
   *
   * @returns whether it was taken; nothing changes when not.
   */
  tryAppend(record: RecordInput, maxBytes: number): boolean {
    const { key, value, headers, timestamp } = record
    const keyBytes = key === null ? -1 : utf8Bytes(key)
    const valueBytes = value === null ? -1 : utf8Bytes(value)
    if (this.#recordCount === 0) this.#baseTimestamp = this.#maxTimestamp = timestamp
    const timestampDelta = timestamp - this.#baseTimestamp
    const bodyBytes =
      1 +
      varintBytes(timestampDelta) +
      varintBytes(this.#recordCount) +
      sizeOf(keyBytes) +
      sizeOf(valueBytes) +
      headersBytes(headers)
    const total = varintBytes(bodyBytes) + bodyBytes
    if (this.#recordCount > 0 && this.#position + total > maxBytes) return false
    this.#ensure(total)
    const buffer = this.#buffer
    let at = writeVarint(buffer, this.#position, bodyBytes)
    buffer[at++] = 0
    at = writeVarint(buffer, at, timestampDelta)
    at = writeVarint(buffer, at, this.#recordCount)
    at = writeSized(buffer, at, key, keyBytes)
    at = writeSized(buffer, at, value, valueBytes)
    this.#position = writeHeaders(buffer, at, headers)
    this.#recordCount++
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    return true
  }

  /**
   * The batch as it travels, uncompressed. Offsets and the leader epoch are left for the broker. Sealing again, with
   * another producer, patches the same bytes: a batch that was never written may move to a new epoch.
   */
  seal(producer: BatchProducer = noProducer): Buffer {
    const batch = this.#buffer.subarray(0, this.#position)
    this.#writeHeader(batch, producer, 0)
    return batch
  }

  /**
   * The same with the records compressed.
   *
   * @param compressionType - the number of the codec, as in the attributes
   * @param compressed - the compressed form of {@link BatchBuilder.recordBytes}
   */
  sealCompressed(producer: BatchProducer, compressionType: number, compressed: Uint8Array): Buffer {
    const batch = Buffer.allocUnsafe(batchHeaderBytes + compressed.length)
    batch.set(compressed, batchHeaderBytes)
    this.#writeHeader(batch, producer, compressionType)
    return batch
  }

  /**
   * Gives the memory of the batch away, for the next one. Every view of it is void from then on: only for a batch whose
   * bytes nobody will read again.
   */
  releaseBuffer(): Buffer {
    const buffer = this.#buffer
    this.#buffer = Buffer.alloc(0)
    return buffer
  }

  /** The encoded records without the header: what a codec compresses. A view, valid until the next append. */
  recordBytes(): Buffer {
    return this.#buffer.subarray(batchHeaderBytes, this.#position)
  }

  #writeHeader(batch: Buffer, producer: BatchProducer, compressionType: number): void {
    batch.writeBigInt64BE(0n, batchField.baseOffset)
    batch.writeInt32BE(batch.length - batchField.partitionLeaderEpoch, batchField.batchLength)
    batch.writeInt32BE(-1, batchField.partitionLeaderEpoch)
    batch[batchField.magic] = 2
    batch.writeInt16BE(
      compressionType | (producer.transactional === true ? batchAttribute.transactional : 0),
      batchField.attributes,
    )
    batch.writeInt32BE(this.#recordCount - 1, batchField.lastOffsetDelta)
    batch.writeBigInt64BE(BigInt(this.#baseTimestamp), batchField.baseTimestamp)
    batch.writeBigInt64BE(BigInt(this.#maxTimestamp), batchField.maxTimestamp)
    batch.writeBigInt64BE(producer.producerId, batchField.producerId)
    batch.writeInt16BE(producer.producerEpoch, batchField.producerEpoch)
    batch.writeInt32BE(producer.baseSequence, batchField.baseSequence)
    batch.writeInt32BE(this.#recordCount, batchField.recordCount)
    batch.writeUInt32BE(crc32c(batch, batchField.attributes), batchField.crc)
  }

  #ensure(bytes: number): void {
    const needed = this.#position + bytes
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
    larger.set(this.#buffer.subarray(0, this.#position))
    this.#buffer = larger
  }
}

/** Bytes that a record adds to a batch at the most; for size checks before a record is taken. */
export function recordSizeUpperBound(record: RecordInput): number {
  return (
    recordOverheadBytes +
    (record.key === null ? 0 : utf8Bytes(record.key)) +
    (record.value === null ? 0 : utf8Bytes(record.value)) +
    headersBytes(record.headers)
  )
}

function sizeOf(contentBytes: number): number {
  return contentBytes < 0 ? 1 : varintBytes(contentBytes) + contentBytes
}

function headersBytes(headers: readonly RecordHeader[] | undefined): number {
  if (headers === undefined) return 1
  let bytes = varintBytes(headers.length)
  for (let i = 0; i < headers.length; i++) {
    const [name, value] = headers[i]!
    bytes += sizeOf(utf8Bytes(name)) + sizeOf(value === null ? -1 : utf8Bytes(value))
  }
  return bytes
}

function writeHeaders(buffer: Buffer, start: number, headers: readonly RecordHeader[] | undefined): number {
  if (headers === undefined) return writeVarint(buffer, start, 0)
  let at = writeVarint(buffer, start, headers.length)
  for (let i = 0; i < headers.length; i++) {
    const [name, value] = headers[i]!
    at = writeSized(buffer, at, name, utf8Bytes(name))
    at = writeSized(buffer, at, value, value === null ? -1 : utf8Bytes(value))
  }
  return at
}

function writeSized(
  buffer: Buffer,
  start: number,
  content: Uint8Array | string | null,
  bytes: number,
): number {
  const at = writeVarint(buffer, start, bytes)
  if (content === null) return at
  if (typeof content === 'string') return writeText(buffer, at, content, bytes)
  buffer.set(content, at)
  return at + bytes
}
