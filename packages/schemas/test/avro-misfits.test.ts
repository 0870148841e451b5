import { describe, expect, it } from 'vitest'
import { SchemaValidationError, createAvroCodec, createRegistry, type AvroCodec } from '../src/index.ts'

// A registry that gives every schema the id 1: here nothing is asked of it.
const fetch = (): Promise<Response> => Promise.resolve(new Response('{"id":1}'))
const open = (type: unknown): Promise<AvroCodec> => {
  const schema = { type: 'record', name: 'T', namespace: 'shop', fields: [{ name: 'v', type }] }
  return createAvroCodec({
    registry: createRegistry({ url: 'http://registry', fetch }),
    topics: { t: schema },
  })
}
const problemsOf = async (type: unknown, v: unknown): Promise<string[]> => {
  const codec = await open(type)
  try {
    codec.encode('t', { v })
  } catch (error) {
    if (!(error instanceof SchemaValidationError)) throw error
    return error.problems.map(({ path, reason }) => `${path.join('.')}: ${reason}`)
  }
  return []
}
const roundTrip = async (type: unknown, v: unknown): Promise<unknown> => {
  const codec = await open(type)
  return (codec.decode(codec.encode('t', { v })) as { v: unknown }).v
}

const kind = { type: 'enum', name: 'Kind', symbols: ['A', 'undefined', 'null', 'true'] }
const open1 = { type: 'record', name: 'Inner', fields: [{ name: 'a', type: 'int', default: 1 }] }
const map = { type: 'map', values: 'int' }
const float = 'float'

