import avsc from 'avsc'
import { describe, expect, it } from 'vitest'
import {
  findEvolutionAdvice,
  parseSchema,
  type EvolutionDirection,
  type EvolutionFinding,
} from '../src/index.ts'

const field = (name: string, type: unknown, more: object = {}): object => ({ name, type, ...more })
const order = (...fields: readonly unknown[]): Record<string, unknown> => ({
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields,
})
const status = (symbols: readonly string[], more: object = {}): object =>
  field('status', { type: 'enum', name: 'Status', symbols, ...more })

function advise(
  proposed: unknown,
  previous: unknown,
  directions: readonly EvolutionDirection[] = ['backward', 'forward'],
): readonly EvolutionFinding[] {
  return findEvolutionAdvice({
    proposed: parseSchema(JSON.stringify(proposed)),
    previous: previous === undefined ? undefined : parseSchema(JSON.stringify(previous)),
    directions,
  })
}

const summary = (findings: readonly EvolutionFinding[]): readonly string[] =>
  findings.map(({ ruleId, direction, path }) => [ruleId, direction ?? 'both', path.join('.')].join(' '))

const timestamp = (unit: string): object => ({ type: 'long', logicalType: `timestamp-${unit}` })
const decimal = (scale: number): object => ({ type: 'bytes', logicalType: 'decimal', precision: 10, scale })
const cases: readonly (readonly [string, unknown, unknown, readonly string[]])[] = [
  [
    'a logical type',
    field('at', timestamp('millis')),
    field('at', timestamp('micros')),
    ['logical-type-changed both at'],
  ],
  [
    'a scale',
    field('x', ['null', decimal(2)]),
    field('x', ['null', decimal(4)]),
    ['logical-type-changed both x'],
  ],
  [
    'a logical type on the way from int to long',
    field('x', { type: 'int', logicalType: 'date' }),
    field('x', timestamp('millis')),
    ['logical-type-changed both x'],
  ],
  [
    'a default',
    field('x', 'int', { default: 1 }),
    field('x', 'int', { default: 2 }),
    ['default-changed both x'],
  ],
  [
    'a default that is gone',
    field('x', 'int', { default: 1 }),
    field('x', 'int'),
    ['default-changed both x'],
  ],
  [
    'a default that is written in another way',
    field('x', 'double', { default: 1 }),
    field('x', 'double', { default: 1, order: 'ignore' }),
    [],
  ],
  ['long to double', field('x', 'long'), field('x', ['null', 'double']), ['lossy-promotion backward x']],
  ['double to long', field('x', 'double'), field('x', 'long'), ['lossy-promotion forward x']],
  ['int to double', field('x', 'int'), field('x', 'double'), []],
  ['int to float', field('x', 'int'), field('x', 'float'), ['lossy-promotion backward x']],
  [
    'string to bytes',
    field('x', { type: 'array', items: 'string' }),
    field('x', { type: 'array', items: 'bytes' }),
    ['string-bytes-swap backward x.[]', 'string-bytes-swap forward x.[]'],
  ],
  [
    'a symbol less',
    status(['A', 'B'], { default: 'A' }),
    status(['A'], { default: 'A' }),
    ['enum-unknown-collapses backward status'],
  ],
  [
    'a symbol more',
    status(['A'], { default: 'A' }),
    status(['A', 'B'], { default: 'A' }),
    ['enum-unknown-collapses forward status'],
  ],
  [
    'an enum default that is gone',
    status(['A', 'B'], { default: 'A' }),
    status(['A', 'B']),
    ['enum-default-removed both status'],
  ],
  ['a doc', field('x', 'int', { doc: 'a' }), field('x', 'int', { doc: 'b' }), ['doc-changed both x']],
  [
    'a property',
    field('x', { type: 'int', p: [1] }),
    field('x', { type: 'int', p: [2], q: 1 }),
    ['metadata-changed both x'],
  ],
]

