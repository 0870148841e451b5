import { describe, expect, it } from 'vitest'
import { checkReaderWriter, findRootCauses, parseSchema } from '../src/index.ts'

const record = (fields: object[], name: string = 'R'): object => ({ type: 'record', name, fields })
const fixed = (size: number): object => ({ type: 'fixed', name: 'F', size })

function causes(reader: unknown, writer: unknown): string[] {
  const found = findRootCauses(parseSchema(JSON.stringify(reader)), parseSchema(JSON.stringify(writer)))
  return found.map((cause) =>
    [
      cause.type,
      cause.path.join('.'),
      cause.reader.pointer,
      cause.writer.pointer,
      ...(cause.symbols ?? []),
    ].join(' '),
  )
}

describe('findRootCauses', () => {
  it('finds none where there are none', () => {
    expect(causes(['null', 'long'], 'int')).toEqual([])
  })

  it('goes into the branch that was meant, with a pointer into each of the two texts', () => {
    const customer = (...fields: object[]): object => record(fields, 'Customer')
    const reader = record([
      { name: 'who', type: ['null', customer({ name: 'id', type: 'int' }, { name: 'tax', type: 'string' })] },
    ])
    const writer = record([
      { name: 'x', type: 'int' },
      { name: 'who', type: [customer({ name: 'id', type: 'string' }), 'null'] },
    ])
    expect(causes(reader, writer)).toEqual([
      'TYPE_MISMATCH who.id /fields/0/type/1/fields/0/type /fields/1/type/0/fields/0/type',
      'READER_FIELD_MISSING_DEFAULT_VALUE who.tax /fields/0/type/1/fields/1 /fields/1/type/0',
    ])
  })

  it('prefers the branch of the same name to another of the same type', () => {
    const one = (name: string, type: string): object => record([{ name: 'f', type }], name)
    expect(causes([one('A', 'null'), one('B', 'int')], one('B', 'string'))).toEqual([
      'TYPE_MISMATCH f /1/fields/0/type /fields/0/type',
    ])
  })

  it('names the branch where there is none like it', () => {
    expect(
      causes({ type: 'map', values: ['null', 'int'] }, { type: 'map', values: ['string', 'null'] }),
    ).toEqual(['MISSING_UNION_BRANCH {} /values /values/0'])
  })

  it('says of an enum which symbols are missing, and of a fixed both its faults', () => {
    const enumeration = (...symbols: string[]): object => ({ type: 'enum', name: 'E', symbols })
    expect(causes(['null', enumeration('A')], enumeration('B', 'A', 'C'))).toEqual([
      'MISSING_ENUM_SYMBOLS  /1  B C',
    ])
    expect(causes({ ...fixed(1), name: 'G' }, fixed(2))).toEqual([
      'NAME_MISMATCH   ',
      'FIXED_SIZE_MISMATCH   ',
    ])
  })

  it('says that a field is missing, also where Avro Java compares its enum with the record', () => {
    const enumeration = { type: 'enum', name: 'E', symbols: ['A'], default: 'A' }
    expect(causes(record([{ name: 'e', type: enumeration }]), record([]))).toEqual([
      'READER_FIELD_MISSING_DEFAULT_VALUE e /fields/0 ',
    ])
  })

  it('gives a fault of a type that is used twice once, in its place', () => {
    const twice = (size: number): object =>
      record([
        { name: 'a', type: ['null', record([{ name: 'f', type: fixed(size) }], 'In')] },
        { name: 'b', type: 'In' },
      ])
    expect(causes(twice(1), twice(2))).toEqual([
      'FIXED_SIZE_MISMATCH a.f /fields/0/type/1/fields/0/type /fields/0/type/1/fields/0/type',
    ])
  })

  it('gives the one fault of a recursive type, not its uses', () => {
    const list = (value: string): object =>
      record([
        { name: 'next', type: ['null', 'R'] },
        { name: 'value', type: value },
      ])
    expect(causes(list('int'), list('long'))).toEqual(['TYPE_MISMATCH value /fields/1/type /fields/1/type'])
  })

  it('points at a field that matches two of the writer', () => {
    const schema = record([
      { name: 'a', aliases: ['b'], type: 'int' },
      { name: 'b', type: 'int' },
    ])
    expect(causes(schema, schema)).toEqual(['AMBIGUOUS_ALIAS a /fields/0 '])
  })

  it('leaves out branches behind one that fits, as Avro Java does', () => {
    const ambiguous = record([{ name: 'a', aliases: ['b'], type: 'int' }], 'S')
    const plain = record([
      { name: 'a', type: 'int' },
      { name: 'b', type: 'int' },
    ])
    expect(causes([plain, ambiguous], plain)).toEqual([])
    expect(causes([ambiguous, plain], plain)).toEqual(['AMBIGUOUS_ALIAS a /0/fields/0 '])
  })

  it('finds what Avro Java misses when it believes of a type what it assumed while it compared another', () => {
    // While it tries A, it takes B for readable since A is being tried; A is not, C is, and B stays accepted for v.
    const b = record([{ name: 'a', type: 'A' }], 'B')
    const reader = record([
      {
        name: 'u',
        type: [
          record(
            [
              { name: 'b', type: b },
              { name: 'q', type: 'int' },
            ],
            'A',
          ),
          { ...record([], 'C'), aliases: ['A'] },
        ],
      },
      { name: 'v', type: 'B' },
    ])
    const writer = record([
      { name: 'u', type: record([{ name: 'b', type: b }], 'A') },
      { name: 'v', type: 'B' },
    ])
    expect(checkReaderWriter(JSON.stringify(reader), JSON.stringify(writer)).compatible).toBe(true)
    expect(causes(reader, writer)).toEqual([
      'READER_FIELD_MISSING_DEFAULT_VALUE v.a.q /fields/0/type/0/fields/1 /fields/0/type',
    ])
  })
})
