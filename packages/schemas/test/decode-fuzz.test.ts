import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CodecError, createAvroCodec, createRegistry, type AvroCodec } from '../src/index.ts'

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
function codecOf(topics: Readonly<Record<string, object>>): Promise<AvroCodec> {
  let id = 0
  const answer = (): Promise<Response> => Promise.resolve(Response.json({ id: ++id }))
  const registry = createRegistry({ url: 'http://registry.example.org', fetch: answer })
  return createAvroCodec({ registry, topics })
}

/** Mulberry32. */
function createRandom(from: number): (below: number) => number {
  let state = from
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
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

describe('decode', () => {
  it(
    `throws nothing but CodecError for ${frames} corrupt frames, seed ${seed}`,
    { timeout: 120_000 },
    async () => {
      const codec = await codecOf({
        all: written,
        first: reads('flag'),
        middle: reads('list', 'tree'),
        last: reads('last'),
      })
      const good = Buffer.from(codec.encode('all', value))
      const random = createRandom(seed)
      const outcomes = new Map<string, number>()
      for (let n = 0; n < frames; n++) {
        const frame = corrupt(good, random)
        const topic = [undefined, 'first', 'middle', 'last'][n % 4]
        let outcome = 'read'
        try {
          codec.decode(frame, { topic })
        } catch (error) {
          if (!(error instanceof CodecError)) throw error
          outcome = error.code
        }
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
      expect([...outcomes.keys()].toSorted()).toEqual(['PAYLOAD_CORRUPT', 'read'])
      expect(codec.decode(good)).toEqual(value)
    },
  )
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
