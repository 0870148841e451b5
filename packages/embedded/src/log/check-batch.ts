import {
  ProtocolError,
  batchAttribute,
  batchField,
  batchHeaderBytes,
  crc32c,
  readBatchHeader,
  type BatchHeader,
} from '@headwater/protocol'
import type { TopicConfig } from '../cluster/topic-config.ts'
import { Refusal, type RecordRefusal } from '../cluster/refusal.ts'
import { scanRecords } from './record-scan.ts'
import { uncompressedRecords } from './uncompressed-records.ts'

/** A batch, to be checked and appended. */
export interface CheckedBatch {
  readonly header: BatchHeader
  /** The batch as it came, but for what the broker corrects in its header. */
  readonly bytes: Buffer
}

/** zstd came with Produce v7 (KIP-110); its number in the attributes is 4. */
const zstd = { type: 4, sinceProduceVersion: 7 }

/** The one batch of a partition's records (`ProduceRequest.validateRecords`). Throws a {@link Refusal}. */
export function takeBatch(records: Buffer | null, produceVersion: number): CheckedBatch {
  const batch = takeOnlyBatch(records)
  const compression = batch.header.attributes & batchAttribute.compressionMask
  if (compression === zstd.type && produceVersion < zstd.sinceProduceVersion) {
    throw new Refusal(
      'UNSUPPORTED_COMPRESSION_TYPE',
      `Produce requests with version ${produceVersion} are not allowed to use ZStandard compression`,
    )
  }
  return batch
}

/**
 * What the log checks before it looks at producers: `UnifiedLog.analyzeAndValidateRecords`, then `LogValidator`, in
 * this order. Rejects with a {@link Refusal}.
 *
 * @returns the batch with its header corrected
 */
export async function checkBatch(
  batch: CheckedBatch,
  config: TopicConfig,
  nowMs: number,
): Promise<CheckedBatch> {
  const { header } = batch
  checkEnvelope(batch, config.number('max.message.bytes'))
  checkHeader(header)
  const maxTimestamp = await checkRecords(batch, config, nowMs)
  if (header.sizeInBytes > config.number('segment.bytes')) {
    throw new Refusal(
      'RECORD_LIST_TOO_LARGE',
      `Message batch size is ${header.sizeInBytes} bytes, which exceeds the maximum configured segment size of ${config.number('segment.bytes')}.`,
    )
  }
  return corrected(batch, maxTimestamp)
}

function takeOnlyBatch(records: Buffer | null): CheckedBatch {
  if (records === null || records.length < batchField.partitionLeaderEpoch) {
    throw new Refusal('INVALID_RECORD', 'Produce requests must have at least one record batch per partition')
  }
  const header = readHeader(records, 0)
  if (header.magic !== 2) {
    const known = header.magic === 0 || header.magic === 1
    throw new Refusal(
      known ? 'INVALID_RECORD' : 'CORRUPT_MESSAGE',
      `Produce requests are only allowed to contain record batches with magic version 2, not ${header.magic}`,
    )
  }
  if (records.length - header.sizeInBytes >= batchHeaderBytes) {
    throw new Refusal(
      'INVALID_RECORD',
      'Produce requests must contain exactly one record batch per partition',
    )
  }
  return { header, bytes: records.subarray(0, header.sizeInBytes) }
}

/** A batch that is cut off counts as none; one whose length cannot be is corrupt. */
function readHeader(records: Buffer, at: number): BatchHeader {
  try {
    return readBatchHeader(records, at)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    throw new Refusal(error.code === 'TRUNCATED' ? 'INVALID_RECORD' : 'CORRUPT_MESSAGE', error.message)
  }
}

function checkEnvelope({ header, bytes }: CheckedBatch, maxMessageBytes: number): void {
  if (header.baseOffset !== 0n) {
    throw new Refusal(
      'INVALID_RECORD',
      `The baseOffset of the record batch should be 0, but it is ${header.baseOffset}`,
    )
  }
  if (header.sizeInBytes > maxMessageBytes) {
    throw new Refusal(
      'MESSAGE_TOO_LARGE',
      `The record batch size is ${header.sizeInBytes} bytes which exceeds the maximum configured value of ${maxMessageBytes}.`,
    )
  }
  if (crc32c(bytes, batchField.attributes) !== header.crc) {
    throw new Refusal('CORRUPT_MESSAGE', `Record is corrupt (stored crc = ${header.crc})`)
  }
}

