import { describe, expect, it } from 'vitest'
import { parseSchema, type AvroSchemaError, type ParsedSchema } from '../src/index.ts'
import { schemaErrorOf } from './schema-error-of.ts'

type Field = readonly [name: string, type: string, fallback?: string]

function record(name: string, ...fields: Field[]): string {
  const written = fields.map(([field, type, fallback]) => {
    const rest = fallback === undefined ? '' : `,"default":${fallback}`
    return `{"name":"${field}","type":${type}${rest}}`
  })
  return `{"type":"record","name":"${name}","fields":[${written.join(',')}]}`
}

/** The last text, with those before it as references. */
function parse(texts: readonly string[]): ParsedSchema {
  const parsed: ParsedSchema[] = []
  for (const text of texts) parsed.push(parseSchema(text, { references: [...parsed] }))
  return parsed.at(-1)!
}

const fail = (texts: readonly string[]): AvroSchemaError => schemaErrorOf(() => parse(texts))

const order = record('Order', ['line', record('Line', ['of', '["null","Order"]', 'null']), '{"of":null}'])
const nullable = (name: string): string => `["null","${name}"]`
const user = record('User', ['order', '"Order"'])
const early = (value: string, ...others: string[]): string =>
  `[${record('A', ['b', '"B"', value])},${others.join(',')}]`
const back = record('B', ['a', nullable('A'), 'null'])

// Every row was put to Avro Java 1.12.2, with one `Schema.Parser` for all its texts.
describe('parseSchema', () => {
  it.each([
    ['alone', [order]],
    ['as a branch, before its part', [`[${order},"Line"]`]],
    ['named early in a root without a name', [`["Order",${record('Holder', ['order', order])}]`]],
    ['as a reference of what has no name', [order, nullable('Order')]],
    ['as a reference of what is its name', [order, '"Order"']],
    ['behind a text that has led to it from its beginning', [order, nullable('Order'), nullable('Line')]],
    [
      'behind such a text that defines it again',
      [order, `["null",${record('Line', ['of', nullable('Order'), 'null'])}]`, '"Line"'],
    ],
    [
      'that is named early, of a record that leads nowhere',
      [early('{"a":null}', record('B', ['a', '["null","int"]']))],
    ],
    [
      'of a union with null, where all is recursive',
      [early('null', back).replace('"type":"B"', '"type":["null","B"]'), '"A"', user.replace('Order', 'B')],
    ],
  ])('takes a default that is a record in a cycle, %s', (_, texts) => {
    expect(parse(texts).text).toBe(texts.at(-1))
  })

  it.each([
    ['behind the early name of its part', [`["Line",${order}]`]],
    ['as a reference of a new type', [order, user]],
    ['as a reference of its part', [order, nullable('Line')]],
    ['as a reference, last visited first', [order, '["null","Order","Line"]']],
    ['as a reference of a reference', [order, '"int"', record('Alone')]],
    ['beside a reference that defines a type', [order, record('Beside'), '"Order"']],
    ['that is named early', [early('{}', back)]],
    ['that is named early, with all it needs', [early('{"a":null}', back)]],
    [
      'that is named early, two types away',
      [
        early(
          '{"a":null}',
          record('B', ['a', nullable('C'), 'null']),
          record('C', ['a', nullable('A'), 'null']),
        ),
      ],
    ],
  ])('refuses a default that is a record in a cycle, %s', (_, texts) => {
    expect(fail(texts).reason).toMatch(
      /the default of (?:Order\.line|A\.b) needs a record that contains (?:Order|A), /,
    )
  })

  it('points to the field, if that is in the text', () => {
    expect(fail([`["Line",${order}]`]).pointer).toBe('/1/fields/0')
    expect(fail([order, nullable('Line')])).toMatchObject({ pointer: '', line: 1, column: 1 })
  })
})
