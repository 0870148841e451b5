import { beforeEach, describe, expect, it } from 'vitest'
import {
  batchAttribute,
  batchField,
  batchHeaderBytes,
  BatchBuilder,
  compress,
  compressionTypes,
  crc32c,
  decodeBatch,
  decodeControlRecord,
  decodeRecords,
  encodeControlBatch,
  isControlBatch,
  noProducer,
  ProtocolError,
  readBatchHeader,
  recordSizeUpperBound,
  splitBatches,
  verifyBatchCrc,
  type CompressionType,
  type RecordInput,
} from '../src/index.ts'
import { Random } from './random-value.ts'

const random = new Random()
console.info(`seed of the random records: HEADWATER_TEST_SEED=${random.seed}`)
beforeEach(() => random.restart())

const day = 86_400_000
const records: readonly RecordInput[] = [
  { key: 'k', value: 'v', timestamp: 1_700_000_000_000 },
  { key: null, value: null, timestamp: 1_700_000_000_001 },
  { key: '', value: '', headers: [], timestamp: 1_700_000_000_000 - 400 * day },
  { key: Buffer.from([0, 255]), value: 'Grüße 漢字 😀', timestamp: 1_700_000_000_000 + 400 * day },
  {
    key: 'headers',
    value: 'x'.repeat(5000),
    headers: [
      ['trace', 'a'],
      ['trace', 'b'],
      ['none', null],
      ['', ''],
      ['ключ', Buffer.from([1, 2, 3])],
    ],
    timestamp: 1_700_000_000_002,
  },
]

function build(inputs: readonly RecordInput[]): BatchBuilder {
  const builder = new BatchBuilder(16)
  for (const record of inputs) expect(builder.tryAppend(record, Infinity)).toBe(true)
  return builder
}

const bytesOf = (content: Uint8Array | string | null): Buffer | null =>
  content === null ? null : Buffer.from(content as string)

/** What a decoder must give for a record, in the batch's own terms. */
function expected(inputs: readonly RecordInput[]): unknown[] {
  return inputs.map(({ key, value, headers, timestamp }, index) => ({
    offset: BigInt(index),
    timestamp: BigInt(timestamp),
    key: bytesOf(key),
    value: bytesOf(value),
    headers: (headers ?? []).map(([name, content]) => [name, bytesOf(content)]),
  }))
}

/** A batch whose bytes somebody changed, with a CRC that fits again. */
function reseal(batch: Buffer, change: (bytes: Buffer) => void): Buffer {
  const changed = Buffer.from(batch)
  change(changed)
  changed.writeUInt32BE(crc32c(changed, batchField.attributes), batchField.crc)
  return changed
}

