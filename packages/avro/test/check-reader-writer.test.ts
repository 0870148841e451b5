import { describe, expect, it } from 'vitest'
import { checkReaderWriter } from '../src/index.ts'

type Schema = string | object

const record = (fields: object[], extra: object = {}): object => ({
  type: 'record',
  name: 'R',
  fields,
  ...extra,
})
const enumeration = (symbols: string[], extra: object = {}): object => ({
  type: 'enum',
  name: 'E',
  symbols,
  ...extra,
})
const fixed = (size: number, extra: object = {}): object => ({ type: 'fixed', name: 'F', size, ...extra })

const check = (reader: Schema, writer: Schema): ReturnType<typeof checkReaderWriter> =>
  checkReaderWriter(JSON.stringify(reader), JSON.stringify(writer))

const found = (reader: Schema, writer: Schema): string[] =>
  check(reader, writer).incompatibilities.map(
    ({ type, location, message }) => `${type} ${location} ${message}`,
  )

/** One pair for each rule that can be broken, with what it says at the root. */
const breaks: [
  rule: string,
  reader: Schema,
  writer: Schema,
  ...findings: [type: string, location: string, message: string][],
][] = [
  [
    'another type',
    'int',
    'string',
    ['TYPE_MISMATCH', '', 'reader type: INT not compatible with writer type: STRING'],
  ],
  [
    'another record name',
    record([], { name: 'N' }),
    record([], { name: 'O' }),
    ['NAME_MISMATCH', '/name', 'expected: O'],
  ],
  [
    'a reader’s field without a default',
    record([{ name: 'a', type: 'int' }]),
    record([]),
    ['READER_FIELD_MISSING_DEFAULT_VALUE', '/fields/0', 'a'],
  ],
  [
    'a field of another type',
    record([{ name: 'a', type: 'int' }]),
    record([{ name: 'a', type: 'long' }]),
    ['TYPE_MISMATCH', '/fields/0/type', 'reader type: INT not compatible with writer type: LONG'],
  ],
  [
    'enum symbols that the reader lacks, sorted',
    enumeration(['A']),
    enumeration(['D', 'A', 'B']),
    ['MISSING_ENUM_SYMBOLS', '/symbols', '[B, D]'],
  ],
  [
    'another enum name',
    enumeration(['A'], { name: 'N' }),
    enumeration(['A']),
    ['NAME_MISMATCH', '/name', 'expected: E'],
  ],
  [
    'a fixed of another name and size',
    fixed(4, { name: 'N', namespace: 'n' }),
    fixed(8, { namespace: 'm' }),
    ['NAME_MISMATCH', '/name', 'expected: m.F'],
    ['FIXED_SIZE_MISMATCH', '/size', 'expected: 8, found: 4'],
  ],
  [
    'array items',
    { type: 'array', items: 'int' },
    { type: 'array', items: 'string' },
    ['TYPE_MISMATCH', '/items', 'reader type: INT not compatible with writer type: STRING'],
  ],
  [
    'map values',
    { type: 'map', values: 'int' },
    { type: 'map', values: 'null' },
    ['TYPE_MISMATCH', '/values', 'reader type: INT not compatible with writer type: NULL'],
  ],
  [
    'a union branch that the reader lacks',
    ['null', 'int'],
    ['null', 'string', 'int', 'boolean'],
    ['MISSING_UNION_BRANCH', '/1', 'reader union lacking writer type: STRING'],
    ['MISSING_UNION_BRANCH', '/3', 'reader union lacking writer type: BOOLEAN'],
  ],
  [
    'a plain type that no branch reads',
    ['null', 'int'],
    'string',
    ['MISSING_UNION_BRANCH', '', 'reader union lacking writer type: STRING'],
  ],
  [
    'a writer’s branch that a plain reader cannot read',
    'int',
    ['int', 'string'],
    ['TYPE_MISMATCH', '/1', 'reader type: INT not compatible with writer type: STRING'],
  ],
  [
    'a missing field of an enum with a default symbol, in other words',
    record([{ name: 'e', type: enumeration(['A'], { default: 'A' }) }]),
    record([]),
    ['TYPE_MISMATCH', '/fields/0/type', 'reader type: ENUM not compatible with writer type: RECORD'],
  ],
]

