import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CodecError,
  SchemaValidationError,
  createAvroCodec,
  createRegistry,
  type Registry,
} from '../src/index.ts'

const record = (name: string, fields: object[]): object => ({
  type: 'record',
  name,
  namespace: 'shop',
  fields,
})
const order = record('Order', [
  { name: 'id', type: 'string' },
  { name: 'total', type: 'long' },
  { name: 'note', type: ['null', 'string'], default: null },
])
const orderV2 = record('Order', [
  { name: 'id', type: 'string' },
  { name: 'total', type: 'long' },
  { name: 'note', type: ['null', 'string'], default: null },
  { name: 'channel', type: 'string', default: 'web' },
])

let server: EmbeddedRegistry
let registry: Registry
beforeEach(async () => {
  server = await startRegistry()
  registry = createRegistry({ url: server.url, retryBackoffMs: 1 })
})
afterEach(() => server.close())

const problemsOf = (run: () => unknown): string[] => {
  try {
    run()
  } catch (error) {
    if (!(error instanceof SchemaValidationError)) throw error
    return error.problems.map(({ path, reason }) => `${path.join('.')}: ${reason}`)
  }
  return []
}

describe('createAvroCodec', () => {
  it('is synchronous and asks the registry nothing more once it is warm', async () => {
    const codec = await createAvroCodec({ registry, topics: { orders: order } })
    server.journal.clear()
    const bytes = codec.encode('orders', { id: 'o-1', total: 5 })
    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 1])
    expect(codec.decode(bytes)).toEqual({ id: 'o-1', total: 5, note: null })
    expect(codec.contentType).toBe('application/avro')
    expect(codec.topics.get('orders')).toMatchObject({ schemaId: 1, subject: 'orders-value' })
    expect(server.journal.count()).toBe(0)
  })

  it('writes what @kafkajs/confluent-schema-registry reads, and reads what it writes', async () => {
    const codec = await createAvroCodec({ registry, topics: { orders: order } })
    const csr = await registry.csr()
    const value = { id: 'ø-1', total: -(2 ** 40), note: 'x'.repeat(10_000) }
    const ours = codec.encode('orders', value)
    const theirs = await csr.encode(1, value)
    expect(Buffer.compare(ours, theirs)).toBe(0)
    expect({ ...(await csr.decode(Buffer.from(ours))) }).toEqual(value)
    expect(codec.decode(theirs)).toEqual(value)
  })

  it('names subjects by topic, record or both, for values and keys, or as told', async () => {
    const subjectOf = async (settings: object, options: object = {}): Promise<string | undefined> =>
      (
        await createAvroCodec({ registry, topics: { orders: { schema: order, ...settings } }, ...options })
      ).topics.get('orders')?.subject
    expect(await subjectOf({})).toBe('orders-value')
    expect(await subjectOf({}, { part: 'key' })).toBe('orders-key')
    expect(await subjectOf({}, { subjectNameStrategy: 'record' })).toBe('shop.Order')
    expect(await subjectOf({ strategy: 'topic-record' }, { subjectNameStrategy: 'record' })).toBe(
      'orders-shop.Order',
    )
    expect(await subjectOf({ topic: 'all', strategy: 'topic-record' })).toBe('all-shop.Order')
    expect(await subjectOf({ subject: 'mine' })).toBe('mine')
    const union = { schema: ['null', 'string'], strategy: 'record' }
    await expect(createAvroCodec({ registry, topics: { t: union as object } })).rejects.toMatchObject({
      code: 'CODEC_OPTIONS_INVALID',
    })
  })

  it('registers nothing when told so, and says what is missing', async () => {
    const options = { registry, topics: { orders: order }, autoRegister: false }
    await expect(createAvroCodec(options)).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' })
    expect(server.journal.count('POST /subjects/*/versions')).toBe(0)
    const id = await registry.register('orders-value', { schema: order })
    expect((await createAvroCodec(options)).topics.get('orders')?.schemaId).toBe(id)
  })

  it('writes with the latest schema when told so, and only if that can stand for the given one', async () => {
    await registry.register('orders-value', { schema: order })
    await registry.register('orders-value', { schema: orderV2 })
    const codec = await createAvroCodec({ registry, topics: { orders: { schema: order, useLatest: true } } })
    expect(codec.decode(codec.encode('orders', { id: 'a', total: 1 }))).toEqual({
      id: 'a',
      total: 1,
      note: null,
      channel: 'web',
    })
    expect(
      (await createAvroCodec({ registry, topics: { orders: { useLatest: true } } })).topics.get('orders')
        ?.schemaId,
    ).toBe(2)
    const other = record('Order', [{ name: 'id', type: 'bytes' }])
    await expect(
      createAvroCodec({ registry, useLatest: true, topics: { orders: other } }),
    ).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringContaining('/fields/1'),
    })
  })

  it('reads other versions into the shape of the topic, once their schema is loaded', async () => {
    const old = await createAvroCodec({ registry, topics: { orders: order } })
    const codec = await createAvroCodec({ registry, topics: { orders: orderV2 } })
    const bytes = old.encode('orders', { id: 'a', total: 1 })
    expect(() => codec.decode(bytes, { topic: 'orders' })).toThrow(
      expect.objectContaining({ code: 'SCHEMA_NOT_LOADED', schemaId: 1 }),
    )
    await codec.load(1)
    expect(codec.decode(bytes, { topic: 'orders' })).toEqual({
      id: 'a',
      total: 1,
      note: null,
      channel: 'web',
    })
    expect(codec.decode(bytes)).toEqual({ id: 'a', total: 1, note: null })
    expect(
      await old.decodeAsync(codec.encode('orders', { id: 'b', total: 2, channel: 'app' }), {
        topic: 'orders',
      }),
    ).toEqual({ id: 'b', total: 2, note: null })
  })

  it('reads a writer of another namespace, as registries allow', async () => {
    const writer = await createAvroCodec({ registry, topics: { a: { ...order, namespace: 'old.shop' } } })
    const reader = await createAvroCodec({ registry, topics: { b: order } })
    expect(await reader.decodeAsync(writer.encode('a', { id: 'a', total: 1 }), { topic: 'b' })).toEqual({
      id: 'a',
      total: 1,
      note: null,
    })
  })

  it('refuses what the topic’s schema cannot read', async () => {
    const writer = await createAvroCodec({
      registry,
      topics: { a: record('Other', [{ name: 'x', type: 'int' }]) },
    })
    const reader = await createAvroCodec({ registry, topics: { b: order } })
    await expect(reader.decodeAsync(writer.encode('a', { x: 1 }), { topic: 'b' })).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      schemaId: 1,
    })
  })

  it('compiles schemas with references', async () => {
    await registry.register('address', { schema: record('Address', [{ name: 'city', type: 'string' }]) })
    const schema = record('Shipment', [{ name: 'to', type: 'Address' }])
    const references = [{ name: 'shop.Address', subject: 'address', version: 1 }]
    const codec = await createAvroCodec({ registry, topics: { shipments: { schema, references } } })
    const bytes = codec.encode('shipments', { to: { city: 'Ulm' } })
    const other = await createAvroCodec({ registry, topics: {} })
    expect(await other.decodeAsync(bytes)).toEqual({ to: { city: 'Ulm' } })
  })

  it('takes union defaults of any branch, which avsc alone refuses', async () => {
    const late = record('Late', [
      { name: 'plain', type: ['null', 'int'], default: 5 },
      { name: 'wrapped', type: ['null', 'int', 'long', 'string'], default: 'x' },
      { name: 'first', type: ['string', 'null'], default: 'null' },
    ])
    const codec = await createAvroCodec({ registry, topics: { t: late, orders: order } })
    expect(codec.decode(codec.encode('t', {}))).toEqual({ plain: 5, wrapped: { string: 'x' }, first: 'null' })
  })

  it('names every field that does not fit, and never the value', async () => {
    const nested = record('Nested', [
      {
        name: 'lines',
        type: {
          type: 'array',
          items: record('Line', [
            { name: 'sku', type: 'string' },
            { name: 'count', type: 'int' },
          ]),
        },
      },
      { name: 'tags', type: { type: 'map', values: 'string' } },
      { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
      { name: 'either', type: ['null', 'int', 'long'] },
    ])
    const codec = await createAvroCodec({ registry, topics: { t: nested } })
    const value = {
      lines: [
        { sku: 's', count: 1 },
        { sku: 7, count: 1.5 },
      ],
      tags: { a: 'x', b: 'secret'.length },
      kind: 'secret',
      either: 4,
    }
    expect(problemsOf(() => codec.encode('t', value))).toEqual([
      'lines.1.sku: expected string, got number',
      'lines.1.count: expected int, got a fraction',
      'tags.b: expected string, got number',
      'kind: expected shop.Kind, got string',
      'either: expected one of null, int, long, wrapped as { [type]: value }, got number',
    ])
    expect(() => codec.encode('t', value)).toThrow(
      expect.objectContaining({
        code: 'VALUE_INVALID',
        topic: 't',
        message: expect.not.stringContaining('secret'),
      }),
    )
    expect(problemsOf(() => codec.encode('t', { ...value, lines: 'x' }))[0]).toBe(
      'lines: expected array, got string',
    )
    expect(problemsOf(() => codec.encode('t', null))).toEqual([': expected shop.Nested, got null'])
  })

  it('refuses what avsc would drop or change without a word', async () => {
    const schema = record('T', [
      { name: 'map', type: { type: 'map', values: 'string' }, default: {} },
      {
        name: 'inner',
        type: ['null', record('Inner', [{ name: 'a', type: 'int', default: 0 }])],
        default: null,
      },
    ])
    const codec = await createAvroCodec({ registry, topics: { t: schema } })
    expect(problemsOf(() => codec.encode('t', { map: new Map([['a', 'b']]) }))).toEqual([
      'map: expected map, got a Map: use a plain object',
    ])
    expect(problemsOf(() => codec.encode('t', new Map()))).toEqual([
      ': expected shop.T, got a Map: use a plain object',
    ])
    expect(problemsOf(() => codec.encode('t', { typo: 1 }))).toEqual(['typo: shop.T has no such field'])
    expect(problemsOf(() => codec.encode('t', { inner: { a: 1, b: 2 } }))).toEqual([
      'inner.b: shop.Inner has no such field',
    ])
    expect(codec.decode(codec.encode('t', { typo: undefined }))).toEqual({ map: {}, inner: null })
  })

  it('takes Uint8Array for bytes and bigint for long where nothing is lost, without touching the value', async () => {
    const schema = record('B', [
      { name: 'raw', type: 'bytes' },
      { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 2 } },
      { name: 'maybe', type: ['null', 'bytes'], default: null },
      { name: 'big', type: { type: 'array', items: 'long' } },
    ])
    const codec = await createAvroCodec({ registry, topics: { t: schema } })
    const value = {
      raw: new Uint8Array([1, 2]),
      hash: new Uint8Array([3, 4]),
      maybe: new Uint8Array([5]),
      big: [1n, 2, -(2n ** 52n)],
    }
    const before = structuredClone(value)
    expect(codec.decode(codec.encode('t', value))).toEqual({
      raw: Buffer.from([1, 2]),
      hash: Buffer.from([3, 4]),
      maybe: Buffer.from([5]),
      big: [1, 2, -(2 ** 52)],
    })
    expect(value).toEqual(before)
    expect(problemsOf(() => codec.encode('t', { ...value, big: [2n ** 60n] }))).toEqual([
      'big.0: expected long, got bigint',
    ])
    expect(problemsOf(() => codec.encode('t', { ...value, hash: new Uint8Array(3) }))).toEqual([
      'hash: expected shop.Hash, got Uint8Array',
    ])
  })

  it('encodes recursive values, and refuses one that contains itself', async () => {
    const tree = record('Tree', [{ name: 'children', type: { type: 'array', items: 'Tree' }, default: [] }])
    const codec = await createAvroCodec({ registry, topics: { t: tree } })
    const value = { children: [{ children: [] }, { children: [{ children: [] }] }] }
    expect(codec.decode(codec.encode('t', value))).toEqual(value)
    const loop: { children: unknown[] } = { children: [] }
    loop.children.push(loop, loop, loop)
    expect(problemsOf(() => codec.encode('t', loop))[0]).toBe('children.0: the value contains itself')
    const chain = await createAvroCodec({
      registry,
      topics: { chain: record('Chain', [{ name: 'next', type: ['null', 'Chain'], default: null }]) },
    })
    const link: { next?: unknown } = {}
    link.next = { next: link }
    expect(problemsOf(() => chain.encode('chain', link))).toEqual(['next.next: the value contains itself'])
  })

  it('says what is missing, and stops after a hundred problems', async () => {
    const codec = await createAvroCodec({
      registry,
      topics: { orders: order, list: record('List', [{ name: 'n', type: { type: 'array', items: 'int' } }]) },
    })
    expect(problemsOf(() => codec.encode('orders', { id: 'a' }))).toEqual([
      'total: is missing, expected long',
    ])
    expect(problemsOf(() => codec.encode('list', { n: Array(1_000).fill('x') }))).toHaveLength(100)
  })

  it('keeps earlier results when its buffer grows or is used again', async () => {
    const codec = await createAvroCodec({ registry, topics: { orders: order } })
    const values = [1, 10, 5_000, 3, 2_000_000, 7].map((length, index) => ({
      id: 'x'.repeat(length),
      total: index,
      note: null,
    }))
    const encoded = values.map((value) => codec.encode('orders', value))
    expect(encoded.map((bytes) => codec.decode(bytes))).toEqual(values)
  })

  it('lets a getter of the value encode, too', async () => {
    const codec = await createAvroCodec({ registry, topics: { orders: order } })
    let inner: Uint8Array | undefined
    const value = {
      id: 'outer',
      get total() {
        inner = codec.encode('orders', { id: 'inner-and-longer', total: 2 })
        return 1
      },
    }
    expect(codec.decode(codec.encode('orders', value))).toEqual({ id: 'outer', total: 1, note: null })
    expect(codec.decode(inner!)).toEqual({ id: 'inner-and-longer', total: 2, note: null })
  })

  it('tells foreign, short, torn and missing payloads apart', async () => {
    const codec = await createAvroCodec({ registry, topics: { orders: order } })
    const good = codec.encode('orders', { id: 'a', total: 1 })
    const codeOf = (bytes: unknown): string | undefined => {
      try {
        codec.decode(bytes as Uint8Array)
      } catch (error) {
        return error instanceof CodecError ? error.code : String(error)
      }
      return undefined
    }
    expect(codeOf(null)).toBe('NOT_CONFLUENT_FRAMED')
    expect(codeOf(Buffer.alloc(0))).toBe('NOT_CONFLUENT_FRAMED')
    expect(codeOf(good.subarray(0, 4))).toBe('NOT_CONFLUENT_FRAMED')
    expect(codeOf(Buffer.from('{"id":"a"}'))).toBe('NOT_CONFLUENT_FRAMED')
    expect(codeOf(good.subarray(0, 6))).toBe('PAYLOAD_CORRUPT')
    expect(codeOf(Buffer.concat([good, Buffer.from([1])]))).toBe('PAYLOAD_CORRUPT')
    expect(codeOf(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]))).toBe('SCHEMA_NOT_LOADED')
    expect(codeOf(good)).toBeUndefined()
  })

  it('does not know other topics', async () => {
    const codec = await createAvroCodec({ registry, topics: { orders: order } })
    expect(() => codec.encode('payments', {})).toThrow(expect.objectContaining({ code: 'TOPIC_UNKNOWN' }))
  })
})
