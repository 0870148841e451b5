import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  CodecError,
  createAvroCodec,
  createRegistry,
  standardLogicalTypes,
  type AvroCodec,
  type AvroTypeOptions,
} from '../src/index.ts'
import { createRandom } from './values/create-random.ts'

const seed = Number(process.env['HEADWATER_TEST_SEED'] ?? randomInt(2 ** 31))
const frames = Number(process.env['HEADWATER_FUZZ_FRAMES'] ?? 50_000)

const record = (name: string, fields: readonly object[]): object => ({ type: 'record', name, fields })
const leaf = record('Leaf', [
  { name: 'name', type: 'string' },
  { name: 'weight', type: ['null', 'double'] },
])
const fields: readonly object[] = [
  { name: 'flag', type: 'boolean' },
  { name: 'int', type: 'int' },
  { name: 'long', type: 'long' },
  { name: 'float', type: 'float' },
  { name: 'bytes', type: 'bytes' },
  { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
  { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B', 'C'] } },
  { name: 'list', type: { type: 'array', items: leaf } },
  { name: 'map', type: { type: 'map', values: ['null', 'string', { type: 'array', items: 'int' }] } },
  { name: 'nothing', type: { type: 'array', items: 'null' } },
  { name: 'either', type: ['null', 'int', 'long', 'string'] },
  { name: 'tree', type: record('Tree', [{ name: 'children', type: { type: 'array', items: 'Tree' } }]) },
  { name: 'last', type: 'string' },
]
const written = record('Everything', fields)
/** Reads little of it, so that avsc skips the rest; the last field makes it skip to the end. */
const reads = (...names: readonly string[]): object =>
  record(
    'Everything',
    (fields as readonly { name: string }[]).filter(({ name }) => names.includes(name)),
  )

const value = {
  flag: true,
  int: -70_000,
  long: 2 ** 40,
  float: 1.5,
  bytes: Buffer.from([1, 2, 3]),
  hash: Buffer.from([1, 2, 3, 4]),
  kind: 'B',
  list: [
    { name: 'one', weight: 1 },
    { name: 'two', weight: null },
  ],
  map: { a: null, b: 'text', c: [1, 2, 3] },
  nothing: [null, null],
  either: { long: 5 },
  tree: { children: [{ children: [] }, { children: [{ children: [] }] }] },
  last: 'end',
}

/** A codec without a server: schema ids in the order of the topics. */
function codecOf(
  topics: Readonly<Record<string, object>>,
  options: AvroTypeOptions = {},
): Promise<AvroCodec> {
  let id = 0
  const answer = (): Promise<Response> => Promise.resolve(Response.json({ id: ++id }))
  const registry = createRegistry({ url: 'http://registry.example.org', fetch: answer })
  return createAvroCodec({ registry, topics, ...options })
}

/** Numbers that bytes announce when they are not what they should be: huge, negative, endless. */
const announcements = [
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x01, 0x03],
  [0x01, 0x80, 0x80, 0x80, 0x80, 0x10],
  Array<number>(300).fill(0xff),
]

function corrupt(good: Buffer, random: (below: number) => number): Buffer {
  const at = 5 + random(good.length - 5)
  const before = good.subarray(0, at)
  switch (random(5)) {
    case 0:
      return before
    case 1:
      return Buffer.concat([
        before,
        Buffer.from(announcements[random(announcements.length)]!),
        good.subarray(at),
      ])
    case 2:
      return Buffer.concat([before, good.subarray(at + 1 + random(8))])
    case 3:
      return Buffer.concat([before, Buffer.from(Array.from({ length: 1 + random(30) }, () => random(256)))])
    default: {
      const bytes = Buffer.from(good)
      for (let left = 1 + random(3); left > 0; left--) bytes[5 + random(bytes.length - 5)] = random(256)
      return bytes
    }
  }
}

/** Decodes corrupt frames and counts the outcomes; what is read after all is checked. */
function decodeCorrupt(
  codec: AvroCodec,
  given: unknown,
  readers: readonly string[],
  check: (topic: string, read: unknown) => void = () => undefined,
): ReadonlyMap<string, number> {
  const good = Buffer.from(codec.encode('all', given))
  const next = createRandom(seed)
  const random = (below: number): number => Math.floor(next() * below)
  const topics = [undefined, ...readers]
  const outcomes = new Map<string, number>()
  for (let n = 0; n < frames / 2; n++) {
    const frame = corrupt(good, random)
    const topic = topics[n % topics.length]
    let outcome = 'read'
    try {
      const read = codec.decode(frame, { topic })
      check(topic ?? 'all', read)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      outcome = error.code
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  expect(codec.decode(good)).toEqual(given)
  return outcomes
}

describe(`decode of ${frames} corrupt frames, seed ${seed}`, () => {
  const readers = { first: reads('flag'), middle: reads('list', 'tree'), last: reads('last') }

  it(
    'throws nothing but CodecError, and gives no value that the schema does not allow',
    { timeout: 120_000 },
    async () => {
      const codec = await codecOf({ all: written, ...readers })
      const outcomes = decodeCorrupt(codec, value, Object.keys(readers), (topic, read) =>
        codec.encode(topic, read),
      )
      expect([...outcomes.keys()].toSorted()).toEqual(['PAYLOAD_CORRUPT', 'read'])
    },
  )

  it('throws nothing else with bigints, logical types and wrapped unions', { timeout: 120_000 }, async () => {
    const logical = record('Logical', [
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'day', type: { type: 'int', logicalType: 'date' } },
      { name: 'id', type: { type: 'string', logicalType: 'uuid' } },
      { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
      { name: 'maybe', type: ['null', 'long', { type: 'map', values: 'long' }] },
    ])
    const options = { logicalTypes: standardLogicalTypes, long: 'bigint', wrapUnions: 'always' } as const
    const codec = await codecOf(
      {
        all: logical,
        last: record('Logical', [{ name: 'maybe', type: ['null', 'long', { type: 'map', values: 'long' }] }]),
      },
      options,
    )
    const plain = await codecOf({ all: logical })
    const bytes = plain.encode('all', {
      at: 1,
      day: 2,
      id: '0191f1f2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
      price: Buffer.from([1, 2]),
      maybe: { a: -5, b: 7 },
    })
    const given = codec.decode(bytes)
    const outcomes = decodeCorrupt(codec, given, ['last'])
    expect([...outcomes.keys()].toSorted()).toEqual(['PAYLOAD_CORRUPT', 'read'])
  })
})

/**
 * avsc believed what the bytes announce: each of these took hours, or all memory, or never ended. Every one must be
 * refused without a look at more than the bytes that are there.
 */
describe('decode of counts that the bytes cannot hold', () => {
  const huge = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40])
  const lists = (items: unknown): object =>
    record('Lists', [{ name: 'list', type: { type: 'array', items } }])
  const withLast = (type: object): { all: object; last: object } => ({
    all: record('R', [
      { name: 'skipped', type },
      { name: 'last', type: 'int' },
    ]),
    last: record('R', [{ name: 'last', type: 'int' }]),
  })
  const decodeOf = async (
    topics: Readonly<Record<string, object>>,
    topic: string | undefined,
    ...payload: readonly (Buffer | readonly number[])[]
  ): Promise<unknown> => {
    const codec = await codecOf(topics)
    const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), ...payload.map((part) => Buffer.from(part))])
    return codec.decode(frame, { topic })
  }
  const corrupt = { code: 'PAYLOAD_CORRUPT' }

  it('refuses a huge block of an array, first and later', async () => {
    const topics = { all: lists('string') }
    await expect(decodeOf(topics, undefined, huge, [0])).rejects.toMatchObject(corrupt)
    await expect(decodeOf(topics, undefined, [2, 0], huge, [0])).rejects.toMatchObject(corrupt)
    await expect(decodeOf(topics, 'all', [2, 0], huge, [0])).rejects.toMatchObject(corrupt)
  })

  it('refuses a huge block of a map', async () => {
    const map = record('M', [{ name: 'map', type: { type: 'map', values: 'null' } }])
    await expect(decodeOf({ all: map }, undefined, huge, [0])).rejects.toMatchObject(corrupt)
  })

  it('refuses more items without a byte than anybody means, all blocks and arrays together', async () => {
    const topics = { all: lists({ type: 'array', items: record('Empty', []) }) }
    const million = [0x80, 0x89, 0x7a]
    await expect(decodeOf(topics, undefined, huge, huge, [0, 0])).rejects.toMatchObject(corrupt)
    const twice = [[4], million, [0], million, [0, 0]]
    await expect(decodeOf(topics, undefined, ...twice)).rejects.toMatchObject(corrupt)
    const once = (await decodeOf(topics, undefined, [2], million, [0, 0])) as { list: unknown[][] }
    expect(once.list[0]).toHaveLength(1_000_000)
  })

  it('reads items without a byte when the writer has them and the reader does not', async () => {
    const reader = record('Lists', [
      {
        name: 'list',
        type: { type: 'array', items: record('Empty', [{ name: 'late', type: 'int', default: 1 }]) },
      },
    ])
    const topics = { all: lists(record('Empty', [])), late: reader }
    expect(await decodeOf(topics, 'late', [4, 0])).toEqual({ list: [{ late: 1 }, { late: 1 }] })
  })

  it('refuses a huge block that it skips, and one that leads back to its own start', async () => {
    for (const type of [
      { type: 'array', items: 'string' },
      { type: 'map', values: 'string' },
    ]) {
      const topics = withLast(type)
      await expect(decodeOf(topics, 'last', huge, [0, 2])).rejects.toMatchObject(corrupt)
      // A block of one item and of -2 bytes: the two bytes that say so.
      await expect(decodeOf(topics, 'last', [1, 3], [0, 2])).rejects.toMatchObject(corrupt)
      await expect(decodeOf(topics, 'last', [1, 2, 0, 0, 4])).resolves.toEqual({ last: 2 })
    }
  })

  it('makes no room that nested arrays only announce', async () => {
    const tree = record('Tree', [{ name: 'children', type: { type: 'array', items: 'Tree' } }])
    // Each of 2,000 levels announces 900,000 children, for which there are bytes.
    const levels = Buffer.concat(Array.from({ length: 2_000 }, () => Buffer.from([0xc0, 0xee, 0x6d])))
    const before = process.memoryUsage().heapUsed
    await expect(decodeOf({ all: tree }, undefined, levels, Buffer.alloc(900_000))).rejects.toMatchObject(
      corrupt,
    )
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(500_000_000)
  })

  it('reads blocks with their size, as Avro Java writes them when asked to', async () => {
    expect(await decodeOf({ all: lists('int') }, undefined, [3, 4, 2, 4, 2, 6, 0])).toEqual({
      list: [1, 2, 3],
    })
  })
})