/** Ways to put a schema inside another, with the path that they add. */
const positions: [position: string, wrap: (inner: Schema) => Schema, path: string][] = [
  ['the root', (inner) => inner, ''],
  [
    'a field',
    (type) => ({
      type: 'record',
      name: 'Outer',
      fields: [
        { name: 'x', type: 'int' },
        { name: 'y', type },
      ],
    }),
    '/fields/1/type',
  ],
  ['array items', (items) => ({ type: 'array', items }), '/items'],
  ['map values', (values) => ({ type: 'map', values }), '/values'],
  [
    'an array of maps in a field',
    (values) => ({
      type: 'record',
      name: 'Outer',
      fields: [{ name: 'x', type: { type: 'array', items: { type: 'map', values } } }],
    }),
    '/fields/0/type/items/values',
  ],
]

const promotions: [reader: string, writers: string[]][] = [
  ['null', []],
  ['boolean', []],
  ['int', []],
  ['long', ['int']],
  ['float', ['int', 'long']],
  ['double', ['int', 'long', 'float']],
  ['bytes', ['string']],
  ['string', ['bytes']],
]
const primitives = promotions.map(([name]) => name)

describe('checkReaderWriter', () => {
  for (const [position, wrap, path] of positions) {
    it.each(breaks)(`finds, in ${position}: %s`, (_, reader, writer, ...findings) => {
      const expected = findings.map(
        ([type, location, message]) => `${type} ${path + location || '/'} ${message}`,
      )
      expect(found(wrap(reader), wrap(writer))).toEqual(expected)
      expect(check(wrap(reader), wrap(writer)).compatible).toBe(false)
    })
  }

  it.each(breaks)('finds in a union no more than the branch: %s', (_, reader, writer) => {
    if (Array.isArray(reader) || Array.isArray(writer)) return
    const word = String(typeof writer === 'string' ? writer : (writer as { type: string }).type).toUpperCase()
    expect(found(['null', reader], ['null', writer])).toEqual([
      `MISSING_UNION_BRANCH /1 reader union lacking writer type: ${word}`,
    ])
    expect(found(['null', reader], writer)).toEqual([
      `MISSING_UNION_BRANCH / reader union lacking writer type: ${word}`,
    ])
  })

  it.each(promotions)('lets %s read itself and %j, and nothing else', (reader, writers) => {
    const readable = primitives.filter((writer) => check(reader, writer).compatible)
    expect(readable.toSorted()).toEqual([reader, ...writers].toSorted())
  })

  it('promotes inside a union', () => {
    expect(check(['null', 'long'], 'int').compatible).toBe(true)
    expect(check(['null', 'long'], ['int', 'null']).compatible).toBe(true)
    expect(check('long', ['int', 'long']).compatible).toBe(true)
  })

  it('lets anything read an empty union, and an empty union nothing else', () => {
    expect(check('int', []).compatible).toBe(true)
    expect(check([], []).compatible).toBe(true)
    expect(found([], 'int')).toEqual(['MISSING_UNION_BRANCH / reader union lacking writer type: INT'])
  })

  it('does not look at logical types, docs, order, defaults of fields that are there, or the writer’s own fields', () => {
    expect(
      check({ type: 'long', logicalType: 'timestamp-micros' }, { type: 'int', logicalType: 'date' })
        .compatible,
    ).toBe(true)
    const reader = record([
      { name: 'b', type: 'int', default: 2, order: 'ignore' },
      { name: 'a', type: 'int', doc: 'x' },
    ])
    const writer = record([
      { name: 'a', type: 'int' },
      { name: 'b', type: 'int', default: 1 },
      { name: 'c', type: 'int' },
    ])
    expect(check(reader, writer).compatible).toBe(true)
  })

  it('takes a default for a missing field, null for one', () => {
    expect(check(record([{ name: 'a', type: ['null', 'int'], default: null }]), record([])).compatible).toBe(
      true,
    )
  })

  it('takes an enum default for symbols that are unknown, the reader’s only', () => {
    expect(check(enumeration(['A'], { default: 'A' }), enumeration(['A', 'B'])).compatible).toBe(true)
    expect(check(enumeration(['A']), enumeration(['A', 'B'], { default: 'A' })).compatible).toBe(false)
  })

  it('compares names without their namespaces', () => {
    expect(check(record([], { namespace: 'n' }), record([], { namespace: 'm' })).compatible).toBe(true)
    expect(check(enumeration(['A'], { namespace: 'n' }), enumeration(['A'])).compatible).toBe(true)
  })

  it('knows a rename by the reader’s alias, under its full name', () => {
    const writer = record([], { name: 'Old', namespace: 'n' })
    const aliased = (namespace: string, alias: string): boolean =>
      check(record([], { name: 'New', namespace, aliases: [alias] }), writer).compatible
    expect(aliased('n', 'Old')).toBe(true)
    expect(aliased('n', 'n.Old')).toBe(true)
    expect(aliased('m', 'n.Old')).toBe(true)
    expect(aliased('m', 'Old')).toBe(false)
    expect(check(writer, record([], { name: 'New', namespace: 'n', aliases: ['Old'] })).compatible).toBe(
      false,
    )
  })

  it('does not take a dotted alias for a writer without a namespace, as Java does not', () => {
    const reader = record([], { name: 'New', namespace: 'n', aliases: ['.Old'] })
    expect(check(reader, record([], { name: 'Old' })).compatible).toBe(false)
    expect(check(record([], { name: 'New', aliases: ['Old'] }), record([], { name: 'Old' })).compatible).toBe(
      true,
    )
  })

  it('finds a renamed field by its alias', () => {
    const reader = record([{ name: 'new', aliases: ['old'], type: 'long' }])
    expect(check(reader, record([{ name: 'old', type: 'int' }])).compatible).toBe(true)
    expect(found(reader, record([{ name: 'old', type: 'string' }]))).toEqual([
      'TYPE_MISMATCH /fields/0/type reader type: LONG not compatible with writer type: STRING',
    ])
  })

  it('gives up where a field matches two, with Java’s words, even for a schema and itself', () => {
    const schema = record([
      { name: 'a', aliases: ['b'], type: 'int' },
      { name: 'b', type: 'int', default: 0 },
    ])
    expect(check(schema, schema)).toEqual({
      compatible: false,
      incompatibilities: [],
      exception:
        'Reader record field a type:INT pos:0 matches multiple fields in writer record schema ' +
        '{"type":"record","name":"R","fields":[{"name":"a","type":"int","aliases":["b"]},{"name":"b","type":"int","default":0}]}',
    })
  })

  it('ends on recursive schemas and finds what is wrong inside them', () => {
    const list = (value: string): object =>
      record([
        { name: 'value', type: value },
        { name: 'next', type: ['null', 'R'] },
      ])
    expect(check(list('long'), list('int')).compatible).toBe(true)
    expect(found(list('int'), list('long'))).toEqual([
      'TYPE_MISMATCH /fields/0/type reader type: INT not compatible with writer type: LONG',
    ])
  })

  it('reports a type that comes twice where it was seen first, as Java’s memo does', () => {
    const twice = (size: number): object =>
      record([
        {
          name: 'a',
          type: ['null', { type: 'record', name: 'In', fields: [{ name: 'f', type: fixed(size) }] }],
        },
        { name: 'b', type: 'In' },
      ])
    expect(found(twice(1), twice(2))).toEqual([
      'MISSING_UNION_BRANCH /fields/0/type/1 reader union lacking writer type: RECORD',
      'FIXED_SIZE_MISMATCH /fields/0/type/size expected: 2, found: 1',
    ])
  })

  it('starts the location anew in the branches of a union, for a plain writer, too', () => {
    const inner = (size: number): object => ({
      type: 'record',
      name: 'In',
      fields: [{ name: 'f', type: fixed(size) }],
    })
    const reader = record([
      { name: 'a', type: ['null', inner(1)] },
      { name: 'b', type: 'In' },
    ])
    const writer = record([
      { name: 'a', type: inner(2) },
      { name: 'b', type: 'In' },
    ])
    // Recorded from Avro Java 1.12.1.
    expect(found(reader, writer)).toEqual([
      'MISSING_UNION_BRANCH /fields/0/type reader union lacking writer type: RECORD',
      'FIXED_SIZE_MISMATCH /fields/0/type/size expected: 2, found: 1',
    ])
  })

  it('starts the location anew in the branches of two unions, for a later plain writer, too', () => {
    const inner = (size: number): object => ({
      type: 'record',
      name: 'In',
      fields: [{ name: 'f', type: fixed(size) }],
    })
    const reader = record([
      { name: 'a', type: record([{ name: 'u', type: ['null', inner(1)] }], { name: 'S' }) },
      { name: 'b', type: 'S' },
    ])
    const writer = record([
      { name: 'a', type: record([{ name: 'u', type: ['null', inner(2)] }], { name: 'S' }) },
      { name: 'b', type: record([{ name: 'u', type: 'In' }], { name: 'S', namespace: 'n' }) },
    ])
    // The second has the path of the first, which Avro Java remembers for the pair of the union and the record.
    expect(found(reader, writer)).toEqual([
      'MISSING_UNION_BRANCH /fields/0/type/fields/0/type/1 reader union lacking writer type: RECORD',
      'MISSING_UNION_BRANCH / reader union lacking writer type: RECORD',
    ])
  })
})
