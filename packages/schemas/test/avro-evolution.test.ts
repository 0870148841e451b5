import { describe, expect, it } from 'vitest'
import { createAvroCodec } from '../src/index.ts'
import { memoryRegistry } from './values/memory-registry.ts'

/** What a reader of one version gives for a frame of another: the values of `v`. */
async function read(
  writerType: unknown,
  readerType: unknown,
  ...values: readonly unknown[]
): Promise<unknown[]> {
  const registry = memoryRegistry()
  const schema = (type: unknown, ...more: readonly object[]): object => ({
    type: 'record',
    name: 'T',
    namespace: 'shop',
    fields: [{ name: 'v', type }, ...more],
  })
  const added = { name: 'added', type: 'string', default: 'none' }
  const writer = await createAvroCodec({ registry, topics: { t: schema(writerType) } })
  const reader = await createAvroCodec({ registry, topics: { t: schema(readerType, added) } })
  const results: unknown[] = []
  for (const v of values) {
    const decoded = await reader.decodeAsync(writer.encode('t', { v }), { topic: 't' })
    expect(decoded).toMatchObject({ added: 'none' })
    results.push((decoded as { v: unknown }).v)
  }
  return results
}

const card = (namespace: string): object => ({
  type: 'record',
  name: 'Card',
  namespace,
  fields: [{ name: namespace, type: 'int', default: 0 }],
})

describe('createAvroCodec, of frames that another version wrote', () => {
  // avsc took the first branch that can read a value, and text can read bytes: these came out as mangled text.
  it('reads bytes of a union as bytes and text as text', async () => {
    const bytes = Buffer.from([0xff, 0x00])
    expect(await read(['null', 'string', 'bytes'], ['null', 'string', 'bytes'], 'x', bytes, null)).toEqual([
      'x',
      bytes,
      null,
    ])
    expect(await read('bytes', ['string', 'bytes'], bytes)).toEqual([bytes])
    expect(await read('string', ['bytes', 'string'], 'x')).toEqual(['x'])
  })

  it('takes the branch of the same type or name before one that can only hold the value', async () => {
    expect(await read('int', ['null', 'double', 'int'], 5)).toEqual([{ int: 5 }])
    expect(await read(['long', 'int'], ['long', 'int'], { int: 5 }, { long: 5 })).toEqual([
      { int: 5 },
      { long: 5 },
    ])
    const cards = [card('a'), card('b')]
    expect(await read(cards, cards, { 'b.Card': { b: 7 } })).toEqual([{ 'b.Card': { b: 7 } }])
  })

  it('takes one that can hold the value where none is of its type', async () => {
    expect(await read('int', ['null', 'string', 'double'], 5)).toEqual([5])
    expect(await read(['null', 'int'], ['null', 'long'], 5, null)).toEqual([5, null])
    expect(await read('string', ['null', 'bytes'], 'x')).toEqual([Buffer.from('x')])
  })

  it('reads what became wider, gained and lost symbols, and was renamed', async () => {
    expect(await read('int', 'long', -5)).toEqual([-5])
    expect(await read('long', 'double', -(2 ** 53 - 2))).toEqual([-(2 ** 53 - 2)])
    expect(await read('float', 'double', 0.5)).toEqual([0.5])
    const kind = (symbols: readonly string[], more: object = {}): object => ({
      type: 'enum',
      name: 'Kind',
      symbols,
      ...more,
    })
    expect(await read(kind(['A', 'B']), kind(['A', 'Z'], { default: 'Z' }), 'A', 'B')).toEqual(['A', 'Z'])
    const renamed = {
      type: 'record',
      name: 'New',
      aliases: ['Card'],
      fields: [{ name: 'n', aliases: ['o'], type: 'int' }],
    }
    const old = { type: 'record', name: 'Card', fields: [{ name: 'o', type: 'int' }] }
    expect(await read(old, renamed, { o: 5 })).toEqual([{ n: 5 }])
  })

  // avsc looks for fields in objects, which have these names already: it read from the wrong place, or not at all.
  it('reads a record with fields that are called as what every object has', async () => {
    const fields = ['constructor', 'toString', 'valueOf'].map((name) => ({ name, type: 'int' }))
    const inner = (...kept: readonly object[]): object => ({ type: 'record', name: 'Inner', fields: kept })
    const value = { constructor: 1, toString: 2, valueOf: 3 }
    expect(await read(inner(...fields), inner(...fields.toReversed()), value)).toEqual([value])
    expect(await read(inner(...fields), inner(fields[1]!), value)).toEqual([{ toString: 2 }])
    const renamed = { name: 'ctor', aliases: ['constructor'], type: 'int' }
    expect(await read(inner(...fields), inner(renamed), value)).toEqual([{ ctor: 1 }])
  })

  it('reads maps and arrays of what changed inside', async () => {
    const line = (...fields: readonly object[]): object => ({ type: 'record', name: 'Line', fields })
    const sku = { name: 'sku', type: 'string' }
    const count = { name: 'count', type: 'int', default: 1 }
    const nested = (items: object): object => ({ type: 'map', values: { type: 'array', items } })
    expect(await read(nested(line(sku)), nested(line(sku, count)), { a: [{ sku: 'x' }], b: [] })).toEqual([
      { a: [{ sku: 'x', count: 1 }], b: [] },
    ])
    expect(await read(nested(line(count, sku)), nested(line(sku)), { a: [{ sku: 'x', count: 7 }] })).toEqual([
      { a: [{ sku: 'x' }] },
    ])
  })
})
