import {
  batchAttribute,
  batchField,
  compressionTypes,
  decodeBatch,
  errorCode,
  readBatchHeader,
  verifyBatchCrc,
  type CompressionType,
  type RecordInput,
} from '@headwater/protocol'
import { describe, expect, it } from 'vitest'
import type { BrokerBench } from './broker-bench.ts'
import { forgeBatch, makeBatch, makeCompressedBatch, makeGarbageBatch, someTimeMs } from './make-batch.ts'
import { produceTo, readBatches } from './produce-to.ts'

const good = makeBatch(['a', 'b'])
const forged = (change: (batch: Buffer) => void): Buffer => forgeBatch(good, change)
const codecs = Object.keys(compressionTypes).filter((type) => type !== 'none') as CompressionType[]

/** Bytes that are no batch that may be appended, by what is wrong with them, with the error's name. */
const badBatches: readonly (readonly [what: string, error: keyof typeof errorCode, records: Buffer])[] = [
  ['no bytes', 'INVALID_RECORD', Buffer.alloc(0)],
  ['a few bytes', 'INVALID_RECORD', Buffer.alloc(7)],
  ['two batches', 'INVALID_RECORD', Buffer.concat([good, good])],
  ['a batch that is cut off', 'INVALID_RECORD', good.subarray(0, good.length - 1)],
  ['message format 0', 'INVALID_RECORD', forged((batch) => (batch[batchField.magic] = 0))],
  ['message format 1', 'INVALID_RECORD', forged((batch) => (batch[batchField.magic] = 1))],
  ['message format 3', 'CORRUPT_MESSAGE', forged((batch) => (batch[batchField.magic] = 3))],
  ['a negative message format', 'CORRUPT_MESSAGE', forged((batch) => (batch[batchField.magic] = 0xff))],
  ['a length below that of a header', 'CORRUPT_MESSAGE', forged((batch) => batch.writeInt32BE(10, 8))],
  ['a negative length', 'CORRUPT_MESSAGE', forged((batch) => batch.writeInt32BE(-1, 8))],
  ['a base offset of 1', 'INVALID_RECORD', forged((batch) => batch.writeBigInt64BE(1n, 0))],
  ['a negative base offset', 'INVALID_RECORD', forged((batch) => batch.writeBigInt64BE(-1n, 0))],
  [
    'a last offset delta that is too large',
    'INVALID_RECORD',
    forged((batch) => batch.writeInt32BE(2, batchField.lastOffsetDelta)),
  ],
  [
    'a last offset delta that is too small',
    'INVALID_RECORD',
    forged((batch) => batch.writeInt32BE(0, batchField.lastOffsetDelta)),
  ],
  [
    'a negative last offset delta',
    'INVALID_RECORD',
    forged((batch) => batch.writeInt32BE(-1, batchField.lastOffsetDelta)),
  ],
  ['a count of 0 records', 'INVALID_RECORD', forged((batch) => countRecords(batch, 0))],
  ['a negative count of records', 'INVALID_RECORD', forged((batch) => countRecords(batch, -1))],
  ['fewer records than it counts', 'INVALID_RECORD', forged((batch) => countRecords(batch, 3))],
  ['more records than it counts', 'INVALID_RECORD', forged((batch) => countRecords(batch, 1))],
  [
    'the bit of control batches',
    'INVALID_RECORD',
    forged((batch) => batch.writeInt16BE(batchAttribute.control, batchField.attributes)),
  ],
  [
    'a negative sequence of a producer with an id',
    'INVALID_RECORD',
    makeBatch(['a'], { producerId: 5_000_000n, producerEpoch: 0, baseSequence: -1 }),
  ],
  ['a record whose length leads out of the batch', 'INVALID_RECORD', forged((batch) => (batch[61] = 0x7e))],
  ['a record whose length is negative', 'INVALID_RECORD', forged((batch) => (batch[61] = 0x01))],
]

function countRecords(batch: Buffer, count: number): void {
  batch.writeInt32BE(count, batchField.recordCount)
  batch.writeInt32BE(count - 1, batchField.lastOffsetDelta)
}