/** avsc takes any number for an int, also one that is none: no value of the schema, which no one can write again. */
describe('decode of an int', () => {
  it('refuses one of more than 32 bits', async () => {
    const codec = await codecOf({ all: record('I', [{ name: 'int', type: 'int' }]) })
    const decode = (...payload: readonly number[]): unknown =>
      codec.decode(Buffer.from([0, 0, 0, 0, 1, ...payload]))
    expect(decode(0xff, 0xff, 0xff, 0xff, 0x0f)).toEqual({ int: -(2 ** 31) })
    expect(() => decode(0x80, 0x80, 0x80, 0x80, 0x10)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_CORRUPT' }),
    )
  })
})

/** avsc takes the buffers of all values from one pool, which a length that is no number left without a position. */
describe('decode of bytes', () => {
  it('reads them after a frame whose length is no number', async () => {
    const codec = await codecOf({ all: record('B', [{ name: 'bytes', type: 'bytes' }]) })
    const endless = [...Array<number>(200).fill(0xff), ...Array<number>(10).fill(0x80), 0]
    const corrupt = Buffer.from([0, 0, 0, 0, 1, ...endless])
    expect(() => codec.decode(corrupt)).toThrow(expect.objectContaining({ code: 'PAYLOAD_CORRUPT' }))
    const value = { bytes: Buffer.from([1, 2, 3]) }
    expect(codec.decode(codec.encode('all', value))).toEqual(value)
  })
})

describe('decode of a map', () => {
  it('keeps the key __proto__ as a key, and the prototype as it is', async () => {
    const map = record('M', [{ name: 'map', type: { type: 'map', values: { type: 'map', values: 'int' } } }])
    const codec = await codecOf({ all: map })
    const given = { map: JSON.parse('{"__proto__":{"polluted":1},"a":{"b":2}}') as unknown }
    const { map: read } = codec.decode(codec.encode('all', given)) as { map: Record<string, unknown> }
    expect(Object.keys(read)).toEqual(['__proto__', 'a'])
    expect(read['polluted']).toBeUndefined()
  })
})
