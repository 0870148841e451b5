import { readdirSync, readFileSync } from 'node:fs'
import { AvroSchemaError, parseSchema } from '../../src/index.ts'

/** Schemas that were written to be hard on a generator, by what they are hard with. */
export const hardSchemas: Readonly<Record<string, unknown>> = {
  'reserved words': {
    type: 'record',
    name: 'class',
    fields: [
      { name: 'default', type: 'string' },
      { name: 'enum', type: { type: 'enum', name: 'string_', symbols: ['delete', 'typeof'] } },
      {
        name: 'nested',
        type: { type: 'record', name: 'Buffer', fields: [{ name: 'bytes', type: 'bytes' }] },
      },
      { name: 'constructor_', type: { type: 'fixed', name: 'OneOf', size: 2 } },
    ],
  },
  'names that collide': {
    type: 'record',
    name: 'Order',
    namespace: 'com.acme',
    fields: [
      { name: 'a', type: { type: 'record', name: 'Card', fields: [{ name: 'x', type: 'int', default: 1 }] } },
      {
        name: 'b',
        type: {
          type: 'record',
          name: 'Card',
          namespace: 'com.acme.other',
          fields: [{ name: 'y', type: 'string' }],
        },
      },
      { name: 'c', type: { type: 'record', name: 'OrderInput', fields: [{ name: 'z', type: 'boolean' }] } },
      { name: 'd', type: { type: 'enum', name: 'CardInput', symbols: ['A'] } },
      { name: 'e', type: ['null', 'Card', 'com.acme.other.Card'] },
    ],
  },
  recursion: {
    type: 'record',
    name: 'Tree',
    namespace: 'woods',
    fields: [
      { name: 'value', type: 'int' },
      { name: 'children', type: { type: 'array', items: 'Tree' }, default: [] },
      { name: 'parent', type: ['null', 'Tree'], default: null },
      { name: 'byName', type: { type: 'map', values: ['null', 'Tree'] } },
    ],
  },
  'unions that need no wrapper': {
    type: 'record',
    name: 'Plain',
    fields: [
      { name: 'a', type: ['null', 'string'] },
      { name: 'b', type: ['string', 'null'], default: 'b' },
      { name: 'c', type: ['null', 'boolean', 'long', 'bytes', { type: 'array', items: ['null', 'int'] }] },
      { name: 'd', type: [{ type: 'map', values: 'double' }, 'string'] },
      { name: 'e', type: ['int'] },
      { name: 'f', type: { type: 'array', items: { type: 'array', items: ['null', 'string'] } } },
    ],
  },
  'unions that need one': {
    type: 'record',
    name: 'Wrapped',
    namespace: 'w',
    fields: [
      { name: 'a', type: ['null', 'int', 'long'] },
      { name: 'b', type: ['int', 'double'], default: 3 },
      { name: 'c', type: ['string', { type: 'enum', name: 'E', symbols: ['X', 'Y'] }] },
      { name: 'd', type: ['bytes', { type: 'fixed', name: 'F', size: 3 }] },
      {
        name: 'e',
        type: ['null', { type: 'record', name: 'R', fields: [] }, { type: 'map', values: 'string' }],
      },
      { name: 'f', type: { type: 'array', items: ['R', { type: 'map', values: 'F' }] } },
      { name: 'g', type: { type: 'map', values: ['float', 'double'] } },
    ],
  },
  'empty record': { type: 'record', name: 'Empty', fields: [] },
  'enums with defaults': {
    type: 'record',
    name: 'Enums',
    fields: [
      {
        name: 'status',
        type: { type: 'enum', name: 'Status', symbols: ['UNKNOWN', 'PAID'], default: 'UNKNOWN' },
        default: 'PAID',
      },
      { name: 'again', type: ['null', 'Status'] },
    ],
  },
  'docs and properties': {
    type: 'record',
    name: 'Documented',
    doc: 'Ends a comment: */ and goes on\nin the next line.',
    fields: [
      { name: 'old', type: 'string', deprecated: 'use fresh', doc: 'it\'s "quoted" \\ `${x}`' },
      {
        name: 'gone',
        type: 'int',
        deprecated: true,
        default: 0,
        unit: { __proto__x: 1, "odd key's": ['*/'] },
      },
      { name: 'text', type: 'string', default: '*/ it\'s \u2028 \\ "x"' },
    ],
  },
  'error type': { type: 'error', name: 'Failed', fields: [{ name: 'reason', type: 'string' }] },
  'defaults of all kinds': {
    type: 'record',
    name: 'Defaults',
    fields: [
      { name: 'n', type: 'null', default: null },
      { name: 't', type: 'boolean', default: true },
      { name: 'i', type: 'int', default: -1 },
      { name: 'l', type: 'long', default: 9007199254740990 },
      { name: 'f', type: 'float', default: 1.5 },
      { name: 'd', type: 'double', default: 1e100 },
      { name: 's', type: 'string', default: 'text' },
      { name: 'b', type: 'bytes', default: '\u00ff\u0000' },
      { name: 'x', type: { type: 'fixed', name: 'Two', size: 2 }, default: 'ab' },
      { name: 'm', type: { type: 'map', values: 'int' }, default: { 'a-b': 1 } },
      {
        name: 'r',
        type: { type: 'record', name: 'Inner', fields: [{ name: 'a', type: 'int', default: 2 }] },
        default: {},
      },
    ],
  },
  'logical types': {
    type: 'record',
    name: 'Logical',
    fields: [
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'day', type: { type: 'int', logicalType: 'date' } },
      { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
      {
        name: 'total',
        type: { type: 'fixed', name: 'Total', size: 8, logicalType: 'decimal', precision: 18 },
      },
      { name: 'id', type: { type: 'string', logicalType: 'uuid' } },
      { name: 'maybe', type: ['null', { type: 'long', logicalType: 'timestamp-millis' }], default: null },
      { name: 'either', type: ['null', { type: 'long', logicalType: 'timestamp-millis' }, 'int'] },
      { name: 'count', type: 'long' },
      { name: 'number', type: ['int', 'long'] },
      { name: 'list', type: { type: 'array', items: { type: 'long', logicalType: 'timestamp-millis' } } },
      { name: 'wrongPlace', type: { type: 'string', logicalType: 'timestamp-millis' } },
      { name: 'onField', type: 'long', logicalType: 'timestamp-millis' },
    ],
  },
  'a union at the root': ['null', { type: 'record', name: 'One', fields: [] }, 'string'],
  'a wrapped union at the root': [
    { type: 'record', name: 'a.One', fields: [{ name: 'x', type: 'int' }] },
    { type: 'record', name: 'a.Two', fields: [{ name: 'y', type: 'a.One' }] },
  ],
  'an array at the root': { type: 'array', items: ['null', 'long'] },
  'text at the root': 'string',
}

/** What the answers of Avro Java and the tests of this package hold, and the schemas that the project itself ships. */
export function suiteSchemas(): readonly string[] {
  const tests = new URL('../', import.meta.url)
  const sources = readdirSync(tests)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, tests), 'utf8'))
  const quoted = sources.flatMap((text) =>
    [...text.matchAll(/'((?:\{|\[)"?[^'\n]*(?:\}|\]))'/g)].map(([, json = '']) => json),
  )
  const answers = readFileSync(new URL('java-answers/answers.tsv', tests), 'utf8').split('\n')
  const shipped = readFileSync(new URL('../../channels/schemas/email-received.avsc', tests), 'utf8')
  const all = [shipped, ...quoted, ...answers.map((line) => line.split('\t')[0]!)]
  return [...new Set(all)].filter(isSchema)
}

function isSchema(text: string): boolean {
  try {
    parseSchema(text)
    return true
  } catch (error) {
    if (error instanceof AvroSchemaError) return false
    throw error
  }
}
