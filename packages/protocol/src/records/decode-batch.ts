import { compressionTypeOf, decompress, type DecompressOptions } from '../compression/compression.ts'
import { ProtocolError } from '../protocol-error.ts'
import { asBuffer, batchAttribute, batchField, batchHeaderBytes, readBatchHeader } from './batch-header.ts'
import type { BatchHeader } from './batch-header.ts'
import { crc32c } from './crc32c.ts'
import { decodeRecords } from './decode-records.ts'
import type { DecodedRecord } from './record.ts'

/** A batch with its records. */
export interface DecodedBatch {
  readonly header: BatchHeader
  readonly records: readonly DecodedRecord[]
}

/**
 * Checks the CRC-32C of the batch at `at`.
 *
 * @throws ProtocolError `CRC_MISMATCH`
 */
export function verifyBatchCrc(bytes: Uint8Array, at: number = 0): void {
  const { crc, sizeInBytes } = readBatchHeader(bytes, at)
  const actual = crc32c(bytes, at + batchField.attributes, at + sizeInBytes)
  if (actual !== crc) {
    throw new ProtocolError(
      'CRC_MISMATCH',
      `a record batch names the CRC ${crc.toString(16)}, its bytes have ${actual.toString(16)}`,
    )
  }
}

/**
 * The whole batches of a Fetch response's records field, in order, as views. A broker may cut the last one off
 * where the bytes that the consumer asked for end; that one is left out.
 *
 * @throws ProtocolError `MALFORMED` for a batch that is too short to be one
 */
export function splitBatches(bytes: Uint8Array): Buffer[] {
  const buffer = asBuffer(bytes)
  const batches: Buffer[] = []
  for (let at = 0; buffer.length - at >= batchField.partitionLeaderEpoch;) {
    const length = buffer.readInt32BE(at + batchField.batchLength)
    const end = at + batchField.partitionLeaderEpoch + length
    if (length < batchHeaderBytes - batchField.partitionLeaderEpoch) {
      throw new ProtocolError('MALFORMED', `a record batch says it is ${length} bytes long`)
    }
    if (end > buffer.length) break
    batches.push(buffer.subarray(at, end))
    at = end
  }
  return batches
}

/**
 * Reads the one batch that begins `bytes`: checks format and CRC, decompresses, decodes. Keys and values are views on
 * `bytes`, or on what came out of the codec.
 *
 * @throws {@link ProtocolError} as a rejection: `TRUNCATED`, `MALFORMED`, `CRC_MISMATCH`, `BAD_COMPRESSION`
 */
export async function decodeBatch(bytes: Uint8Array, options: DecompressOptions = {}): Promise<DecodedBatch> {
  const header = readBatchHeader(bytes)
  if (header.magic !== 2) {
    throw new ProtocolError('MALFORMED', `a record batch of format ${header.magic}; only format 2 is known`)
  }
  verifyBatchCrc(bytes)
  const content = asBuffer(bytes).subarray(batchHeaderBytes, header.sizeInBytes)
  const records = await decompress(compressionTypeOf(header.attributes), content, options)
  return { header, records: decodeRecords(records, header) }
}

/** Whether a batch holds control records (transaction markers and the like) instead of somebody's data. */
export function isControlBatch(header: Pick<BatchHeader, 'attributes'>): boolean {
  return (header.attributes & batchAttribute.control) !== 0
}
