import { describe, expect, it } from 'vitest'
import { fingerprint } from '../../src/lifecycle/fingerprint.ts'

const run = (): void => undefined
class Thing {
  readonly a = 1
}
const thing = new Thing()
const ring: Record<string, unknown> = {}
ring['self'] = ring

describe('fingerprint', () => {
  it.each([
    ['fields in another order', { a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }],
    ['an undefined field and none', { a: 1, b: undefined }, { a: 1 }],
    ['bytes with the same content', { ca: Buffer.from('x') }, { ca: new Uint8Array([120]) }],
    ['the very same function', { run }, { run }],
    ['the very same object of a class', { thing }, { thing }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['a ring', { ring }, { ring }],
  ])('is the same for %s', (_, one, other) => {
    expect(fingerprint(one)).toBe(fingerprint(other))
  })

  it.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['another order of a list', ['a', 'b'], ['b', 'a']],
    ['one item with a comma and two items', ['a,b'], ['a', 'b']],
    ['text that looks like a field', { a: 'x","b":"y' }, { a: 'x', b: 'y' }],
    ['functions with the same text', { run }, { run: (): void => undefined }],
    ['objects of a class with the same content', { thing }, { thing: new Thing() }],
    ['a list and an object', [], {}],
    ['null and nothing', { a: null }, {}],
    ['other bytes', { ca: Buffer.from('x') }, { ca: Buffer.from('y') }],
    ['a key named __proto__', JSON.parse('{"__proto__": {"a": 1}}'), {}],
  ])('differs for %s', (_, one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other))
  })

  it('does not show what it was made of', () => {
    expect(fingerprint({ password: 'hunter2' })).not.toContain('hunter2')
  })
})
