import avsc from 'avsc'
import { describe, expect, it } from 'vitest'
import { generateTypes, TypesError, type GenerateTypesOptions, type TypesSource } from '../src/index.ts'
import { compileModules } from './typescript/compile-modules.ts'
import { hardSchemas } from './typescript/suite-schemas.ts'

const source = (name: string, schema: unknown, event?: string): TypesSource => ({
  name,
  text: JSON.stringify(schema),
  event,
})
const record = (name: string, fields: readonly unknown[], more: object = {}): object => ({
  type: 'record',
  name,
  fields,
  ...more,
})
const field = (name: string, type: unknown, more: object = {}): object => ({ name, type, ...more })

/** The text of a set of one schema. */
const typesOf = (schema: unknown, options?: GenerateTypesOptions): string =>
  generateTypes([source('schema.avsc', schema)], options)

/** The type of one field on both sides. */
function fieldTypes(type: unknown, options?: GenerateTypesOptions): readonly (string | undefined)[] {
  const text = typesOf(record('X', [field('f', type)]), options)
  return ['  f: ', '  readonly f: '].map((start) =>
    text
      .split('\n')
      .find((line) => line.startsWith(start))
      ?.slice(start.length),
  )
}

function problemsOf(sources: readonly TypesSource[], options?: GenerateTypesOptions): readonly string[] {
  try {
    generateTypes(sources, options)
    return []
  } catch (error) {
    if (!(error instanceof TypesError)) throw error
    return error.message.split('\n')
  }
}