// Each of these was encoded without a word, as something else.
describe('createAvroCodec, of what avsc lets pass', () => {
  it.each([
    ['a name that every object has for a symbol', kind, 'constructor', 'v: expected shop.Kind, got string'],
    ['the name of every prototype for a symbol', kind, '__proto__', 'v: expected shop.Kind, got string'],
    ['nothing for the symbol "undefined"', kind, undefined, 'v: is missing, expected shop.Kind'],
    ['null for the symbol "null"', kind, null, 'v: expected shop.Kind, got null'],
    ['true for the symbol "true"', kind, true, 'v: expected shop.Kind, got boolean'],
    ['an array that turns into a symbol', kind, ['A'], 'v: expected shop.Kind, got array'],
    ['a number for a record of defaults', open1, 5, 'v: expected shop.Inner, got number'],
    ['text for a record of defaults', open1, 'x', 'v: expected shop.Inner, got string'],
    ['a function for a record of defaults', open1, () => 1, 'v: expected shop.Inner, got function'],
    ['an array for a record of defaults', open1, [], 'v: expected shop.Inner, got array'],
    ['a date for a record of defaults', open1, new Date(0), 'v: expected shop.Inner, got Date'],
    ['bytes for a record of defaults', open1, Buffer.from('x'), 'v: expected shop.Inner, got Buffer'],
    ['an error for a record of defaults', open1, new Error('x'), 'v: expected shop.Inner, got Error'],
    ['a date for a map', map, new Date(0), 'v: expected map, got Date'],
    ['bytes for a map', map, new Uint8Array([7]), 'v: expected map, got Uint8Array'],
    ['a set for a map', map, new Set([1]), 'v: expected map, got Set'],
    ['text in an object for a map', map, Object('x'), 'v: expected map, got String'],
    [
      'half a surrogate pair',
      'string',
      'a\ud83d',
      'v: expected string, got text with half a surrogate pair in it',
    ],
    [
      'half a surrogate pair in a key',
      map,
      { '\udc00': 1 },
      'v.\ufffd: the key has half a surrogate pair, which UTF-8 has no form for',
    ],
    [
      'a finite number that is infinite as a float',
      float,
      1e39,
      'v: expected float, got a number that it cannot hold',
    ],
  ])('refuses %s', async (_, type, value, problem) => {
    expect(await problemsOf(type, value)).toEqual([problem])
  })

  it('refuses wrappers that are none', async () => {
    const union = ['int', 'long', 'string']
    const expected = 'v: expected one of int, long, string, wrapped as { [type]: value }, got'
    expect(await roundTrip(union, { long: 5 })).toEqual({ long: 5 })
    expect(await problemsOf(union, { int: 5, string: 'x' })).toEqual([`${expected} Object`])
    expect(
      await problemsOf(
        union,
        Object.assign(() => 1, { int: 5 }),
      ),
    ).toEqual([`${expected} function`])
    expect(await problemsOf(union, { constructor: 5 })).toEqual([`${expected} Object`])
  })

  it('takes a field that is called as what every object has for missing where it is', async () => {
    const inner = { ...open1, fields: [{ name: 'constructor', type: { ...open1, name: 'Deep' } }] }
    expect(await problemsOf(inner, {})).toEqual(['v.constructor: is missing, expected shop.Deep'])
    expect(await roundTrip(inner, { constructor: {} })).toEqual({ constructor: { a: 1 } })
    const text = { ...open1, fields: [{ name: 'toString', type: 'string', default: 'x' }] }
    expect(await roundTrip(text, {})).toEqual({ toString: 'x' })
  })

  it('never shows what a value says of its class, which may be a secret', async () => {
    expect(await problemsOf('int', { constructor: { name: 'secret' } })).toEqual([
      'v: expected int, got Object',
    ])
  })

  // avsc read longs below -2^52 with the wrong sign, and wrote every other one as its neighbour.
  it('writes and reads the longs at the ends of what numbers hold', async () => {
    const longs = [
      2 ** 53 - 2,
      -(2 ** 53 - 2),
      -(2 ** 52) - 1,
      -(2 ** 52),
      2 ** 31,
      -(2 ** 31) - 1,
      2 ** 30,
      -(2 ** 30),
    ]
    expect(await roundTrip({ type: 'array', items: 'long' }, longs)).toEqual(longs)
    expect(await problemsOf('long', 2 ** 53)).toEqual([
      'v: expected long, got a number that JavaScript cannot hold exactly',
    ])
  })

  it('takes what has a form in Avro: NaN, infinities, minus zero for reals, and zero for the others', async () => {
    const reals = [Number.NaN, Infinity, -Infinity, -0]
    expect(await roundTrip({ type: 'array', items: 'double' }, reals)).toEqual(reals)
    expect(await roundTrip({ type: 'array', items: 'float' }, reals)).toEqual(reals)
    expect(await roundTrip('int', -0)).toBe(0)
    expect(await roundTrip('long', -0)).toBe(0)
    expect(await roundTrip('float', 0.1)).toBe(Math.fround(0.1))
  })

  it('takes objects of classes for records, and their getters', async () => {
    class Inner {
      get a(): number {
        return 7
      }
    }
    expect(await roundTrip(open1, new Inner())).toEqual({ a: 7 })
    expect(await roundTrip(open1, Object.create(null))).toEqual({ a: 1 })
  })

  // It was read as the prototype of the record, and written from there.
  it('compiles no field that is called __proto__', async () => {
    const fields = [{ name: '__proto__', type: { ...open1, name: 'Deep' } }]
    await expect(open({ ...open1, fields })).rejects.toMatchObject({
      code: 'SCHEMA_UNSUPPORTED',
      message: expect.stringContaining('__proto__') as string,
    })
  })

  it('compiles a type that is called as what every object has', async () => {
    expect(await roundTrip({ ...open1, name: 'toString', namespace: '' }, { a: 5 })).toEqual({ a: 5 })
  })
})

describe('createAvroCodec, of many records', () => {
  it('keeps what it gave when later ones fill its memory, whatever their sizes', async () => {
    const codec = await open('bytes')
    const sizes = [10, 16_300, 100, 16_000, 70_000, 1, 65_000, 20_000, 3, 300_000, 5]
    const frames = sizes.map((size, at) => codec.encode('t', { v: Buffer.alloc(size, at) }))
    frames.forEach((frame, at) => {
      expect(codec.decode(frame)).toEqual({ v: Buffer.alloc(sizes[at]!, at) })
    })
  })

  it('gives nothing of a refused record to the next one', async () => {
    const codec = await open({ type: 'array', items: 'string' })
    expect(() => codec.encode('t', { v: ['secret', 5] })).toThrow(SchemaValidationError)
    expect(codec.decode(codec.encode('t', { v: ['a'] }))).toEqual({ v: ['a'] })
  })
})
