import { ProtocolError } from '../protocol-error.ts'

/** Bytes before the first record of a batch (message format v2, KIP-98). */
export const batchHeaderBytes = 61

/** Where each field of the header stands. */
export const batchField = {
  baseOffset: 0,
  /** Bytes that follow this field. */
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  /** CRC-32C of everything from `attributes` on. */
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const

/** The bits of `attributes`. */
export const batchAttribute = {
  compressionMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const

/** The header of a record batch. */
export interface BatchHeader {
  readonly baseOffset: bigint
  /** Size of the whole batch, header included. */
  readonly sizeInBytes: number
  readonly partitionLeaderEpoch: number
  readonly magic: number
  readonly crc: number
  readonly attributes: number
  readonly lastOffsetDelta: number
  readonly baseTimestamp: bigint
  readonly maxTimestamp: bigint
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly recordCount: number
}

/**
 * Reads the header at `at`. Checks only that the batch ends within the bytes: a broker must be able to look at the
 * magic byte, the CRC (`verifyBatchCrc` checks it) and the other fields of a bad batch to name what is wrong with it.
 *
 * @throws ProtocolError `TRUNCATED`, `MALFORMED`
 */
export function readBatchHeader(bytes: Uint8Array, at: number = 0): BatchHeader {
  const buffer = asBuffer(bytes)
  if (buffer.length - at < batchHeaderBytes) {
    throw new ProtocolError(
      'TRUNCATED',
      `a record batch needs ${batchHeaderBytes} bytes, ${buffer.length - at} are left`,
    )
  }
  const length = buffer.readInt32BE(at + batchField.batchLength)
  const sizeInBytes = length + batchField.partitionLeaderEpoch
  if (length < batchHeaderBytes - batchField.partitionLeaderEpoch) {
    throw new ProtocolError('MALFORMED', `a record batch says it is ${length} bytes long`)
  }
  if (sizeInBytes > buffer.length - at) {
    throw new ProtocolError('TRUNCATED', `a record batch of ${sizeInBytes} bytes in ${buffer.length - at}`)
  }
  const magic = buffer.readInt8(at + batchField.magic)
  return {
    baseOffset: buffer.readBigInt64BE(at + batchField.baseOffset),
    sizeInBytes,
    partitionLeaderEpoch: buffer.readInt32BE(at + batchField.partitionLeaderEpoch),
    magic,
    crc: buffer.readUInt32BE(at + batchField.crc),
    attributes: buffer.readInt16BE(at + batchField.attributes),
    lastOffsetDelta: buffer.readInt32BE(at + batchField.lastOffsetDelta),
    baseTimestamp: buffer.readBigInt64BE(at + batchField.baseTimestamp),
    maxTimestamp: buffer.readBigInt64BE(at + batchField.maxTimestamp),
    producerId: buffer.readBigInt64BE(at + batchField.producerId),
    producerEpoch: buffer.readInt16BE(at + batchField.producerEpoch),
    baseSequence: buffer.readInt32BE(at + batchField.baseSequence),
    recordCount: buffer.readInt32BE(at + batchField.recordCount),
  }
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