// The compiler takes its time where others compute, too.
describe('generateTypes', { timeout: 60_000 }, () => {
  it('writes the golden modules', async () => {
    const names = ['names that collide', 'unions that need one', 'docs and properties', 'recursion'] as const
    const shop = names.map((name) => source(`${name.replaceAll(' ', '-')}.avsc`, hardSchemas[name]))
    await expect(generateTypes(shop)).toMatchFileSnapshot('./typescript/golden/several-schemas.txt')
    const logical = {
      'timestamp-millis': { type: 'Date' },
      decimal: { type: 'Decimal', from: './decimal.ts' },
    }
    const text = typesOf(hardSchemas['logical types'], { logicalTypes: logical, long: 'bigint' })
    await expect(text).toMatchFileSnapshot('./typescript/golden/logical-types.txt')
  })

  it('gives the same text whatever the order of the schemas, each with types of the others', () => {
    const set = [
      source('a.avsc', record('A', [field('b', 'B')])),
      source('b.avsc', record('B', [field('c', 'C')])),
      source('c.avsc', record('C', [field('x', 'int')])),
    ]
    const text = generateTypes(set)
    expect(generateTypes(set.toReversed())).toBe(text)
    expect(text.match(/interface C /g)).toHaveLength(1)
    expect(compileModules({ 'a.ts': text })).toBe('')
  })

  it.each([
    ['null', 'null', 'null'],
    ['long', 'number', 'number'],
    ['bytes', 'Buffer', 'Buffer'],
    [
      { type: 'map', values: ['null', 'int'] },
      'Record<string, null | number>',
      'Readonly<Record<string, null | number>>',
    ],
    [{ type: 'array', items: ['null', 'int'] }, '(null | number)[]', 'readonly (null | number)[]'],
    [
      { type: 'array', items: { type: 'array', items: 'int' } },
      'number[][]',
      'readonly (readonly number[])[]',
    ],
    [['null', 'int', 'string'], 'null | number | string', 'null | number | string'],
    [
      ['null', 'int', 'long'],
      'null | OneOf<{ int: number; long: number }>',
      'null | OneOf<{ readonly int: number; readonly long: number }>',
    ],
    [[], 'never', 'never'],
  ])('writes %j as %s and takes %s', (type, decoded, input) => {
    expect(fieldTypes(type)).toEqual([decoded, input])
  })

  it('lets what has a default be left out, and nothing else', () => {
    const text = typesOf(
      record('X', [field('a', ['null', 'int']), field('b', ['null', 'int'], { default: null })]),
    )
    expect(text).toContain('  a: null | number\n')
    expect(text).toContain('  readonly a: null | number\n')
    expect(text).toContain('  b: null | number\n')
    expect(text).toContain('  readonly b?: null | number | undefined\n')
  })

  it('does not count a branch with a class of its own among those that look alike', () => {
    const union = ['null', 'int', { type: 'long', logicalType: 'timestamp-millis' }]
    expect(fieldTypes(union)[0]).toBe('null | OneOf<{ int: number; long: number }>')
    const logicalTypes = { 'timestamp-millis': { type: 'Date' } }
    expect(fieldTypes(union, { logicalTypes })[0]).toBe('null | number | Date')
    expect(fieldTypes(['int', 'long'], { long: 'bigint' })[0]).toBe('number | bigint')
    expect(fieldTypes(['null', 'string'], { wrapUnions: 'always' })[0]).toBe('null | { string: string }')
  })

  it('maps a logical type only where the specification lets it stand', () => {
    const logicalTypes = { decimal: { type: 'Big' }, 'of-my-own': { type: 'Mine' } }
    const decimal = (more: object): object => ({ type: 'bytes', logicalType: 'decimal', ...more })
    expect(fieldTypes(decimal({ precision: 4 }), { logicalTypes })[0]).toBe('Big')
    expect(fieldTypes(decimal({ precision: 4, scale: 4 }), { logicalTypes })[0]).toBe('Big')
    expect(fieldTypes(decimal({ precision: 4, type: 'string' }), { logicalTypes })[0]).toBe('string')
    for (const more of [
      {},
      { precision: 0 },
      { precision: '4' },
      { precision: 4, scale: 5 },
      { precision: 4, scale: -1 },
    ])
      expect(fieldTypes(decimal(more), { logicalTypes })[0]).toBe('Buffer')
    const fixed = (size: number): object => ({ type: 'fixed', name: 'F', size, logicalType: 'uuid' })
    const uuid = { uuid: { type: 'Uuid' } }
    expect(generateTypes([source('f', fixed(16))], { logicalTypes: uuid })).toContain('F = Uuid')
    expect(generateTypes([source('f', fixed(8))], { logicalTypes: uuid })).toContain('F = Buffer')
    expect(fieldTypes({ type: 'string', logicalType: 'of-my-own' }, { logicalTypes })[0]).toBe('Mine')
    expect(fieldTypes({ type: 'string', logicalType: 'toString' }, { logicalTypes })[0]).toBe('string')
  })

  it('imports and declares what a type needs, and nothing for a doc, a text or the name of a field', () => {
    const logicalTypes = { decimal: { type: 'Big', from: 'big.js' } }
    const doc = "it's a Big Buffer, OneOf<two>, /** isn't it"
    const named = ['Big', 'Buffer'].map((name) => field(name, 'string', { doc, default: doc }))
    expect(typesOf(record('X', named, { doc }), { logicalTypes })).not.toMatch(/^import|^type OneOf/m)
    const amount = field('amount', { type: 'bytes', logicalType: 'decimal', precision: 4 })
    const wrapped = field('either', ['int', 'long'])
    const text = typesOf(record('X', [...named, field('raw', 'bytes'), amount, wrapped]), { logicalTypes })
    expect(text.match(/^(?:import type|type) \S+(?: \w+)?/gm)).toEqual([
      'import type { Buffer',
      'import type { Big',
      'type OneOf<T>',
    ])
  })

  it('names events after x-event, the option or the type, and types their payloads', () => {
    const text = generateTypes([
      source('a.avsc', record('shop.A', [])),
      source('b.avsc', record('shop.B', [], { 'x-event': 'b.happened' })),
      source('c.avsc', record('shop.C', [], { 'x-event': 'no' }), 'c.happened'),
      source('schemas/any-of-them.avsc', ['shop.A', 'shop.B'], 'any'),
      source('d.avsc', 'string'),
    ])
    expect(text).toContain(
      "export type EventInputs = {\n  any: AnyOfThemInput\n  'b.happened': BInput\n  'c.happened': CInput\n  'shop.A': AInput\n}\n",
    )
    expect(compileModules({ 'a.ts': text })).toBe('')
  })

  it('carries schemas that avsc compiles, and their text where a number would lose digits', async () => {
    const big =
      '{"type":"record","name":"Big","fields":[{"name":"n","type":"long","default":9223372036854775807}]}'
    const text = generateTypes(
      [
        { name: 'big.avsc', text: big },
        ...Object.entries(hardSchemas).map(([name, schema]) =>
          source(name, JSON.parse(JSON.stringify(schema).replaceAll('"a.One"', '"b.One"'))),
        ),
      ].filter(({ name }) => name !== 'a union at the root'),
    )
    expect(text).toContain('export const BigSchema: string =')
    expect(text).toContain('9223372036854775807')
    // What is left once Node strips the types.
    const { stripTypeScriptTypes } = await import('node:module')
    const code = Buffer.from(stripTypeScriptTypes(text)).toString('base64')
    const module = (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as {
      readonly eventSchemas: Readonly<Record<string, avsc.Schema | string>>
    }
    const schemas = Object.values(module.eventSchemas).filter((schema) => typeof schema !== 'string')
    expect(schemas.length).toBeGreaterThan(8)
    for (const schema of schemas) expect(avsc.Type.forSchema(schema)).toBeDefined()
  })

  it('is a module of a project with isolated declarations, with nothing in it', () => {
    expect(compileModules({ 'empty.ts': generateTypes([]) })).toBe('')
  })

  it('lists everything that is wrong with the set', () => {
    expect(
      problemsOf([
        source('z.avsc', record('Z', [field('x', 'Missing')])),
        { name: 'a.avsc', text: '{' },
        source('b.avsc', record('B', [])),
      ]),
    ).toEqual([
      'a.avsc: not JSON: CloseBraceExpected, line 1 column 2',
      expect.stringMatching(
        /^z\.avsc: undefined name "Missing".* line 1 column \d+ \(at \/fields\/0\/type\)$/,
      ),
    ])
  })

  it.each([
    [
      'two definitions of a name',
      [source('a', record('A', [])), source('b', record('A', [field('x', 'int')]))],
      'redefine',
    ],
    [
      'one event for two types',
      [source('a', record('A', []), 'e'), source('b', record('B', []), 'e')],
      'b: the event e',
    ],
    ['two sources of one name', [source('a', 'int'), source('a', 'int')], 'two sources'],
  ])('refuses %s', (_, sources, why) => {
    expect(problemsOf(sources).join()).toContain(why)
  })

  it('takes a type that two schemas define in the same way', () => {
    const money = record('Money', [field('cents', 'long')])
    const set = [
      source('a', record('A', [field('m', money)])),
      source('b', record('B', [field('m', money)])),
      source('c', money),
    ]
    const text = generateTypes(set)
    expect(text.match(/interface Money /g)).toHaveLength(1)
    expect(compileModules({ 'a.ts': text })).toBe('')
  })

  it('refuses unions that cannot stay unwrapped when they must', () => {
    const inner = record('In', [field('u', { type: 'map', values: ['int', 'long'] })])
    const problems = problemsOf([source('a.avsc', record('A', [field('i', inner)]))], { wrapUnions: 'never' })
    expect(problems).toEqual([
      expect.stringMatching(/^a\.avsc: a union whose.*\/fields\/0\/type\/fields\/0\/type\/values/),
    ])
  })

  it('refuses imports that are no names or come from two modules', () => {
    const two = { date: { type: 'D', from: './a.ts' }, decimal: { type: 'D', from: './b.ts' } }
    expect(problemsOf([], { logicalTypes: two }).join()).toContain('from ./a.ts and from ./b.ts')
    expect(problemsOf([], { logicalTypes: { date: { type: 'A | B', from: './a.ts' } } }).join()).toContain(
      'name of an export',
    )
  })
})

// Where avsc takes what the types forbid; the codec of @headwater/schemas refuses unknown fields and a Map.
describe('avsc, laxer than its types', () => {
  const type = avsc.Type.forSchema(record('X', [field('a', 'int')]) as avsc.Schema)
  const optional = avsc.Type.forSchema(record('X', [field('a', 'int', { default: 1 })]) as avsc.Schema)
  const nested = avsc.Type.forSchema(record('X', [field('e', record('E', []))]) as avsc.Schema)
  const map = avsc.Type.forSchema({ type: 'map', values: 'int' })
  const status = avsc.Type.forSchema({ type: 'enum', name: 'E', symbols: ['A'] })
  const float = avsc.Type.forSchema('float')

  it.each([
    ['fields that no schema has, which are lost', type, { a: 1, b: 2 }, { a: 1 }],
    ['a Map for a map, which arrives empty', map, new Map([['a', 1]]), {}],
    ['anything for a record whose fields all have defaults', optional, 'text', { a: 1 }],
    ['a missing empty record', nested, {}, { e: {} }],
    ['a Date for a map, which arrives empty', map, new Date(0), {}],
    ['names that every object has for the first symbol', status, 'constructor', 'A'],
    ['a symbol in an array of its own', status, ['A'], 'A'],
  ])('takes %s', (_, avscType, value, decoded) => {
    expect({ value: avscType.fromBuffer(avscType.toBuffer(value)) as unknown }).toMatchObject({
      value: decoded,
    })
  })

  it('and stricter: a number that is no integer, or no safe one, has the right type and no encoding', () => {
    expect(() => type.toBuffer({ a: 1.5 })).toThrow('invalid "int"')
    expect(() => avsc.Type.forSchema('long').toBuffer(2 ** 53)).toThrow('invalid "long"')
    expect(float.fromBuffer(float.toBuffer(0.1))).not.toBe(0.1)
  })
})
