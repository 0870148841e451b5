import { describe, expect, it } from 'vitest'
import { createJsonFields } from '../src/webhook/json-fields.ts'
import { readJsonText, type JsonSpan } from '../src/webhook/json-text.ts'

const read = (text: string, maxDepth = 64): ReturnType<typeof readJsonText> =>
  readJsonText(Buffer.from(text), { maxDepth })

describe('readJsonText', () => {
  it.each([
    ['objects', '{"a":{"b":"}"},"c":[1,{"d":"\\"]"}]}'],
    ['white space everywhere', ' \n{ "a" :\t1 , "b" : [ 1 , 2 ] , "c" : { } }\r\n'],
    ['escapes', '{"a\\"b":"\\\\","c":"\\\\\\"","\\u0064":"x"}'],
    ['scalars', '{"a":-1.5e+3,"b":true,"c":null,"d":""}'],
    ['empty ones', '{"a":{},"b":[],"c":[[]],"d":[{}]}'],
    ['names that an object has of itself', '{"__proto__":{"x":1},"constructor":2}'],
  ])('takes %s apart as JSON.parse does', (_what, text) => {
    const json = read(text)
    const compare = (span: JsonSpan): void => {
      const value: unknown = JSON.parse(json.slice(span))
      const members = json.members(span)
      const elements = json.elements(span)
      expect(members !== undefined).toBe(typeof value === 'object' && value !== null && !Array.isArray(value))
      expect(elements !== undefined).toBe(Array.isArray(value))
      if (members !== undefined) expect([...members.keys()]).toEqual(Object.keys(value as object))
      if (elements !== undefined) expect(elements).toHaveLength((value as unknown[]).length)
      for (const [name, part] of members ?? []) {
        expect(json.value(part)).toEqual(Object.entries(value as object).find(([each]) => each === name)?.[1])
        compare(part)
      }
      for (const [index, part] of (elements ?? []).entries()) {
        expect(json.value(part)).toEqual((value as unknown[])[index])
        compare(part)
      }
    }
    compare(json.root)
  })

  it('takes the last of several members of one name, as JSON.parse does', () => {
    const json = read('{"a":1,"a":2}')
    expect(json.value(json.members(json.root)?.get('a') ?? json.root)).toBe(2)
  })

  it('lets a byte order mark pass', () => {
    expect(read('\ufeff[1]').elements({ start: 0, end: 3 })).toHaveLength(1)
  })

  it.each([
    ['text', 'hello'],
    ['nothing', ''],
    ['a string that does not end', '{"a":"'],
    ['half of it', '{"a":[1,'],
  ])('refuses %s, and quotes none of it', (_what, text) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'WEBHOOK_INVALID', path: '$', message: '$: the body is not JSON' }),
    )
  })

  it('refuses bytes that are no UTF-8', () => {
    expect(() => readJsonText(Buffer.from([0x22, 0xff, 0x22]), { maxDepth: 9 })).toThrow('not UTF-8')
  })

  it('refuses what is too deep before anything recursive sees it', () => {
    expect(() => read(`${'['.repeat(8)}${']'.repeat(8)}`, 8)).not.toThrow()
    expect(() => read(`${'['.repeat(9)}${']'.repeat(9)}`, 8)).toThrow('nested more than 8 levels deep')
    expect(() => read('[{"a":'.repeat(500_000))).toThrow('nested more than 64 levels deep')
    expect(() => read(`["${'['.repeat(100)}"]`, 8)).not.toThrow()
  })
})

describe('createJsonFields', () => {
  it('reads own fields alone', () => {
    const fields = createJsonFields(JSON.parse('{"__proto__":{"id":"x"}}'))
    expect(fields.text('id', 10)).toBe(null)
    expect(fields.text('constructor', 10)).toBe(null)
    expect(fields.object('toString').present).toBe(false)
    expect(fields.incomplete).toEqual([])
    expect(({} as { id?: string }).id).toBe(undefined)
  })

  it('gives nothing for what has another type, and says where', () => {
    const fields = createJsonFields({
      text: 1,
      list: 'x',
      flag: 'yes',
      number: '1',
      integer: 1.5,
      object: [],
      time: -1,
    })
    expect(fields.text('text', 10)).toBe(null)
    expect(fields.list('list', 10)).toEqual([])
    expect(fields.flag('flag')).toBe(false)
    expect(fields.number('number')).toBe(null)
    expect(fields.integer('integer')).toBe(null)
    expect(fields.object('object').present).toBe(false)
    expect(fields.unixTime('time')).toBe(null)
    expect(fields.incomplete).toEqual(['text', 'list', 'flag', 'number', 'integer', 'object', 'time'])
  })

  it('names places within lists and objects', () => {
    const fields = createJsonFields({ list: [{ a: { b: 1 } }, 2, { a: { b: 'x' } }], long: [{}, {}] })
    expect(fields.list('list', 10).map((each) => each.object('a').text('b', 10))).toEqual([null, null, 'x'])
    expect(fields.list('long', 1)).toHaveLength(1)
    expect(fields.incomplete).toEqual(['list[1]', 'list[0].a.b', 'long'])
  })

  it.each([
    [17, 17],
    ['17', 17],
    ['-3', -3],
    ['1e3', null],
    ['', null],
    [2 ** 53, null],
    ['9'.repeat(16), null],
  ])('reads %j as the whole number %j', (value, expected) => {
    expect(createJsonFields({ value }).integer('value')).toBe(expected)
  })

  it('reads seconds as milliseconds, and nothing that was not meant to be seconds', () => {
    const fields = createJsonFields({ text: '1700000000', number: 1700000000, millis: '1700000000000' })
    expect(fields.unixTime('text')).toBe(1_700_000_000_000)
    expect(fields.unixTime('number')).toBe(1_700_000_000_000)
    expect(fields.unixTime('millis')).toBe(null)
  })

  it('cuts between characters, and says so', () => {
    const fields = createJsonFields({ text: 'aé' })
    expect(fields.text('text', 2)).toBe('a')
    expect(fields.incomplete).toEqual(['text'])
  })

  it('lists so many places and no more', () => {
    const fields = createJsonFields(
      Object.fromEntries(Array.from({ length: 100 }, (_each, index) => [`f${index}`, 1])),
    )
    for (let index = 0; index < 100; index += 1) fields.text(`f${index}`, 1)
    expect(fields.incomplete).toHaveLength(50)
  })
})