/** Which batches a broker appends, and what it says about the others. */
export function describeBatches(getBench: () => BrokerBench): void {
  describe.each([3, 8, 12])('a batch in Produce v%i', (version) => {
    it.each(badBatches)('with %s is %s', async (_, name, records) => {
      const bench = getBench()
      const topic = await bench.topic()
      expect(await produceTo(bench, topic, records, { version })).toMatchObject({
        errorCode: errorCode[name],
        baseOffset: -1n,
      })
      expect(await readBatches(bench, topic)).toHaveLength(0)
    })

    it('with a wrong CRC is CORRUPT_MESSAGE', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const batch = Buffer.from(good)
      batch[batch.length - 2]! ^= 0x20
      expect(await produceTo(bench, topic, batch, { version })).toMatchObject({
        errorCode: errorCode.CORRUPT_MESSAGE,
      })
    })
  })

  describe('sizes', () => {
    it('a batch of exactly max.message.bytes is appended, one byte more is MESSAGE_TOO_LARGE', async () => {
      const bench = getBench()
      const topic = await bench.topic({ config: { 'max.message.bytes': '300' } })
      const sized = (bytes: number): Buffer => makeBatch(['x'.repeat(bytes - 70)])
      const [fits, tooLarge] = [sized(300), sized(301)]
      expect([fits.length, tooLarge.length]).toEqual([300, 301])
      expect(await produceTo(bench, topic, fits)).toMatchObject({ errorCode: 0 })
      expect(await produceTo(bench, topic, tooLarge)).toMatchObject({
        errorCode: errorCode.MESSAGE_TOO_LARGE,
        baseOffset: -1n,
      })
    })

    it('what counts is the compressed size', async () => {
      const bench = getBench()
      const topic = await bench.topic({ config: { 'max.message.bytes': '300' } })
      const batch = await makeCompressedBatch('gzip', ['x'.repeat(10_000)])
      expect(batch.length).toBeLessThan(300)
      expect(await produceTo(bench, topic, batch)).toMatchObject({ errorCode: 0 })
    })

    it('a topic that does not say otherwise takes 1048588 bytes', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const most = makeBatch(['x'.repeat(1_048_588 - 72)])
      expect(most.length).toBe(1_048_588)
      expect(await produceTo(bench, topic, most)).toMatchObject({ errorCode: 0 })
      const more = makeBatch(['x'.repeat(1_048_589 - 72)])
      expect(await produceTo(bench, topic, more)).toMatchObject({ errorCode: errorCode.MESSAGE_TOO_LARGE })
    })
  })

  describe('timestamps', () => {
    const hourMs = 3_600_000
    it('an hour ahead is good, a day is INVALID_TIMESTAMP', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const at = (timestamp: number): Buffer => makeBatch([{ value: 'v', timestamp }])
      expect(await produceTo(bench, topic, at(Date.now() + hourMs / 2))).toMatchObject({ errorCode: 0 })
      expect(await produceTo(bench, topic, at(Date.now() + 24 * hourMs))).toMatchObject({
        errorCode: errorCode.INVALID_TIMESTAMP,
        baseOffset: -1n,
      })
    })

    it('any age is good unless the topic sets a limit', async () => {
      const bench = getBench()
      const old = makeBatch([{ value: 'v', timestamp: 1 }])
      expect(await produceTo(bench, await bench.topic(), old)).toMatchObject({ errorCode: 0 })
      const topic = await bench.topic({ config: { 'message.timestamp.before.max.ms': String(hourMs) } })
      expect(await produceTo(bench, topic, old)).toMatchObject({ errorCode: errorCode.INVALID_TIMESTAMP })
    })

    it('-1, which is none, is good', async () => {
      const bench = getBench()
      const topic = await bench.topic({ config: { 'message.timestamp.before.max.ms': String(hourMs) } })
      const batch = makeBatch([{ value: 'v', timestamp: -1 }])
      expect(await produceTo(bench, topic, batch)).toMatchObject({ errorCode: 0 })
    })

    it.each(['none', 'gzip'] as const)('the broker corrects a wrong largest one (%s)', async (codec) => {
      const bench = getBench()
      const topic = await bench.topic()
      const batch = await makeCompressedBatch(codec, [
        { value: 'later', timestamp: someTimeMs + 5 },
        { value: 'earlier', timestamp: someTimeMs },
      ])
      const wrong = forgeBatch(batch, (bytes) => bytes.writeBigInt64BE(7n, batchField.maxTimestamp))
      expect(await produceTo(bench, topic, wrong)).toMatchObject({ errorCode: 0 })
      const [stored] = await readBatches(bench, topic)
      verifyBatchCrc(stored!)
      expect(readBatchHeader(stored!).maxTimestamp).toBe(BigInt(someTimeMs + 5))
    })

    it.each(['none', 'gzip'] as const)(
      'the bit of LogAppendTime that a client has set is taken away (%s)',
      async (codec) => {
        const bench = getBench()
        const topic = await bench.topic()
        const batch = forgeBatch(await makeCompressedBatch(codec, ['a']), (bytes) => {
          bytes[batchField.attributes + 1]! |= batchAttribute.logAppendTime
        })
        expect(await produceTo(bench, topic, batch)).toMatchObject({ errorCode: 0, logAppendTimeMs: -1n })
        const [stored] = await readBatches(bench, topic)
        verifyBatchCrc(stored!)
        expect(readBatchHeader(stored!)).toMatchObject({
          attributes: compressionTypes[codec],
          maxTimestamp: BigInt(someTimeMs),
        })
      },
    )

    it('names each record that is out of range', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const timestamp = Date.now() + 24 * hourMs
      const batch = makeBatch([
        { value: 'late', timestamp },
        { value: 'good', timestamp: someTimeMs },
        { value: 'late, too', timestamp },
      ])
      const answer = await produceTo(bench, topic, batch)
      expect(answer.errorCode).toBe(errorCode.INVALID_TIMESTAMP)
      expect(answer.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([0, 2])
      expect(answer.errorMessage).not.toBeNull()
    })
  })

  describe('a compacted topic', () => {
    const keyless: Partial<RecordInput> = { key: null, value: 'v' }
    it.each([7, 8, 12])(
      'refuses records without a key and, from v8 on, names them (v%i)',
      async (version) => {
        const bench = getBench()
        const topic = await bench.topic({ config: { 'cleanup.policy': 'compact' } })
        const batch = makeBatch([{ key: 'k', value: 'v' }, keyless, keyless])
        const answer = await produceTo(bench, topic, batch, { version })
        expect(answer.errorCode).toBe(errorCode.INVALID_RECORD)
        expect(answer.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual(version >= 8 ? [1, 2] : [])
        for (const { batchIndexErrorMessage } of answer.recordErrors) {
          expect(batchIndexErrorMessage).toMatch(/^Compacted topic cannot accept message without key/u)
        }
      },
    )

    it('takes an empty key', async () => {
      const bench = getBench()
      const topic = await bench.topic({ config: { 'cleanup.policy': 'compact' } })
      expect(await produceTo(bench, topic, makeBatch([{ key: '', value: null }]))).toMatchObject({
        errorCode: 0,
      })
    })

    it('refuses them, too, when it also deletes', async () => {
      const bench = getBench()
      const topic = await bench.topic({ config: { 'cleanup.policy': 'compact,delete' } })
      expect(await produceTo(bench, topic, makeBatch([keyless]))).toMatchObject({
        errorCode: errorCode.INVALID_RECORD,
      })
    })
  })

  describe('offset deltas', () => {
    it('that are wrong are left alone in an uncompressed batch', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      // The delta of the first record stands behind its length, its attributes and its timestamp.
      const wrong = forged((batch) => (batch[64] = 4))
      expect(await produceTo(bench, topic, wrong)).toMatchObject({ errorCode: 0, baseOffset: 0n })
      expect(await produceTo(bench, topic, good)).toMatchObject({ baseOffset: 2n })
    })
  })

  describe('compression', () => {
    it.each(codecs)('%s is taken, and stored as it came', async (codec) => {
      const bench = getBench()
      const topic = await bench.topic()
      const values = Array.from({ length: 20 }, (_, at) => `${codec} ${at} `.repeat(20))
      const batch = await makeCompressedBatch(codec, values)
      expect(await produceTo(bench, topic, batch)).toMatchObject({ errorCode: 0, baseOffset: 0n })
      const [stored] = await readBatches(bench, topic)
      expect(stored!.subarray(batchField.magic).equals(batch.subarray(batchField.magic))).toBe(true)
      const { records } = await decodeBatch(stored!)
      expect(records.map(({ value }) => value!.toString())).toEqual(values)
    })

    it.each(codecs)('what only says that it is %s is refused', async (codec) => {
      const bench = getBench()
      const topic = await bench.topic()
      // Kafka has no better name for it.
      expect(await produceTo(bench, topic, makeGarbageBatch(codec))).toMatchObject({
        errorCode: errorCode.UNKNOWN_SERVER_ERROR,
      })
      expect(await readBatches(bench, topic)).toHaveLength(0)
    })

    it.each([3, 6])('zstd is UNSUPPORTED_COMPRESSION_TYPE in v%i', async (version) => {
      const bench = getBench()
      const topic = await bench.topic()
      const batch = await makeCompressedBatch('zstd', ['a'])
      expect(await produceTo(bench, topic, batch, { version })).toMatchObject({
        errorCode: errorCode.UNSUPPORTED_COMPRESSION_TYPE,
      })
    })

    it('zstd is taken in v7', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const batch = await makeCompressedBatch('zstd', ['a'])
      expect(await produceTo(bench, topic, batch, { version: 7 })).toMatchObject({ errorCode: 0 })
    })

    it.each([5, 6, 7])('a codec with the number %i is refused', async (number) => {
      const bench = getBench()
      const topic = await bench.topic()
      const batch = forged((bytes) => bytes.writeInt16BE(number, batchField.attributes))
      expect(await produceTo(bench, topic, batch)).toMatchObject({
        errorCode: errorCode.UNKNOWN_SERVER_ERROR,
      })
    })

    it('a compressed batch must hold as many records as it counts', async () => {
      const bench = getBench()
      const topic = await bench.topic()
      const batch = await makeCompressedBatch('gzip', ['a', 'b'])
      for (const count of [1, 3]) {
        const wrong = forgeBatch(batch, (bytes) => countRecords(bytes, count))
        expect(await produceTo(bench, topic, wrong)).toMatchObject({ errorCode: errorCode.INVALID_RECORD })
      }
    })

    it('a compressed batch may not hold records without a key for a compacted topic', async () => {
      const bench = getBench()
      const topic = await bench.topic({ config: { 'cleanup.policy': 'compact' } })
      const answer = await produceTo(
        bench,
        topic,
        await makeCompressedBatch('lz4', [{ key: 'k' }, 'keyless']),
      )
      expect(answer.errorCode).toBe(errorCode.INVALID_RECORD)
      expect(answer.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([1])
    })
  })
}
