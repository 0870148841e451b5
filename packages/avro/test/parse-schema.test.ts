import { describe, expect, it } from 'vitest'
import { parseSchema, type AvroSchemaError } from '../src/index.ts'
import { schemaErrorOf } from './schema-error-of.ts'

const fail = (text: string): AvroSchemaError => schemaErrorOf(() => parseSchema(text))

describe('parseSchema', () => {
  it('says line, column and pointer of what is wrong', () => {
    const text = `{
  "type": "record", "name": "A",
  "fields": [
    { "name": "a/b~c", "type": "int" }
  ]
}`
    expect(fail(text)).toMatchObject({
      code: 'SCHEMA_INVALID',
      retriable: false,
      line: 4,
      column: 15,
      pointer: '/fields/0/name',
    })
    expect(fail('{"type":"array","items":"nope"}')).toMatchObject({ pointer: '/items', column: 25 })
    expect(fail('{"type":\n  "array",}')).toMatchObject({ line: 2 })
  })

  it('knows where each type and field stands', () => {
    const { root } = parseSchema(
      '{"type":"record","name":"A",\n"fields":[{"name":"x",\n"type":["null","int"]}]}',
    )
    expect(root).toMatchObject({ line: 1, column: 1, pointer: '' })
    if (root.type !== 'record') throw new Error('no record')
    expect(root.fields[0]).toMatchObject({ line: 2, pointer: '/fields/0' })
    expect(root.fields[0]?.type).toMatchObject({ line: 3, column: 8, pointer: '/fields/0/type' })
  })

  it('keeps the digits of a number that JavaScript would round', () => {
    const { root } = parseSchema(
      '{"type":"record","name":"A","fields":[{"name":"a","type":"long","default":9007199254740993}]}',
    )
    expect(root.type === 'record' && root.fields[0]?.default).toMatchObject({
      kind: 'number',
      raw: '9007199254740993',
    })
  })

  it('qualifies names as Avro does', () => {
    const { types } =
      parseSchema(`{"type":"record","name":"n.A","namespace":"ignored","aliases":["B","m.C"],"fields":[
      {"name":"a","type":{"type":"enum","name":"E","symbols":["X"]}},
      {"name":"b","type":{"type":"fixed","name":"F","namespace":"","size":1}},
      {"name":"c","type":{"type":"record","name":"o.R","fields":[{"name":"d","type":{"type":"fixed","name":"G","size":1}}]}},
      {"name":"e","type":"E"},{"name":"f","type":"n.E"},{"name":"g","type":"F"},{"name":"h","type":"o.G"}]}`)
    expect([...types.keys()]).toEqual(['n.A', 'n.E', 'F', 'o.R', 'o.G'])
    expect(types.get('n.A')?.aliases).toEqual(['n.B', 'm.C'])
  })

  it('looks in the null namespace for finished types only, as Avro Java does', () => {
    const outer = (inner: string): string => `{"type":"record","name":"A","fields":[
      {"name":"f","type":{"type":"fixed","name":"F","size":1}},
      {"name":"b","type":{"type":"record","name":"B","namespace":"n","fields":[{"name":"x","type":"${inner}"}]}}]}`
    expect(parseSchema(outer('F')).types.has('n.B')).toBe(true)
    expect(fail(outer('A')).reason).toMatch(/undefined name "n.A"/)
  })

  it('refuses a default for a record inside itself, whose fields are not known then', () => {
    expect(
      fail('{"type":"record","name":"A","fields":[{"name":"a","type":"A","default":{}}]}').reason,
    ).toMatch(/invalid default/)
  })

  it('lets a record contain itself', () => {
    const { root } = parseSchema('{"type":"record","name":"A","fields":[{"name":"a","type":["null","A"]}]}')
    if (root.type !== 'record' || root.fields[0]?.type.type !== 'union') throw new Error('no union')
    expect(root.fields[0].type.branches[1]).toBe(root)
  })

  it('uses the types of references', () => {
    const address = parseSchema('{"type":"record","name":"Address","namespace":"n","fields":[]}')
    const { root, referenced } = parseSchema('{"type":"array","items":"n.Address"}', {
      references: [address],
    })
    expect(root.type === 'array' && root.items).toBe(address.root)
    expect([...referenced]).toEqual(['n.Address'])
  })

  it('is the type of a reference where it defines that once more, whatever is new in it', () => {
    const enumeration = '{"type":"enum","name":"E","symbols":["X"]}'
    const known = parseSchema(enumeration)
    const again = enumeration.replace('}', ',"default":"X","aliases":["F"],"doc":"d"}')
    expect(parseSchema(again, { references: [known] }).root).toBe(known.root)
    expect(() => parseSchema(again.replace('["X"]', '["X","Y"]'), { references: [known] })).toThrow(
      /can't redefine/,
    )
  })

  it('keeps properties that Avro has no meaning for, and takes comments', () => {
    const { root } = parseSchema('// money\n{"type":"bytes","logicalType":"decimal","precision":4}')
    expect([...root.properties.keys()]).toEqual(['logicalType', 'precision'])
  })

  const field = (type: string, value: string): string =>
    `{"type":"record","name":"A","fields":[{"name":"a","type":${type},"default":${value}}]}`

  it.each([
    ['"int"', '2147483647'],
    ['"long"', '-9223372036854775808'],
    ['"double"', '1e3'],
    ['"double"', '"NaN"'],
    ['"float"', '"0x1.8p3f"'],
    ['"float"', '"\\t.5 "'],
    ['{"type":"record","name":"B","fields":[{"name":"x","type":"float","default":".5"}]}', '{}'],
    ['["null","int"]', '5'],
    ['["int","null"]', 'null'],
    ['{"type":"array","items":"int"}', '[1]'],
    ['{"type":"map","values":"string"}', '{"k":"v"}'],
    ['{"type":"enum","name":"E","symbols":["X"]}', '"Y"'],
    ['{"type":"record","name":"B","fields":[{"name":"x","type":"int","default":1}]}', '{}'],
  ])('takes for %s the default %s', (type, value) => {
    expect(parseSchema(field(type, value)).root.type).toBe('record')
  })

  it.each([
    ['"int"', '2147483648'],
    ['"int"', '1.0'],
    ['"int"', '"1"'],
    ['"long"', '9223372036854775808'],
    ['"float"', '"x"'],
    ['["null","double"]', '"NaN"'],
    ['"string"', 'null'],
    ['{"type":"array","items":"int"}', '["a"]'],
    ['{"type":"record","name":"B","fields":[{"name":"x","type":"int"}]}', '{}'],
  ])('refuses for %s the default %s', (type, value) => {
    expect(fail(field(type, value))).toMatchObject({
      pointer: '/fields/0/default',
      reason: expect.stringContaining('invalid default'),
    })
  })

  it.each([
    ['', /empty|ValueExpected/],
    ['{', /not JSON/],
    ['"int" "int"', /not JSON/],
    ['5', /a schema is/],
    ['null', /a schema is/],
    ['{}', /no type/],
    ['{"type":{"type":"int"}}', /no type/],
    ['"later"', /undefined name "later"/],
    ['{"type":"later"}', /unknown type "later" in an object/],
    ['[{"type":"fixed","name":"F","size":1},{"type":"F"}]', /referred to by its name alone, "F"/],
    ['[{"type":"fixed","name":"F","size":1},{"type":"array","items":".F"}]', /undefined name ".F"/],
    ['{"type":"fixed","name":"F","size":1,"aliases":["n.a b"]}', /illegal name "a b"/],
    ['"int" // money', /a comment after the end of the schema/],
    ['[["int"]]', /union directly inside/],
    ['["int","int"]', /duplicate in union: int/],
    ['[{"type":"fixed","name":"A","size":1},"A"]', /duplicate in union: A/],
    ['{"type":"array"}', /no items/],
    ['{"type":"map"}', /no values/],
    ['{"type":"record","fields":[]}', /no name/],
    ['{"type":"record","name":"A"}', /array of fields/],
    ['{"type":"record","name":"A-B","fields":[]}', /illegal name/],
    ['{"type":"record","name":"int","fields":[]}', /may not be named/],
    ['{"type":"record","name":"A","namespace":"a-b.c","fields":[]}', /illegal name "a-b"/],
    ['{"type":"record","name":"A","fields":[5]}', /a field is an object/],
    ['{"type":"record","name":"A","fields":[{"type":"int"}]}', /no field name/],
    ['{"type":"record","name":"A","fields":[{"name":"a"}]}', /no type for field a/],
    [
      '{"type":"record","name":"A","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}',
      /duplicate field a/,
    ],
    ['{"type":"record","name":"A","fields":[{"name":"a","type":"int","order":"up"}]}', /field order/],
    [
      '{"type":"record","name":"A","fields":[{"name":"a","type":{"type":"fixed","name":"A","size":1}}]}',
      /can't redefine: A/,
    ],
    ['{"type":"enum","name":"E"}', /array of symbols/],
    ['{"type":"enum","name":"E","symbols":["A","A"]}', /duplicate enum symbol/],
    ['{"type":"enum","name":"E","symbols":["1"]}', /illegal name/],
    ['{"type":"enum","name":"E","symbols":["A"],"default":"B"}', /not one of the symbols/],
    ['{"type":"fixed","name":"F"}', /needs a size/],
    ['{"type":"fixed","name":"F","size":-1}', /needs a size/],
    ['{"type":"fixed","name":"F","size":1.0}', /needs a size/],
    ['{"type":"fixed","name":"F","size":2147483640}', /needs a size/],
    ['{"type":"fixed","name":"F","size":1,"aliases":"x"}', /aliases is an array/],
  ])('refuses %s', (text, reason) => {
    expect(fail(text).reason).toMatch(reason)
  })

  it('takes every size and every spelling of an order that Avro Java takes', () => {
    const fixed = (size: string): object => parseSchema(`{"type":"fixed","name":"F","size":${size}}`).root
    expect(['0', '-0', '2147483639'].map(fixed)).toMatchObject([
      { size: 0 },
      { size: 0 },
      { size: 2147483639 },
    ])
    const ordered = parseSchema(
      '{"type":"record","name":"A","fields":[{"name":"a","type":"int","order":"\u0131GNORE"},{"name":"b","type":"int","order":"deſcending"}]}',
    ).root
    expect(ordered).toMatchObject({ fields: [{ order: 'ignore' }, { order: 'descending' }] })
  })

  it('refuses numbers and names that are longer than Avro Java takes', () => {
    const property = (value: string): string => `{"type":"int","p":${value}}`
    const ones = (count: number): string => '1'.repeat(count)
    for (const at of [`-${ones(1000)}`, `-0.${ones(1000)}`, `${ones(990)}.${ones(5)}e+${ones(5)}`]) {
      expect(parseSchema(property(at)).root.type).toBe('int')
      expect(fail(property(`${at}1`))).toMatchObject({
        reason: expect.stringMatching(/1000 digits/),
        column: 19,
      })
    }
    expect(parseSchema(`{"type":"int","${'n'.repeat(50_000)}":1}`).root.type).toBe('int')
    expect(fail(`{"type":"int","${'n'.repeat(50_001)}":1}`)).toMatchObject({
      reason: expect.stringMatching(/a name of more than 50000 characters/),
      column: 15,
    })
  })

  it('takes what Java trims after the end', () => {
    expect(parseSchema('"int"\n\u0000\u001f ').root.type).toBe('int')
    expect(fail('"int"\u00a0').line).toBe(1)
  })

  it('refuses what is nested without end, instead of running out of stack', () => {
    expect(fail('['.repeat(200_000)).reason).toMatch(/nested more than 1000/)
    expect(fail('{"type":"array","items":'.repeat(1_001)).reason).toMatch(/nested more than 1000/)
  })

  it('is not fooled by names that every object has', () => {
    expect(fail('"toString"').reason).toMatch(/undefined name/)
    expect(fail('{"type":"constructor"}').reason).toMatch(/unknown type/)
    const { root } = parseSchema(
      '{"type":"record","name":"A","fields":[{"name":"__proto__","type":"int"}],"__proto__":1}',
    )
    expect([...root.properties.keys()]).toEqual(['__proto__'])
  })
})