describe('findEvolutionAdvice', () => {
  it.each(cases)('sees %s that changed', (_, before, now, expected) => {
    const findings = advise(order(now), order(before))
    expect(summary(findings)).toEqual(expected)
    for (const { message, fix, reader, writer, kind } of findings) {
      expect([message.endsWith('.'), fix === '', kind]).toEqual([true, false, 'advice'])
      expect([reader?.definedIn, writer?.definedIn]).toEqual(
        now === before ? [] : [expect.stringMatching(/^shop/), expect.stringMatching(/^shop/)],
      )
    }
  })

  it('leaves out readers that the level does not look at', () => {
    const [before, now] = [order(field('x', 'long')), order(field('x', 'double'))]
    expect(advise(now, before, ['forward'])).toEqual([])
    expect(advise(now, before, ['backward'])).toHaveLength(1)
  })

  it('puts the old schema into the role of the reader where that reads', () => {
    const [finding] = advise(order(field('y', 'int'), field('x', 'long')), order(field('x', 'double')))
    expect([finding?.reader?.pointer, finding?.writer?.pointer]).toEqual(['/fields/0/type', '/fields/1/type'])
  })

  it('tells of a namespace once for all types that left it', () => {
    const before = order(status(['A']), field('x', { type: 'fixed', name: 'F', size: 1 }))
    const [finding, ...more] = advise({ ...before, namespace: 'geo' }, before)
    expect(more).toEqual([])
    expect(finding?.message).toMatch(
      /^Order, Status, F were in the namespace shop and are in the namespace geo/,
    )
    const aliased = { ...order(), namespace: 'geo', aliases: ['shop.Order'] }
    expect(advise(aliased, order(), ['backward'])).toEqual([])
    expect(summary(advise(aliased, order(), ['forward']))).toEqual(['namespace-changed both '])
  })

  it('tells of a recursive type once, and of a field under its new name', () => {
    const list = (name: string, type: string): object =>
      order(field('next', ['null', 'Order']), field(name, type, { aliases: ['value'] }))
    expect(summary(advise(list('amount', 'double'), list('value', 'long')))).toEqual([
      'lossy-promotion backward amount',
    ])
  })

  it('tells once of a type that a root without a name names before its definition', () => {
    const type = { type: 'record', name: 'Line', fields: [field('of', ['int', 'string'], { default: 'x' })] }
    expect(summary(advise(['shop.Line', order(field('line', type))], undefined))).toEqual([
      'union-default-not-first both of',
    ])
  })

  it('finds a field again by the alias that the old schema has for it', () => {
    const before = order(field('value', 'long', { aliases: ['amount'] }))
    expect(summary(advise(order(field('amount', 'double')), before, ['backward']))).toEqual([
      'lossy-promotion backward amount',
    ])
  })

  it('leaves to a registry what that refuses', () => {
    expect(advise(order(field('at', 'string')), order(field('at', timestamp('millis'))))).toEqual([])
    expect(advise(order(status(['A'])), order(status(['A', 'B'], { default: 'A' })))).toEqual([])
  })

  it('asks for a full name in an alias that Karapace would take as it is written', () => {
    const [finding, ...more] = advise({ ...order(), aliases: ['Purchase', 'shop.Old'] }, order())
    expect(more).toEqual([])
    expect(finding).toMatchObject({
      ruleId: 'alias-not-qualified',
      fix: '"aliases": ["shop.Purchase", "shop.Old"] in record Order',
    })
    expect(advise({ ...order(), namespace: '', aliases: ['Purchase'] }, undefined)).toEqual([])
  })

  it('says what is wrong with a schema alone when it is new, and not again', () => {
    const bad = order(field('x', ['string', 'null'], { default: null }))
    expect(summary(advise(bad, undefined))).toEqual(['union-default-not-first both x'])
    expect(summary(advise(bad, order()))).toEqual(['union-default-not-first both x'])
    const moved = order(field('new', 'int', { default: 0 }), ...(bad['fields'] as unknown[]))
    expect(advise(moved, bad)).toEqual([])
  })

  it('leaves what stands in a reference to the schema that defines it', () => {
    const money = (type: string): ReturnType<typeof parseSchema> =>
      parseSchema(JSON.stringify({ ...order(field('amount', type)), name: 'Money' }))
    const using = (type: string): ReturnType<typeof parseSchema> =>
      parseSchema(JSON.stringify(order(field('total', 'Money'))), { references: [money(type)] })
    const directions = ['backward'] as const
    expect(findEvolutionAdvice({ proposed: using('double'), previous: using('long'), directions })).toEqual(
      [],
    )
    expect(
      findEvolutionAdvice({ proposed: money('double'), previous: money('long'), directions }),
    ).toHaveLength(1)
  })

  const fixed = { type: 'fixed', name: 'F', size: 2 }
  const types = {
    'a long at the edge': ['long', '9007199254740990'],
    'a long beyond': ['long', '9007199254740991'],
    'a long below': ['long', '-9007199254740991'],
    'a long beyond in a map': [{ type: 'map', values: 'long' }, '{"a":9007199254740993}'],
    'no number': ['double', '"NaN"'],
    'a number in words': ['double', '"1.5"'],
    'a number': ['float', '1.5'],
    'too few bytes': [fixed, '"a"'],
    'enough bytes': [fixed, '"ab"'],
    'no symbol': [{ type: 'enum', name: 'E', symbols: ['A'] }, '"B"'],
    'a symbol': [{ type: 'enum', name: 'E', symbols: ['A'] }, '"A"'],
    'the second branch': [['string', 'null'], 'null'],
    'the first branch': [['null', 'string'], 'null'],
    'the second branch in an array': [{ type: 'array', items: ['null', 'int'] }, '[null,5]'],
    'the second branch in a record': [
      { type: 'record', name: 'I', fields: [field('a', ['null', 'int'])] },
      '{"a":5}',
    ],
    'no branch at all': [{ type: 'array', items: [] }, '[]'],
  } as const satisfies Record<string, readonly [unknown, string]>

  it.each(Object.entries(types))(
    'knows whether avsc reads a schema whose default is %s',
    (_, [type, value]) => {
      const text = `{"type":"record","name":"R","fields":[{"name":"f","type":${JSON.stringify(type)},"default":${value}}]}`
      let isRead = true
      try {
        avsc.Type.forSchema(JSON.parse(text) as avsc.Schema)
      } catch {
        isRead = false
      }
      const findings = findEvolutionAdvice({ proposed: parseSchema(text), directions: [] })
      expect(findings.length === 0).toBe(isRead)
      const [fixText] = findings.flatMap(({ fix }) => (fix.startsWith('{ "name"') ? [fix] : []))
      if (fixText !== undefined) {
        const schema = { type: 'record', name: 'R', fields: [JSON.parse(fixText) as unknown] }
        expect(() => avsc.Type.forSchema(schema as avsc.Schema)).not.toThrow()
        expect(advise(schema, undefined)).toEqual([])
      }
    },
  )

  const unions: readonly unknown[] = [
    'int',
    ['null', 'int'],
    ['int', 'long'],
    ['string', { type: 'enum', name: 'E', symbols: ['A'] }],
    ['bytes', fixed],
    ['string', 'bytes'],
    [
      { type: 'map', values: 'int' },
      { type: 'record', name: 'M', fields: [] },
    ],
    [
      { type: 'array', items: 'int' },
      { type: 'map', values: 'int' },
    ],
  ]
  it('knows which unions avsc wraps', () => {
    const isWrapped = (type: unknown): boolean =>
      avsc.Type.forSchema(type as avsc.Schema) instanceof avsc.types.WrappedUnionType
    for (const before of unions) {
      for (const now of unions.filter(Array.isArray)) {
        const rules = advise(order(field('x', now)), order(field('x', before))).map(({ ruleId }) => ruleId)
        expect([before, now, rules.includes('wrapped-union')]).toEqual([
          before,
          now,
          isWrapped(before) !== isWrapped(now),
        ])
      }
    }
  })
})
