import { ProtocolError } from '../protocol-error.ts'
import { ByteReader } from '../wire/byte-reader.ts'
import { BatchBuilder } from './batch-builder.ts'
import { batchAttribute, batchField } from './batch-header.ts'
import { crc32c } from './crc32c.ts'
import type { DecodedRecord } from './record.ts'

/** The types of `ControlRecordType` that end a transaction. */
const markerTypes = { abort: 0, commit: 1 } as const

/** What the record says that ends a transaction in one partition (KIP-98). */
export interface TransactionMarker {
  readonly type: keyof typeof markerTypes
  readonly coordinatorEpoch: number
}

/**
 * Reads a record of a control batch; `undefined` for control records that do not end a transaction.
 *
 * @throws ProtocolError `MALFORMED` for a record without a key, or a marker without a value
 */
export function decodeControlRecord(
  record: Pick<DecodedRecord, 'key' | 'value'>,
): TransactionMarker | undefined {
  if (record.key === null) throw new ProtocolError('MALFORMED', 'a control record without a key')
  const key = new ByteReader(record.key)
  key.int16() // Its version; all versions begin alike.
  const number = key.int16()
  const type = number === markerTypes.commit ? 'commit' : number === markerTypes.abort ? 'abort' : undefined
  if (type === undefined) return undefined
  if (record.value === null) throw new ProtocolError('MALFORMED', 'a transaction marker without a value')
  const value = new ByteReader(record.value)
  value.int16()
  return { type, coordinatorEpoch: value.int32() }
}

/** What a transaction marker is made of. */
export interface ControlBatchInput extends TransactionMarker {
  readonly producerId: bigint
  readonly producerEpoch: number
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/** The control batch that a coordinator appends to end a transaction; like any batch it takes one offset. */
export function encodeControlBatch(input: ControlBatchInput): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(markerTypes[input.type], 2)
  const value = Buffer.alloc(6)
  value.writeInt32BE(input.coordinatorEpoch, 2)
  const builder = new BatchBuilder(128)
  builder.tryAppend({ key, value, timestamp: input.timestamp }, Infinity)
  const { producerId, producerEpoch } = input
  const batch = builder.seal({ producerId, producerEpoch, baseSequence: -1, transactional: true })
  batch.writeInt16BE(batchAttribute.transactional | batchAttribute.control, batchField.attributes)
  batch.writeUInt32BE(crc32c(batch, batchField.attributes), batchField.crc)
  return batch
}