describe('BatchBuilder', () => {
  it('writes what decodeBatch reads: nulls, duplicate headers, times in any order, any script', async () => {
    const batch = build(records).seal({ producerId: 7n, producerEpoch: 3, baseSequence: 2147483647 })
    const decoded = await decodeBatch(batch)
    expect(decoded.records).toEqual(expected(records))
    expect(decoded.header).toMatchObject({
      baseOffset: 0n,
      sizeInBytes: batch.length,
      magic: 2,
      attributes: 0,
      lastOffsetDelta: records.length - 1,
      baseTimestamp: BigInt(records[0]!.timestamp),
      maxTimestamp: BigInt(records[3]!.timestamp),
      producerId: 7n,
      producerEpoch: 3,
      baseSequence: 2147483647,
      recordCount: records.length,
    })
  })

  it('writes any records that decodeBatch then reads', async () => {
    for (let round = 0; round < 100; round++) {
      const inputs = Array.from({ length: 1 + random.below(40) }, (): RecordInput => {
        const content = () => [null, random.text(60), random.bytes(random.below(300))][random.below(3)]!
        return {
          key: content(),
          value: content(),
          headers: Array.from({ length: random.below(5) }, () => [random.text(9), content()] as const),
          timestamp: Math.floor(random.next() * 2 ** (8 + random.below(44))),
        }
      })
      const decoded = await decodeBatch(build(inputs).seal())
      expect(decoded.records, `seed ${random.seed}`).toEqual(expected(inputs))
    }
  })

  it('takes a record only while the batch stays within its bytes, and any record first', () => {
    const builder = new BatchBuilder(16)
    const record = { key: null, value: 'x'.repeat(100), timestamp: 0 }
    expect(builder.tryAppend(record, 10)).toBe(true)
    const size = builder.sizeInBytes
    expect(builder.tryAppend(record, 2 * size - batchHeaderBytes - 1)).toBe(false)
    expect(builder.sizeInBytes).toBe(size)
    expect(builder.tryAppend(record, 2 * size - batchHeaderBytes)).toBe(true)
    expect(builder.sizeInBytes).toBe(builder.seal().length)
  })

  it('never adds more bytes than recordSizeUpperBound says', () => {
    for (const record of records) {
      expect(build([record]).sizeInBytes - batchHeaderBytes).toBeLessThanOrEqual(recordSizeUpperBound(record))
    }
  })

  it('moves to another epoch by sealing again', async () => {
    const builder = build(records)
    const first = Buffer.from(builder.seal({ producerId: 7n, producerEpoch: 0, baseSequence: 12 }))
    const second = builder.seal({ producerId: 7n, producerEpoch: 1, baseSequence: 0, transactional: true })
    expect(readBatchHeader(first)).toMatchObject({ producerEpoch: 0, baseSequence: 12, attributes: 0 })
    const { header } = await decodeBatch(second)
    expect(header).toMatchObject({
      producerEpoch: 1,
      baseSequence: 0,
      attributes: batchAttribute.transactional,
    })
  })

  it.each(Object.keys(compressionTypes) as CompressionType[])(
    'carries records compressed by %s',
    async (type) => {
      const builder = build(records)
      const batch = builder.sealCompressed(
        noProducer,
        compressionTypes[type],
        await compress(type, builder.recordBytes()),
      )
      expect((await decodeBatch(batch)).records).toEqual(expected(records))
      if (type !== 'none') {
        await expect(decodeBatch(batch, { maxBytes: 100 })).rejects.toMatchObject({ code: 'BAD_COMPRESSION' })
      }
    },
  )
})

describe('verifyBatchCrc', () => {
  it('notices a change of any byte from the attributes on', () => {
    const batch = build(records.slice(0, 2)).seal()
    for (let at = batchField.crc; at < batch.length; at++) {
      const broken = Buffer.from(batch)
      broken[at]! ^= 1
      expect(() => verifyBatchCrc(broken)).toThrow(expect.objectContaining({ code: 'CRC_MISMATCH' }))
    }
  })

  it('leaves the offset and the leader epoch to the broker', () => {
    const batch = build(records).seal()
    batch.writeBigInt64BE(99n, batchField.baseOffset)
    batch.writeInt32BE(5, batchField.partitionLeaderEpoch)
    expect(() => verifyBatchCrc(Buffer.concat([Buffer.alloc(7), batch]), 7)).not.toThrow()
  })
})

