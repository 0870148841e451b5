import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, type Logger } from '@headwater/base'
import { crc32c } from '@headwater/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProducerRecord } from '../src/index.ts'
import {
  encodeAcknowledged,
  encodeSegmentHeader,
  readAcknowledged,
  readSegment,
} from '../src/spool/segment.ts'
import { SpoolStore } from '../src/spool/spool-store.ts'
import { encodeStored, placeStored, type StoredRecord } from '../src/spool/stored-record.ts'

const fields = {
  partition: 3,
  byTopic: false,
  uncertain: false,
  run: 2,
  order: 17,
  spooledAt: 1_700_000_000_000,
}
const recordOf = (value: string | null): ProducerRecord => ({
  topic: 'orders',
  key: 'k-1',
  value,
  headers: [
    ['trace', 'abc'],
    ['nothing', null],
    ['trace', Buffer.from([1, 2])],
  ],
  timestamp: 1_650_000_000_123,
})

/** A segment with records of these values, and where each begins and ends. */
function segmentOf(values: readonly (string | null)[]): { bytes: Buffer; ends: number[] } {
  const parts = [encodeSegmentHeader(1)]
  let offset = parts[0]!.length
  const ends: number[] = []
  for (const value of values) {
    const one = encodeStored(recordOf(value), fields)
    placeStored(one, offset)
    parts.push(one)
    ends.push((offset += one.length))
  }
  return { bytes: Buffer.concat(parts), ends }
}

function valuesIn(bytes: Buffer): { values: (string | undefined)[]; end: number; damaged: number } {
  const values: (string | undefined)[] = []
  const { end, damaged } = readSegment(bytes, 1, (_, record) =>
    values.push(record.value === null ? undefined : String(record.value)),
  )
  return { values, end, damaged: damaged.length }
}

describe('readSegment', () => {
  it('gives back every field of a record as it was', () => {
    const found: StoredRecord[] = []
    readSegment(segmentOf(['grün']).bytes, 1, (_, record) => found.push(record))
    expect(found).toEqual([
      {
        ...fields,
        topic: 'orders',
        timestamp: 1_650_000_000_123,
        key: Buffer.from('k-1'),
        value: Buffer.from('grün'),
        headers: [
          ['trace', Buffer.from('abc')],
          ['nothing', null],
          ['trace', Buffer.from([1, 2])],
        ],
      },
    ])
  })

  it('knows a tombstone from an empty value, and a partition from none', () => {
    const found: StoredRecord[] = []
    const one = encodeStored(
      { topic: 't', value: null },
      { ...fields, partition: undefined, byTopic: true, uncertain: true },
    )
    placeStored(one, 20)
    readSegment(Buffer.concat([encodeSegmentHeader(1), one]), 1, (_, record) => found.push(record))
    expect(found[0]).toMatchObject({
      key: null,
      value: null,
      partition: undefined,
      byTopic: true,
      uncertain: true,
    })
    expect(valuesIn(segmentOf([null, '']).bytes).values).toEqual([undefined, ''])
  })

  it('finds exactly the complete records in every prefix of the bytes', () => {
    const values = ['a', 'bb', '', 'c'.repeat(40)]
    const { bytes, ends } = segmentOf(values)
    for (let length = 0; length <= bytes.length; length++) {
      const whole = ends.filter((end) => end <= length).length
      const end = whole > 0 ? ends[whole - 1] : length >= 20 ? 20 : 0
      expect([length, valuesIn(bytes.subarray(0, length))]).toEqual([
        length,
        { values: values.slice(0, whole), end, damaged: 0 },
      ])
    }
  })

  it('loses only the record that a flipped bit hits, wherever it is', () => {
    const values = ['first', 'second', 'third']
    const { bytes, ends } = segmentOf(values)
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 1 << (at % 8)
      const hit = ends.findIndex((end) => at < end)
      // In the header it hits no record; in the last one it looks like an end that was never finished.
      const left = at < 20 ? values : values.filter((_, index) => index !== hit)
      const found = valuesIn(damaged)
      expect([at, found.values]).toEqual([at, left])
      expect([at, found.damaged]).toEqual([at, at >= 20 && hit === values.length - 1 ? 0 : 1])
    }
  })

  it('takes no record for one that lies inside of another', () => {
    const inner = segmentOf(['inner']).bytes.subarray(20)
    const { bytes } = segmentOf(['x'])
    const outer = encodeStored({ topic: 'orders', value: inner }, fields)
    placeStored(outer, 20)
    outer[20]! ^= 1
    expect(valuesIn(Buffer.concat([bytes.subarray(0, 20), outer])).values).toEqual([])
  })

  it('reads no file of another version', () => {
    const { bytes } = segmentOf(['x'])
    const newer = Buffer.from(encodeSegmentHeader(1))
    newer.writeUInt32LE(2, 8)
    // Its checksum fits, so that it is no damage.
    const header = Buffer.concat([newer.subarray(0, 16), Buffer.alloc(4)])
    header.writeUInt32LE(crc32c(header, 0, 16), 16)
    const { foreignVersion } = readSegment(Buffer.concat([header, bytes.subarray(20)]), 1, () => {
      throw new Error('a record of a foreign format was read')
    })
    expect(foreignVersion).toBe(2)
  })
})

