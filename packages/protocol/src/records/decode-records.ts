import { ProtocolError } from '../protocol-error.ts'
import { ByteReader } from '../wire/byte-reader.ts'
import { batchAttribute, type BatchHeader } from './batch-header.ts'
import type { DecodedRecord } from './record.ts'

/** The smallest record: its length, attributes, two deltas, null key, null value, no headers. */
const smallestRecordBytes = 7
/** The smallest header: an empty name and null. */
const smallestHeaderBytes = 2

/** What of a header the records need. */
type RecordContext = Pick<
  BatchHeader,
  'baseOffset' | 'baseTimestamp' | 'maxTimestamp' | 'attributes' | 'recordCount' | 'lastOffsetDelta'
>

/**
 * Decodes the records of a batch, already decompressed; keys and values are views.
 *
 * @throws {@link ProtocolError} `TRUNCATED`, `MALFORMED`
 */
export function decodeRecords(bytes: Uint8Array, header: RecordContext): DecodedRecord[] {
  const { recordCount } = header
  // A count is checked before anything of its size is made.
  if (recordCount < 0 || recordCount * smallestRecordBytes > bytes.length) {
    throw new ProtocolError('MALFORMED', `a batch of ${recordCount} records in ${bytes.length} bytes`)
  }
  const reader = new ByteReader(bytes)
  const records: DecodedRecord[] = []
  for (let index = 0; index < recordCount; index++) records.push(decodeRecord(reader, header))
  if (reader.remaining > 0) {
    throw new ProtocolError('MALFORMED', `${reader.remaining} bytes follow the last record of a batch`)
  }
  return records
}

function decodeRecord(reader: ByteReader, header: RecordContext): DecodedRecord {
  const length = reader.varint()
  if (length < 0 || length > reader.remaining) {
    throw new ProtocolError('MALFORMED', `a record of ${length} bytes in ${reader.remaining}`)
  }
  const end = reader.position + length
  reader.int8() // Attributes of a record: none are defined.
  const timestampDelta = reader.varlong()
  const offsetDelta = reader.varint()
  if (offsetDelta < 0 || offsetDelta > header.lastOffsetDelta) {
    throw new ProtocolError(
      'MALFORMED',
      `an offset delta of ${offsetDelta} where ${header.lastOffsetDelta} is the last`,
    )
  }
  const key = nullableBytes(reader)
  const value = nullableBytes(reader)
  const headers = decodeHeaders(reader)
  if (reader.position !== end) {
    throw new ProtocolError(
      'MALFORMED',
      `a record of ${length} bytes ends ${reader.position - end} bytes off`,
    )
  }
  const logAppendTime = (header.attributes & batchAttribute.logAppendTime) !== 0
  return {
    offset: header.baseOffset + BigInt(offsetDelta),
    timestamp: logAppendTime ? header.maxTimestamp : header.baseTimestamp + timestampDelta,
    key,
    value,
    headers,
  }
}

function decodeHeaders(reader: ByteReader): [name: string, value: Buffer | null][] {
  const count = reader.varint()
  if (count < 0 || count * smallestHeaderBytes > reader.remaining) {
    throw new ProtocolError('MALFORMED', `${count} headers in ${reader.remaining} bytes`)
  }
  const headers: [string, Buffer | null][] = []
  for (let index = 0; index < count; index++) {
    headers.push([reader.text(reader.varint()), nullableBytes(reader)])
  }
  return headers
}

function nullableBytes(reader: ByteReader): Buffer | null {
  const length = reader.varint()
  if (length < -1) throw new ProtocolError('MALFORMED', `a key or value has the length ${length}`)
  return length < 0 ? null : reader.raw(length)
}
