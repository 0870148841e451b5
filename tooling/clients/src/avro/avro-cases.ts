import { csrName, pythonName, type AvroCase } from './avro-case.ts'

const record = (name: string, fields: Readonly<Record<string, unknown>>): object => ({
  type: 'record',
  name,
  namespace: 'shop',
  fields: Object.entries(fields).map(([field, type]) =>
    isField(type) ? { name: field, ...type } : { name: field, type },
  ),
})

/** A field with more to it than a type; an enum has a default of its own. */
interface FieldRest {
  readonly type: unknown
  readonly default?: unknown
  readonly aliases?: readonly string[]
}

const withDefault = (type: unknown, fallback: unknown): FieldRest => ({ type, default: fallback })
const isField = (type: unknown): type is FieldRest =>
  typeof type === 'object' &&
  type !== null &&
  ('aliases' in type || ('default' in type && !('symbols' in type)))

const same = (value: object | string): { value: unknown; told: never } => ({ value, told: value as never })
const bytes = (...of: readonly number[]): Buffer => Buffer.from(of)

const primitives = record('Primitives', {
  nothing: 'null',
  flag: 'boolean',
  int: 'int',
  long: 'long',
  float: 'float',
  double: 'double',
  bytes: 'bytes',
  text: 'string',
})

const order = { id: 'o-1', count: 7, kind: 'CARD' }
const kinds = (...symbols: readonly string[]): object => ({
  type: 'enum',
  name: 'Kind',
  symbols,
  default: 'OTHER',
})