describe('readAcknowledged', () => {
  it('finds the complete groups in every prefix, and none of another segment', () => {
    const bytes = Buffer.concat([encodeAcknowledged(7, [20, 90]), encodeAcknowledged(7, [300])])
    for (let length = 0; length <= bytes.length; length++) {
      const expected = length >= bytes.length ? [20, 90, 300] : length >= 16 ? [20, 90] : []
      expect([...readAcknowledged(bytes.subarray(0, length), 7).offsets]).toEqual(expected)
    }
    expect(readAcknowledged(bytes, 8).offsets.size).toBe(0)
  })
})

describe('SpoolStore', () => {
  let folder: string
  const stores: SpoolStore[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headwater-store-'))
  })
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const opened = async (
    maxBytes = 1 << 20,
    logger: Logger = silentLogger,
  ): Promise<{ store: SpoolStore; found: [ref: number, value: string][] }> => {
    const store = new SpoolStore({ folder, maxBytes, maxQueuedBytes: 1 << 20, sync: true, logger })
    stores.push(store)
    const found: [number, string][] = []
    await store.open((ref, record) => found.push([ref, String(record.value)]))
    return { store, found }
  }
  const append = (store: SpoolStore, value: string, order: number): Promise<number> =>
    store.append(encodeStored(recordOf(value), { ...fields, order }), order)
  const files = (): string[] => readdirSync(folder).toSorted()
  const bytesOnDisk = (): number => files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)

  it('gives the next process what was not acknowledged, in the order of the sends', async () => {
    const { store } = await opened()
    const refs = await Promise.all([
      append(store, 'late', 3),
      append(store, 'early', 1),
      append(store, 'done', 2),
    ])
    await store.acknowledge(refs[2]!)
    await store.close()
    expect((await opened()).found.map(([, value]) => value)).toEqual(['early', 'late'])
  })

  it('shares one write among all that one turn brings', async () => {
    const { store } = await opened()
    await Promise.all(Array.from({ length: 500 }, (_, order) => append(store, 'x', order)))
    expect(files()).toEqual(['0000000001.spool'])
    const { found } = await opened()
    expect(found.length).toBe(500)
  })

  it('leaves no file behind once all of it is acknowledged', async () => {
    const { store } = await opened()
    const refs = await Promise.all([append(store, 'a', 1), append(store, 'b', 2)])
    await Promise.all(refs.map((ref) => store.acknowledge(ref)))
    expect(files()).toEqual([])
    expect(store.bytes).toBe(0)
  })

  it('keeps within its bytes with what it notes of acknowledged records', async () => {
    // These notes were not counted: a twelfth and more of what small records take.
    const { store } = await opened(8192)
    const refs: number[] = []
    for (let full = false; !full;) {
      await append(store, 'x', refs.length).then(
        (ref) => refs.push(ref),
        () => (full = true),
      )
    }
    // One of each file stays, and all others are noted one by one, as dearly as can be.
    const first = new Map(refs.map((ref) => [Math.floor(ref / 2 ** 25), ref]))
    for (const ref of refs) if (first.get(Math.floor(ref / 2 ** 25)) !== ref) await store.acknowledge(ref)
    expect(files().filter((name) => name.endsWith('.acks')).length).toBeGreaterThan(4)
    expect(bytesOnDisk()).toBeLessThanOrEqual(8192)
    expect(bytesOnDisk()).toBeGreaterThan(8192 - 600)
    for (const ref of first.values()) await store.acknowledge(ref)
    expect(store.bytes).toBe(0)
  })

  it.each(['rejected.ndjson', '0000000007.spool.damaged'])(
    'counts %s among its bytes, and says so, until it is taken away',
    async (name) => {
      // They were not counted, and filled the disk in time.
      writeFileSync(join(folder, name), 'x'.repeat(8000))
      const { store } = await opened(8192)
      expect(store.bytes).toBe(8000)
      const refused: unknown = await append(store, 'x'.repeat(300), 1).catch((error: unknown) => error)
      expect(refused).toMatchObject({ code: 'SPOOL_FULL', mayBeStored: false })
      expect((refused as Error).message).toContain('8000 of them in rejected.ndjson and .damaged files')
      rmSync(join(folder, name))
      while (!(await append(store, 'x', 2).then(Boolean, () => false)));
      expect(store.bytes).toBeLessThan(200)
    },
  )

  it('keeps within its bytes, and has room again when records are done with', async () => {
    const { store } = await opened(8192)
    const refs: number[] = []
    let refused: unknown
    while (refused === undefined) {
      await append(store, 'x'.repeat(300), refs.length).then(
        (ref) => refs.push(ref),
        (error: unknown) => (refused = error),
      )
    }
    expect(refused).toMatchObject({ code: 'SPOOL_FULL', retriable: true, mayBeStored: false })
    expect(bytesOnDisk()).toBeLessThanOrEqual(8192)
    expect(bytesOnDisk()).toBeGreaterThan(8192 - 600)
    expect(files().length).toBeGreaterThan(4)
    for (const ref of refs.slice(0, 8)) await store.acknowledge(ref)
    await append(store, 'x'.repeat(300), 100)
  })

  it('refuses what is more than may wait for the disk', async () => {
    const { store } = await opened(1 << 30)
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, (_, order) => append(store, 'x'.repeat(300_000), order)),
    )
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
  })

  it('cuts a torn end off, says so, and goes on', async () => {
    const { store } = await opened()
    await append(store, 'whole', 1)
    await append(store, 'torn', 2)
    await store.close()
    const path = join(folder, '0000000001.spool')
    truncateSync(path, statSync(path).size - 1)
    const lines: string[] = []
    const logger: Logger = { ...silentLogger, warn: (_, message) => lines.push(message) }
    const { store: next, found } = await opened(undefined, logger)
    expect(found.map(([, value]) => value)).toEqual(['whole'])
    expect(lines).toEqual(['the end of the spool was never written in full; it is cut off'])
    await append(next, 'more', 3)
    await next.close()
    expect((await opened()).found.map(([, value]) => value)).toEqual(['whole', 'more'])
  })

  it('keeps a file in which bytes are damaged, and says which', async () => {
    const { store } = await opened()
    for (const order of [1, 2, 3]) await append(store, `value-${order}`, order)
    await store.close()
    const path = join(folder, '0000000001.spool')
    const bytes = readFileSync(path)
    bytes[bytes.indexOf('value-2')]! ^= 1
    writeFileSync(path, bytes)
    const lines: string[] = []
    const logger: Logger = { ...silentLogger, error: (_, message) => lines.push(message) }
    const { store: next, found } = await opened(undefined, logger)
    expect(found.map(([, value]) => value)).toEqual(['value-1', 'value-3'])
    expect(lines).toEqual([
      'bytes of the spool are damaged and the records in them are lost; the file is kept',
    ])
    for (const [ref] of found) await next.acknowledge(ref)
    expect(files()).toEqual(['0000000001.spool.damaged'])
    // The next process began with the same number, and the next damaged file took the place of this one.
    await next.close()
    const { store: later } = await opened()
    await append(later, 'later', 4)
    expect(files()).toEqual(['0000000001.spool.damaged', '0000000002.spool'])
  })

  it('tells who appends that the folder is gone, and works again when it is back', async () => {
    const { store } = await opened()
    await append(store, 'before', 1)
    rmSync(folder, { recursive: true })
    await expect(append(store, 'lost', 2)).rejects.toMatchObject({ code: 'SPOOL_FAILED', retriable: true })
    await expect(append(store, 'lost', 3)).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    mkdirSync(folder)
    await append(store, 'after', 4)
    await store.close()
    expect((await opened()).found.map(([, value]) => value)).toEqual(['after'])
  })

  it('reads on from a record as far as one read goes', async () => {
    const { store } = await opened()
    const refs = await Promise.all(
      Array.from({ length: 20 }, (_, order) => append(store, `${order}`.padEnd(100, '.'), order)),
    )
    const some = await store.read(refs, 1000)
    expect(some.length).toBeGreaterThan(3)
    expect(some.length).toBeLessThan(8)
    expect(some.map((one) => Number(String(one!.record.value).split('.')[0]))).toEqual(some.map((_, i) => i))
    // One record comes in any case, and gaps are no matter.
    const [one] = await store.read([refs[5]!, refs[9]!], 10)
    expect(String(one!.record.value)).toMatch(/^5\./)
    expect(
      (await store.read([refs[5]!, refs[7]!], 4096)).map((found) => String(found!.record.value)[0]),
    ).toEqual(['5', '7'])
  })
})