function checkHeader(header: BatchHeader): void {
  const refuse = (why: string): never => {
    throw new Refusal('INVALID_RECORD', why)
  }
  if (header.recordCount <= 0) refuse(`Batch contains ${header.recordCount} records`)
  if (header.lastOffsetDelta + 1 !== header.recordCount) {
    refuse(
      `Inconsistent batch offset range: last delta ${header.lastOffsetDelta}, count ${header.recordCount}`,
    )
  }
  if (header.attributes & batchAttribute.control) refuse('Clients are not allowed to write control records')
  if (header.producerId !== -1n && header.baseSequence < 0) {
    refuse(
      `Invalid sequence number ${header.baseSequence} in record batch with producerId ${header.producerId}`,
    )
  }
}

/** Kafka neither believes the largest timestamp of a client nor that a client's batch was stamped by a broker. */
function corrected(batch: CheckedBatch, maxTimestamp: bigint): CheckedBatch {
  const attributes = batch.header.attributes & ~batchAttribute.logAppendTime
  if (maxTimestamp === batch.header.maxTimestamp && attributes === batch.header.attributes) return batch
  const bytes = Buffer.from(batch.bytes)
  bytes.writeBigInt64BE(maxTimestamp, batchField.maxTimestamp)
  bytes.writeInt16BE(attributes, batchField.attributes)
  const crc = crc32c(bytes, batchField.attributes)
  bytes.writeUInt32BE(crc, batchField.crc)
  return { header: { ...batch.header, maxTimestamp, attributes, crc }, bytes }
}

/** @returns the largest timestamp of a record */
async function checkRecords(
  { header, bytes }: CheckedBatch,
  config: TopicConfig,
  nowMs: number,
): Promise<bigint> {
  const compacted = config.has('cleanup.policy', 'compact')
  const createTime = config.text('message.timestamp.type') === 'CreateTime'
  const earliest = nowMs - config.number('message.timestamp.before.max.ms')
  const latest = nowMs + config.number('message.timestamp.after.max.ms')
  const baseTimestamp = Number(header.baseTimestamp)
  const keyless: RecordRefusal[] = []
  const untimely: RecordRefusal[] = []
  const compressed = (header.attributes & batchAttribute.compressionMask) !== 0
  const records = compressed ? await uncompressedRecords(header, bytes) : bytes.subarray(batchHeaderBytes)
  let index = 0
  // Records of a batch that says it was stamped all have its largest timestamp.
  const stampedAt =
    (header.attributes & batchAttribute.logAppendTime) === 0 ? undefined : Number(header.maxTimestamp)
  let largest = -1
  scanRecords(records, header.recordCount, ({ timestampDelta, offsetDelta, hasKey }) => {
    // Outside of compression Kafka leaves the deltas as they are.
    if (compressed && offsetDelta !== index) {
      throw new Refusal('INVALID_RECORD', `Record ${index} has the offset delta ${offsetDelta}`)
    }
    if (compacted && !hasKey)
      keyless.push({ index, message: 'Compacted topic cannot accept message without key' })
    const timestamp = stampedAt ?? baseTimestamp + timestampDelta
    if (timestamp > largest) largest = timestamp
    if (createTime && timestamp !== -1 && (timestamp < earliest || timestamp > latest)) {
      untimely.push({ index, message: `Timestamp ${timestamp} of message is out of range` })
    }
    index++
  })
  if (keyless.length > 0) {
    throw new Refusal('INVALID_RECORD', 'One or more records have been rejected', keyless)
  }
  if (untimely.length > 0) {
    throw new Refusal(
      'INVALID_TIMESTAMP',
      'One or more records have been rejected due to invalid timestamp',
      untimely,
    )
  }
  return BigInt(largest)
}