/** What Avro has, as frames that every language must read alike. */
export const avroCases: readonly AvroCase[] = [
  {
    name: 'primitive types',
    schema: primitives,
    values: [
      {
        value: {
          nothing: null,
          flag: true,
          int: -70_000,
          long: 2 ** 40,
          float: 1.5,
          double: -1e-9,
          bytes: bytes(0, 255, 10),
          text: 'Zoë 🚀 \u0000',
        },
        told: {
          nothing: null,
          flag: true,
          int: -70_000,
          long: 2 ** 40,
          float: 1.5,
          double: -1e-9,
          bytes: { $bytes: '00ff0a' },
          text: 'Zoë 🚀 \u0000',
        },
      },
    ],
  },
  {
    name: 'primitive types at their ends',
    schema: primitives,
    values: [
      {
        value: {
          nothing: null,
          flag: false,
          int: 2 ** 31 - 1,
          long: 2 ** 53 - 2,
          float: 2 ** -149,
          double: Number.MAX_VALUE,
          bytes: bytes(),
          text: '',
        },
        told: {
          nothing: null,
          flag: false,
          int: 2 ** 31 - 1,
          long: 2 ** 53 - 2,
          float: 2 ** -149,
          double: Number.MAX_VALUE,
          bytes: { $bytes: '' },
          text: '',
        },
      },
      {
        value: {
          nothing: null,
          flag: false,
          int: -(2 ** 31),
          long: -(2 ** 52),
          float: -(2 ** 127),
          double: 5e-324,
          bytes: Buffer.alloc(300, 7),
          text: 'x'.repeat(10_000),
        },
        told: {
          nothing: null,
          flag: false,
          int: -(2 ** 31),
          long: -(2 ** 52),
          float: -(2 ** 127),
          double: 5e-324,
          bytes: { $bytes: '07'.repeat(300) },
          text: 'x'.repeat(10_000),
        },
      },
    ],
  },
  {
    name: 'longs below -2^52',
    // avsc 5.7 writes and reads these with the other sign.
    notBy: [csrName],
    schema: record('Below', { longs: { type: 'array', items: 'long' } }),
    values: [same({ longs: [-(2 ** 52) - 1, -(2 ** 53 - 2), -(2 ** 52) - 2] })],
  },
  {
    name: 'logical types',
    schema: record('Logical', {
      at: { type: 'long', logicalType: 'timestamp-millis' },
      day: { type: 'int', logicalType: 'date' },
      time: { type: 'int', logicalType: 'time-millis' },
      id: { type: 'string', logicalType: 'uuid' },
      price: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
      owed: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
      rate: { type: 'fixed', name: 'Rate', size: 6, logicalType: 'decimal', precision: 12, scale: 4 },
    }),
    values: [
      {
        value: {
          at: 1_795_000_000_123,
          day: 20_778,
          time: 45_296_789,
          id: '0191f1f2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
          price: bytes(0x01, 0xe2, 0x40),
          owed: bytes(0xff),
          rate: bytes(0xff, 0xff, 0xff, 0xff, 0xcf, 0xc7),
        },
        logical: {
          at: new Date(1_795_000_000_123),
          day: '2026-11-21',
          time: '12:34:56.789',
          id: '0191f1f2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
          price: '1234.56',
          owed: '-0.01',
          rate: '-1.2345',
        },
        told: {
          at: { $millis: 1_795_000_000_123 },
          day: { $date: '2026-11-21' },
          time: { $millis: 45_296_789 },
          id: { $uuid: '0191f1f2-3c4d-7e5f-8a9b-0c1d2e3f4a5b' },
          price: { $decimal: '1234.56' },
          owed: { $decimal: '-0.01' },
          rate: { $decimal: '-1.2345' },
        },
      },
    ],
  },
  {
    name: 'enum and fixed',
    schema: record('Card', {
      kind: { type: 'enum', name: 'Suit', symbols: ['HEARTS', 'SPADES'] },
      hash: { type: 'fixed', name: 'Hash', size: 4 },
    }),
    values: [
      {
        value: { kind: 'SPADES', hash: bytes(1, 2, 3, 255) },
        told: { kind: 'SPADES', hash: { $bytes: '010203ff' } },
      },
    ],
  },
  {
    name: 'arrays and maps',
    schema: record('Collections', {
      list: { type: 'array', items: 'long' },
      lists: { type: 'array', items: { type: 'array', items: 'string' } },
      map: { type: 'map', values: 'int' },
      maps: { type: 'map', values: { type: 'array', items: ['null', 'boolean'] } },
    }),
    values: [
      same({
        list: [1, -1, 2 ** 40],
        lists: [['a'], [], ['b', 'c']],
        map: { a: 1 },
        maps: { x: [true, null] },
      }),
      same({ list: [], lists: [], map: {}, maps: { '': [] } }),
      same({
        list: Array.from({ length: 1000 }, (_, n) => n),
        lists: [],
        map: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`key ${n}`, n])),
        maps: {},
      }),
    ],
  },
  {
    name: 'unions that the value decides',
    schema: record('Maybe', {
      note: withDefault(['null', 'string'], null),
      late: withDefault(['string', 'null'], ''),
      inner: ['null', record('Inner', { text: 'string' })],
      many: ['null', 'boolean', 'long', 'string', { type: 'array', items: 'int' }],
    }),
    values: [
      same({ note: null, late: null, inner: null, many: null } as never),
      same({ note: 'n', late: 'l', inner: { text: 'i' }, many: 12 }),
      same({ note: null, late: '', inner: null, many: [1, 2] } as never),
    ],
  },
  {
    name: 'unions that name their branch',
    isNamed: true,
    schema: record('Payment', {
      by: [record('Cash', { given: 'int' }), record('Transfer', { given: 'int', from: 'string' })],
    }),
    values: [
      {
        value: { by: { 'shop.Cash': { given: 5 } } },
        told: { by: { $branch: ['shop.Cash', { given: 5 }] } },
      },
      {
        value: { by: { 'shop.Transfer': { given: 5, from: 'DE' } } },
        told: { by: { $branch: ['shop.Transfer', { given: 5, from: 'DE' }] } },
      },
    ],
  },
  {
    name: 'a record in itself',
    schema: record('Node', { value: 'int', next: withDefault(['null', 'Node'], null) }),
    values: [same({ value: 1, next: { value: 2, next: { value: 3, next: null } } })],
  },
  {
    name: 'a record of another subject',
    reference: { name: 'shop.Address', schema: record('Address', { city: 'string' }) },
    schema: record('Shipment', { to: 'shop.Address', via: { type: 'array', items: 'shop.Address' } }),
    values: [same({ to: { city: 'Ulm' }, via: [{ city: 'Bern' }, { city: 'Graz' }] })],
  },
  {
    name: 'a value that is no record',
    schema: '"string"',
    values: [same('text alone')],
  },
  {
    name: 'versions',
    schema: record('Order', { id: 'string', count: 'int', kind: kinds('OTHER', 'CARD') }),
    values: [same(order)],
    readers: [
      {
        what: 'a later version, with a field more, a wider number and another name',
        schema: record('Order', {
          id: 'string',
          total: { type: 'double', aliases: ['count'] },
          kind: kinds('OTHER', 'CARD'),
          note: withDefault(['null', 'string'], null),
          tags: withDefault({ type: 'map', values: 'string' }, {}),
        }),
        values: [same({ id: 'o-1', total: 7, kind: 'CARD', note: null, tags: {} })],
      },
      {
        what: 'an earlier version, with a field less and a symbol less',
        schema: record('Order', { id: 'string', kind: kinds('OTHER') }),
        values: [same({ id: 'o-1', kind: 'OTHER' })],
      },
    ],
  },
  {
    name: 'a text',
    // They take the first branch that can hold it; Avro Java, and so Headwater, the one that it is.
    notBy: [csrName, pythonName],
    schema: record('Text', { text: 'string', count: 'int' }),
    values: [same({ text: 'x', count: 5 })],
    readers: [
      {
        what: 'unions with the type itself after a wider one',
        schema: record('Text', { text: ['null', 'bytes', 'string'], count: ['null', 'double', 'int'] }),
        values: [{ value: { text: 'x', count: { int: 5 } }, told: { text: 'x', count: 5 } }],
      },
    ],
  },
]
