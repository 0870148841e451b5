import { describe, expect, it } from 'vitest'
import { canonicalText, checkReaderWriter, parseSchema } from '../src/index.ts'

const outer = (...types: string[]): string =>
  `{"type":"record","name":"A","fields":[${types.map((type, at) => `{"name":"f${at}","type":${type}}`).join(',')}]}`
const holding = (name: string, type: string): string =>
  `{"type":"record","name":"${name}","fields":[{"name":"x","type":${type}}]}`
const enumB = '{"type":"enum","name":"B","symbols":["X"]}'
const holder =
  '{"type":"record","name":"D","namespace":"n","fields":[{"name":"d","type":{"type":"array","items":"D"}}]}'
const recordB = '{"type":"record","name":"B","fields":[{"name":"x","type":"int"}]}'

// Every row was put to Avro Java 1.12.2 (`Schema.Parser` with its strict name validator, then `toString()`).
describe('parseSchema', () => {
  it.each([
    ['plainly', outer('"B"', recordB), outer(recordB, '"B"')],
    ['in a union', outer('["null","B"]', recordB), outer(`["null",${recordB}]`, '"B"')],
    [
      'in an array',
      outer('{"type":"array","items":"B"}', enumB),
      outer(`{"type":"array","items":${enumB}}`, '"B"'),
    ],
    [
      'in a map',
      outer('{"type":"map","values":"B"}', enumB),
      outer(`{"type":"map","values":${enumB}}`, '"B"'),
    ],
    ['twice', outer('"B"', '"B"', enumB), outer(enumB, '"B"', '"B"')],
    [
      'between the branches of a union',
      `[${outer('"B"')},{"type":"record","name":"B","fields":[]}]`,
      `[${outer('{"type":"record","name":"B","fields":[]}')},"B"]`,
    ],
  ])('takes a name before its definition, %s', (_, text, canonical) => {
    expect(canonicalText(parseSchema(text))).toBe(canonical)
  })

  it('compares what is named before its definition like what is named after it', () => {
    const late = outer('"B"', recordB)
    const early = outer(recordB, '"B"')
    expect(checkReaderWriter(late, early).compatible).toBe(true)
    const wider = outer('"B"', recordB.replace('"int"', '"long"'))
    expect(checkReaderWriter(wider, late).compatible).toBe(true)
    const found = { type: 'TYPE_MISMATCH', location: '/fields/0/type/fields/0/type' }
    expect(checkReaderWriter(late, wider).incompatibilities).toMatchObject([found, found])
  })

  const inner = (type: string): string =>
    `{"type":"record","name":"C","fields":[{"name":"c","type":${outer(type, '"C"')}}]}`

  // A copy of the type is compared there, which has no part in what is remembered of the type of that name.
  it.each([
    [
      'in a map',
      (type: string) => `{"type":"map","values":["A",${inner(type)}]}`,
      ['/values/0', '/values/1'],
    ],
    [
      'behind an array',
      (type: string) =>
        `{"type":"array","items":{"type":"map","values":["A",${inner(type)},${holding('P', '"A"')}]}}`,
      ['/items/values/0', '/items/values/1', '/items/values/2'],
    ],
    ['in a union', (type: string) => `["A","C",${holding('P', inner(type))}]`, ['/0', '/2']],
    [
      'in a map within a record, where there is no copy',
      (type: string) => holding('X', `{"type":"map","values":["A",${inner(type)}]}`),
      ['/fields/0/type/values/0'],
    ],
  ])(
    'compares a type apart that a root without a name names before its definition, %s',
    (_, text, locations) => {
      const { incompatibilities } = checkReaderWriter(text('"int"'), text('"string"'))
      expect(incompatibilities.map(({ location }) => location)).toEqual(locations)
    },
  )

  it('knows where a type is defined, not where it was named first', () => {
    expect(parseSchema(outer('"B"', enumB)).types.get('B')).toMatchObject({
      type: 'enum',
      pointer: '/fields/1/type',
    })
  })

  it.each([
    ['with the same words', enumB, enumB],
    [
      'with another doc, default and aliases',
      enumB,
      enumB.replace('}', ',"doc":"d","default":"X","aliases":["Q"]}'),
    ],
    ['as a record', recordB, recordB.replace('"type":"int"', '"type":"int","doc":"d","aliases":["y"]')],
    ['as an error', recordB, recordB.replace('record', 'error')],
    [
      'with properties in another order',
      '{"type":"fixed","name":"B","size":2,"p":{"a":1,"b":2}}',
      '{"type":"fixed","name":"B","size":2,"p":{"b":2,"a":1}}',
    ],
  ])('takes a second definition %s, and writes the first', (_, first, second) => {
    expect(canonicalText(parseSchema(outer(first, second)))).toBe(outer(first, '"B"'))
  })

  it('lets a name mean the first definition, also after the second', () => {
    const second = enumB.replace('}', ',"default":"X"}')
    const { root } = parseSchema(outer(enumB, second, '"B"'))
    if (root.type !== 'record') throw new Error('no record')
    const defaults = root.fields.map(({ type }) => (type.type === 'enum' ? type.default : 'no enum'))
    expect(defaults).toEqual([undefined, 'X', undefined])
  })

  it.each([
    ['of another kind', enumB, '{"type":"record","name":"B","fields":[]}'],
    ['with other symbols', enumB, enumB.replace('"X"', '"X","Y"')],
    ['with another size', '{"type":"fixed","name":"B","size":2}', '{"type":"fixed","name":"B","size":3}'],
    ['with another property', enumB, enumB.replace('}', ',"p":1}')],
    ['with a longer list', enumB.replace('}', ',"p":[1]}'), enumB.replace('}', ',"p":[1,2]}')],
    [
      'that defines another type',
      ...['C', 'D'].map((name) => recordB.replace('"int"', enumB.replace('B', name))),
    ] as [string, string, string],
    ['with text for a number', enumB.replace('}', ',"p":1e400}'), enumB.replace('}', ',"p":"Infinity"}')],
    ['with another field type', recordB, recordB.replace('"int"', '"long"')],
    ['with another default', recordB, recordB.replace('"type":"int"', '"type":"int","default":1')],
    ['with another order', recordB, recordB.replace('"type":"int"', '"type":"int","order":"ignore"')],
    ['without its fields', recordB, '{"type":"record","name":"B","fields":[]}'],
    ...['"B"', '"A"'].map((inner) => {
      const record = recordB.replace('"int"', `["null",${inner}]`)
      return [`that contains ${inner}`, record, record] as [string, string, string]
    }),
  ])('refuses a second definition %s', (_, first, second) => {
    expect(() => parseSchema(outer(first, second))).toThrow(/can't redefine: B/)
  })

  // A name stands for a type of its own in Avro Java, as long as its definition is not complete.
  it.each([
    ['before and after it', outer(holding('C', '"B"'), enumB, holding('C', '"B"'))],
    ['before it, twice', outer(holding('C', '"B"'), holding('C', '"B"'), recordB)],
    ['before it, and the definition itself', outer(holding('C', '"B"'), holding('C', recordB))],
    ['in it and after it', outer(holding('B', holding('C', '"B"')), holding('C', '"B"'))],
    ...['["null","B"]', '{"type":"array","items":"B"}', '{"type":"map","values":"B"}'].map((type) => [
      `in it and after it, in ${type}`,
      outer(holding('B', holding('C', type)), holding('C', type)),
    ]),
    [
      'of the null namespace where the first was incomplete, and of the first where that is complete',
      `[{"type":"enum","name":"D","symbols":["X"]},${holder},{"type":"array","items":${holder}}]`,
    ],
  ])('refuses a second definition that has a name %s', (_, text) => {
    expect(() => parseSchema(text!)).toThrow(/can't redefine: (?:C|n\.D), /)
  })

  it('takes a second definition that names a complete type, whatever that type holds', () => {
    const inner = holding('B', holding('D', holding('C', '"B"')))
    expect(canonicalText(parseSchema(outer(inner, holding('D', '"C"'))))).toBe(outer(inner, '"D"'))
    const whole = outer(holding('B', holding('C', '"B"')), holding('D', '"C"'), holding('D', '"C"'))
    expect(parseSchema(whole).types.size).toBe(4)
  })

  it.each([
    ['a name that is never defined', '{"type":"array","items":"B"}', /undefined name "B"/],
    ['a type of a later name', outer('{"type":"B"}', enumB), /unknown type "B" in an object/],
    ['a union with a name twice', outer('["B","B"]', enumB), /duplicate in union: B/],
    ['a definition in another namespace', outer('"n.B"', enumB), /undefined name "n.B"/],
    ['an alias for a name', outer('"C"', enumB.replace('}', ',"aliases":["C"]}')), /undefined name "C"/],
  ])('refuses %s', (_, text, reason) => {
    expect(() => parseSchema(text)).toThrow(reason)
  })

  const defaulted = (value: string, definition: string): string =>
    outer('"B"', definition).replace('"type":"B"', `"type":"B","default":${value}`)

  it('holds a default to the definition that comes later', () => {
    expect(parseSchema(defaulted('{"x":1}', recordB)).root.type).toBe('record')
    expect(() => parseSchema(defaulted('{"x":"t"}', recordB))).toThrow(/invalid default for field f0/)
    // Until its definition a name stands for a record, so that an enum's default is refused too early. So it is in Java.
    expect(() => parseSchema(defaulted('"X"', enumB))).toThrow(/invalid default for field f0/)
    expect(() => parseSchema(defaulted('{}', enumB))).toThrow(/invalid default for field f0/)
  })

  it('lets a name mean a finished type of the null namespace rather than the record around it', () => {
    const inner =
      '{"type":"record","name":"D","namespace":"m","fields":[{"name":"x","type":"D","default":{"a":1}}]}'
    const { types } = parseSchema(`[{"type":"record","name":"D","fields":[]},${inner}]`)
    const record = types.get('m.D')
    expect(record?.type === 'record' && record.fields[0]?.type).toBe(types.get('D'))
  })

  it('refuses a default that comes upon the record around it before it fits', () => {
    const union = (...branches: string[]): string =>
      `{"type":"record","name":"A","fields":[{"name":"x","type":[${branches.join(',')}],"default":{}}]}`
    const empty = '{"type":"record","name":"D","fields":[]}'
    expect(() => parseSchema(union('"A"', empty))).toThrow(/invalid default/)
    expect(parseSchema(union(empty, '"A"')).root.type).toBe('record')
  })

  it('checks a default with a later name unknown, even where the definition stands in the same type', () => {
    // The name was taken for its definition as soon as that was read: Avro Java links names at the very end.
    const text = (value: string): string =>
      `{"type":"record","name":"R","fields":[{"name":"a","default":${value},"type":[{"type":"array","items":"E"},` +
      `{"type":"enum","name":"E","symbols":["X"]}]}]}`
    expect(() => parseSchema(text('["X"]'))).toThrow(/invalid default/)
    const { root, types } = parseSchema(text('"X"'))
    const union = root.type === 'record' ? root.fields[0]?.type : undefined
    const array = union?.type === 'union' ? union.branches[0] : undefined
    expect(array?.type === 'array' && array.items).toBe(types.get('E'))
  })
})
