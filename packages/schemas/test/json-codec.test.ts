import { describe, expect, it } from 'vitest'
import { SchemaValidationError, createJsonCodec } from '../src/index.ts'

const codec = createJsonCodec()
const problemsOf = (value: unknown): string[] => {
  try {
    codec.encode('t', value)
  } catch (error) {
    if (!(error instanceof SchemaValidationError)) throw error
    return error.problems.map(({ path, reason }) => `${path.join('.')}: ${reason}`)
  }
  return []
}

describe('createJsonCodec', () => {
  it('writes what it reads, dates as ISO 8601', () => {
    const value = { a: [1, 'é', true, null], d: new Date(0), e: {} }
    expect(codec.decode(codec.encode('t', value))).toEqual({ ...value, d: '1970-01-01T00:00:00.000Z' })
    expect(codec.contentType).toBe('application/json')
    expect(createJsonCodec({ contentType: 'application/x+json' }).contentType).toBe('application/x+json')
  })

  it.each([
    ['undefined', { a: undefined }, ['a: JSON has no undefined']],
    ['a function', { a: [() => 1] }, ['a.0: JSON has no function']],
    ['a symbol', [Symbol('x')], ['0: JSON has no symbol']],
    ['a bigint', { a: { b: 1n } }, ['a.b: JSON has no bigint']],
    [
      'NaN and Infinity',
      [Number.NaN, -Infinity],
      ['0: NaN is no JSON number', '1: -Infinity is no JSON number'],
    ],
    ['Map and Set', { m: new Map(), s: new Set() }, ['m: JSON has no Map', 's: JSON has no Set']],
    ['bytes', { b: Buffer.from('x') }, ['b: JSON has no bytes']],
    ['an invalid date', { d: new Date(Number.NaN) }, ['d: JSON has no invalid Date']],
    ['a hole in an array', Array.from({ length: 1 }), ['0: JSON has no undefined']],
    [
      'what keeps its content where JSON does not look',
      { u: new URLSearchParams('a=b'), w: new WeakMap(), s: Object('x'), n: Object(5), e: new Error('x') },
      [
        'u: JSON has no URLSearchParams',
        'w: JSON has no WeakMap',
        's: JSON has no String',
        'n: JSON has no Number',
        'e: JSON has no Error',
      ],
    ],
    ['nothing at all', undefined, [': JSON has no undefined']],
  ])('refuses %s', (_, value, problems) => {
    expect(problemsOf(value)).toEqual(problems)
  })

  it('refuses a value that contains itself, and takes one that is there twice', () => {
    const loop: Record<string, unknown> = {}
    loop['a'] = { loop }
    expect(problemsOf(loop)).toEqual(['a.loop: the value contains itself'])
    const shared = { x: 1 }
    expect(problemsOf({ a: shared, b: shared })).toEqual([])
  })

  it('takes what toJSON gives, if that is JSON', () => {
    expect(codec.decode(codec.encode('t', { url: new URL('http://example.org/') }))).toEqual({
      url: 'http://example.org/',
    })
    expect(problemsOf({ a: { toJSON: () => 1n } })).toEqual(['a: JSON has no bigint'])
  })

  it('refuses bytes that are not JSON in UTF-8', () => {
    for (const bytes of [Buffer.from('{"a":'), Buffer.from([0x22, 0xff, 0x22]), Buffer.alloc(0)]) {
      expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: 'PAYLOAD_CORRUPT' }))
    }
  })
})