describe('splitBatches', () => {
  it('gives whole batches and leaves a last one out that is cut off', () => {
    const first = Buffer.from(build(records).seal())
    const second = Buffer.from(build(records.slice(0, 1)).seal())
    const both = Buffer.concat([first, second])
    expect(splitBatches(both)).toEqual([first, second])
    for (let end = 0; end < both.length; end++) {
      expect(splitBatches(both.subarray(0, end))).toEqual(end < first.length ? [] : [first])
    }
  })

  it('refuses a length that cannot be', () => {
    for (const length of [-1, 0, 48]) {
      const bytes = Buffer.alloc(100)
      bytes.writeInt32BE(length, batchField.batchLength)
      expect(() => splitBatches(bytes)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
  })
})

describe('decodeBatch', () => {
  const sealed = (): Buffer => Buffer.from(build(records.slice(0, 3)).seal())

  it('refuses a batch that is cut off anywhere', async () => {
    const batch = sealed()
    for (let end = 0; end < batch.length; end++) {
      await expect(decodeBatch(batch.subarray(0, end))).rejects.toMatchObject({ code: 'TRUNCATED' })
    }
  })

  it('refuses counts that lie, other formats and unknown codecs, whatever the CRC says', async () => {
    const lies: readonly ((bytes: Buffer) => void)[] = [
      (bytes) => bytes.writeInt32BE(0x7fffffff, batchField.recordCount),
      (bytes) => bytes.writeInt32BE(-1, batchField.recordCount),
      (bytes) => bytes.writeInt32BE(2, batchField.recordCount),
      (bytes) => bytes.writeInt32BE(4, batchField.recordCount),
      (bytes) => bytes.writeInt32BE(1, batchField.lastOffsetDelta),
      (bytes) => bytes.writeInt8(1, batchField.magic),
      (bytes) => bytes.writeInt16BE(5, batchField.attributes),
    ]
    for (const lie of lies) {
      await expect(decodeBatch(reseal(sealed(), lie))).rejects.toBeInstanceOf(ProtocolError)
    }
  })

  it('answers any other bytes with a ProtocolError', async () => {
    const batch = Buffer.from(build(records).seal())
    for (let round = 0; round < 500; round++) {
      const broken = reseal(batch, (bytes) => {
        for (let flips = 0; flips < 3; flips++) {
          bytes[batchField.attributes + random.below(bytes.length - batchField.attributes)] =
            random.below(256)
        }
      })
      const error: unknown = await decodeBatch(broken).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error !== undefined) expect(error, `seed ${random.seed}`).toBeInstanceOf(ProtocolError)
    }
  })

  it('gives all records the time of the log when the batch says so', async () => {
    const batch = reseal(sealed(), (bytes) => {
      bytes.writeInt16BE(batchAttribute.logAppendTime, batchField.attributes)
      bytes.writeBigInt64BE(42n, batchField.maxTimestamp)
    })
    const decoded = await decodeBatch(batch)
    expect(decoded.records.map((record) => record.timestamp)).toEqual([42n, 42n, 42n])
  })
})

describe('decodeRecords', () => {
  it('refuses a record that is shorter or longer than its length', () => {
    const builder = build(records.slice(0, 2))
    const header = readBatchHeader(builder.seal())
    for (const change of [-2, 2]) {
      const bytes = Buffer.from(builder.recordBytes())
      bytes[0]! += change
      expect(() => decodeRecords(bytes, header)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
    }
  })

  it('refuses bytes behind the last record', () => {
    const builder = build(records)
    const header = readBatchHeader(builder.seal())
    const bytes = Buffer.concat([builder.recordBytes(), Buffer.alloc(1)])
    expect(() => decodeRecords(bytes, header)).toThrow(expect.objectContaining({ code: 'MALFORMED' }))
  })
})

describe('encodeControlBatch', () => {
  it.each(['commit', 'abort'] as const)('writes a %s marker that decodeControlRecord reads', async (type) => {
    const batch = encodeControlBatch({
      type,
      coordinatorEpoch: 9,
      producerId: 4n,
      producerEpoch: 2,
      timestamp: 5,
    })
    const { header, records: markers } = await decodeBatch(batch)
    expect(isControlBatch(header)).toBe(true)
    expect(header).toMatchObject({ attributes: 0x30, baseSequence: -1, recordCount: 1, producerId: 4n })
    expect(decodeControlRecord(markers[0]!)).toEqual({ type, coordinatorEpoch: 9 })
  })

  it('is no transaction marker when its type is another', () => {
    expect(decodeControlRecord({ key: Buffer.from([0, 0, 0, 2]), value: null })).toBeUndefined()
  })
})

describe('crc32c', () => {
  // RFC 3720, appendix B.4.
  it.each([
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    [Buffer.from('123456789'), 0xe3069283],
  ])('gives the published value', (bytes, crc) => {
    expect(crc32c(bytes)).toBe(crc)
    expect(crc32c(Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(2)]), 3, 3 + bytes.length)).toBe(crc)
  })
})
