import { describe, expect, it } from 'vitest'
import {
  findEvolutionFindings,
  parseSchema,
  type EvolutionDirection,
  type EvolutionFinding,
} from '../src/index.ts'

const record = (name: string, fields: readonly unknown[], more: object = {}): object => ({
  type: 'record',
  name,
  namespace: 'shop',
  fields,
  ...more,
})
const field = (name: string, type: unknown, more: object = {}): object => ({ name, type, ...more })
const order = (...fields: readonly unknown[]): object => record('Order', fields)
const id = field('id', 'string')
const status = (symbols: readonly string[], more: object = {}): object =>
  field('status', { type: 'enum', name: 'Status', symbols, ...more })

function find(
  proposed: unknown,
  previous: unknown,
  direction: EvolutionDirection = 'backward',
): readonly EvolutionFinding[] {
  return findEvolutionFindings({
    proposed: parseSchema(JSON.stringify(proposed)),
    previous: parseSchema(JSON.stringify(previous)),
    direction,
  })
}

function only(...args: Parameters<typeof find>): EvolutionFinding {
  const findings = find(...args)
  expect(findings).toHaveLength(1)
  return findings[0]!
}

/** The pieces of JSON in a fix, in the order of the text. */
function pasted(fix: string): readonly object[] {
  const found: object[] = []
  for (let start = fix.indexOf('{'); start !== -1; start = fix.indexOf('{', start)) {
    let depth = 0
    let end = start
    do {
      if (fix[end] === '{') depth++
      if (fix[end] === '}') depth--
      end++
    } while (depth > 0)
    found.push(JSON.parse(fix.slice(start, end)) as object)
    start = end
  }
  return found
}

/** The value of a member that a fix says to write. */
function memberOf(fix: string, name: string): unknown {
  const start = fix.indexOf(`"${name}": `) + name.length + 4
  for (let end = start + 1; end <= fix.length; end++) {
    try {
      return JSON.parse(fix.slice(start, end)) as unknown
    } catch {
      // Not all of it yet.
    }
  }
  throw new Error(`no ${name} in ${fix}`)
}

describe('findEvolutionFindings', () => {
  it('names the field inside a union with its places on both sides, and what a registry prints', () => {
    const customer = (...fields: unknown[]): object => field('who', ['null', record('Customer', fields)])
    const finding = only(order(id, customer(id, field('phone', 'string'))), order(customer(id), id))
    expect(finding).toMatchObject({
      ruleId: 'field-no-default',
      kind: 'registry',
      direction: 'backward',
      path: ['who', 'phone'],
      reader: { pointer: '/fields/1/type/1/fields/1', line: 1, definedIn: 'shop.Customer' },
      writer: { pointer: '/fields/0/type/1', definedIn: 'shop.Customer' },
      message:
        'New consumers cannot read events written with the old schema: they have no `phone` and it has no default.',
      detail:
        '`who` is ["null", Customer]; registries print this as "reader union lacking writer type: RECORD".',
      fix: '{ "name": "phone", "type": ["null", "string"], "default": null }',
      registry: {
        type: 'MISSING_UNION_BRANCH',
        location: '/fields/1/type/1',
        message: 'reader union lacking writer type: RECORD',
      },
    })
  })

  it('tells two unions of a record apart, though a registry says the same of both', () => {
    const both = (...fields: unknown[]): object =>
      order(field('a', ['null', record('A', fields)]), id, field('b', ['null', record('B', fields)]))
    const locations = find(both(field('x', 'int')), both()).map(({ path, registry }) => [
      path.join('.'),
      registry?.location,
    ])
    expect(locations).toEqual([
      ['a.x', '/fields/0/type/1'],
      ['b.x', '/fields/2/type/1'],
    ])
  })

  it('gives a field that mends a missing one, with all that was said about it and its own types written out', () => {
    const address = { type: 'record', name: 'Address', fields: [field('city', 'string')] }
    const added = field('home', address, { doc: 'Where.', 'x-pii': true })
    const { fix } = only(order(id, added), order(id))
    const [mended] = pasted(fix)
    expect(mended).toMatchObject({ default: null, doc: 'Where.', 'x-pii': true })
    expect(find(order(id, mended), order(id))).toEqual([])
  })

  it('puts null first in a union that lacks it or has it later', () => {
    expect(only(order(field('x', ['int', 'string'])), order()).fix).toContain('["null", "int", "string"]')
    expect(only(order(field('x', ['int', 'null'])), order()).fix).toContain('["null", "int"]')
  })

  it('gives a field back as it was when it was removed', () => {
    const total = field('total', { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 })
    const finding = only(order(id), order(id, total), 'forward')
    expect(finding).toMatchObject({
      ruleId: 'field-removed',
      path: ['total'],
      reader: { pointer: '/fields/1' },
    })
    const [kept, optional] = pasted(finding.fix)
    expect(kept).toEqual(total)
    expect(optional).toMatchObject({ default: null })
    expect(find(order(id, kept), order(id, total), 'forward')).toEqual([])
  })

  it('takes a field that went and one that came, of one type, for one that was renamed', () => {
    const [before, now] = [order(field('mail', 'string'), id), order(field('email', 'string'), id)]
    const backward = only(now, before)
    expect(backward.ruleId).toBe('field-renamed')
    for (const mended of pasted(backward.fix)) expect(find(order(mended, id), before)).toEqual([])
    const forward = only(now, before, 'forward')
    expect(forward.ruleId).toBe('field-renamed')
    expect(find(order(...pasted(forward.fix), field('email', 'string'), id), before, 'forward')).toEqual([])
    expect(only(order(field('email', 'int')), order(field('mail', 'string'))).ruleId).toBe('field-no-default')
  })

  it('takes none for renamed where it could be either of two', () => {
    const before = order(id, field('mail', 'string'))
    const now = order(field('street', 'string'), id, field('town', 'string'))
    const one = order(id, field('x', 'int', { default: 0 }), field('street', 'string'))
    expect(find(now, before).map(({ ruleId }) => ruleId)).toEqual(['field-no-default', 'field-no-default'])
    expect(find(one, before).map(({ ruleId }) => ruleId)).toEqual(['field-renamed'])
  })

  it('lists what a type may become, or may have been', () => {
    const total = (type: unknown): object => order(field('total', type))
    const backward = only(total('int'), total('long'))
    expect(backward).toMatchObject({ ruleId: 'field-type-changed', key: 'long int long' })
    expect(backward.fix).toMatch(/^keep "type": "long" \(new consumers may read it as float, double, too\)/)
    expect(only(total('double'), total('long'), 'forward').fix).toMatch(
      /^keep "type": "long" \(consumers on it read int, too\)/,
    )
    const [other] = pasted(backward.fix)
    expect(other).toEqual({ name: 'total2', type: ['null', 'int'], default: null })
    expect(find(order(field('total', 'long'), other), total('long'))).toEqual([])
  })

  it('names the branch that does not fit where a union became a plain type', () => {
    const finding = only(order(field('x', 'string')), order(field('x', ['null', 'string'])))
    expect(finding.message).toContain('`x` was ["null", string] and is string: null does not fit.')
    expect(finding.fix).toBe('keep "type": ["null", "string"]')
    const forward = only(order(field('x', ['null', 'string'])), order(field('x', 'string')), 'forward')
    expect(forward.fix).toMatch(/; or first release "type": \["null", "string"\] to all consumers$/)
  })

  it('points at the field that uses a type, not at where the type is defined, and does not define it again', () => {
    const kind = { type: 'enum', name: 'Kind', symbols: ['A'] }
    const first = field('first', kind)
    const before = order(first, field('second', ['null', 'Kind']))
    const finding = only(order(first, field('second', 'Kind')), before)
    expect([finding.path, finding.reader?.pointer]).toEqual([['second'], '/fields/1'])
    expect(finding.fix).toBe('keep "type": ["null", "shop.Kind"]')
  })

  it('gives the whole field back where the new default does not fit the old type', () => {
    const before = order(field('x', 'int', { default: 1 }))
    const { fix } = only(order(field('x', 'string', { default: 'a', aliases: ['y'] })), before)
    const [kept] = pasted(fix)
    expect(kept).toEqual(field('x', 'int', { default: 1, aliases: ['y'] }))
    expect(find(order(kept), before)).toEqual([])
  })

  it('gives an enum its symbols back, or a default', () => {
    const finding = only(order(status(['A'])), order(status(['A', 'C', 'B'])))
    expect(finding).toMatchObject({ ruleId: 'enum-symbol-removed', symbols: ['C', 'B'], path: ['status'] })
    const symbols = memberOf(finding.fix, 'symbols') as string[]
    expect(find(order(status(symbols)), order(status(['A', 'C', 'B'])))).toEqual([])
    const fallback = memberOf(finding.fix, 'default')
    expect(find(order(status(['A'], { default: fallback })), order(status(['A', 'C', 'B'])))).toEqual([])
  })

  it('tells of a symbol that old consumers do not know which default would have helped them', () => {
    const old = ['A', 'OTHER']
    const finding = only(order(status([...old, 'C'])), order(status(old)), 'forward')
    expect(finding).toMatchObject({ ruleId: 'enum-symbol-added', symbols: ['C'] })
    const fallback = memberOf(finding.fix, 'default')
    expect(fallback).toBe('OTHER')
    expect(find(order(status([...old, 'C'])), order(status(old, { default: fallback })), 'forward')).toEqual(
      [],
    )
  })

  it('takes no branch for a renamed one that another branch of the writer has the name of', () => {
    const [cash, card] = [record('Cash', [id]), record('Card', [field('number', 'string')])]
    const before = order(field('pay', ['null', cash, card]))
    const finding = only(order(field('pay', ['null', cash])), before)
    expect(finding).toMatchObject({ ruleId: 'union-branch-missing', key: 'Card', path: ['pay'] })
    expect(find(order(field('pay', memberOf(finding.fix, 'type'))), before)).toEqual([])
  })

  it('says of a branch in the place of another one all that does not fit, as one finding', () => {
    const before = order(field('pay', ['null', record('Card', [field('number', 'string')])]))
    const finding = only(order(field('pay', ['null', record('Cash', [field('till', 'int')])])), before)
    expect(finding).toMatchObject({ ruleId: 'union-branch-incompatible', path: ['pay'] })
    expect(finding.causes.map(({ ruleId, path }) => [ruleId, path.join('.')])).toEqual([
      ['type-renamed', 'pay'],
      ['field-no-default', 'pay.till'],
    ])
    expect(find(order(field('pay', memberOf(finding.fix, 'type'))), before)).toEqual([])
  })

  it('names the alias that mends a type under another name, fully qualified, where there is one', () => {
    const buyer = (name: string, more: object = {}): object => order(field('buyer', record(name, [id], more)))
    const finding = only(buyer('Client', { aliases: ['shop.Guest'] }), buyer('Customer'))
    expect(finding).toMatchObject({ ruleId: 'type-renamed', path: ['buyer'] })
    const aliases = memberOf(finding.fix, 'aliases')
    expect(aliases).toEqual(['shop.Guest', 'shop.Customer'])
    expect(find(buyer('Client', { aliases }), buyer('Customer'))).toEqual([])
    expect(only(buyer('Client'), buyer('Customer'), 'forward').fix).toMatch(/^keep "name": "Customer"/)
    const bare = { ...record('Old', []), namespace: '' }
    expect(only(record('New', []), bare).fix).toContain('an alias cannot name a type without a namespace')
  })

  it('keeps the size of a fixed type and puts the other one into a field of its own', () => {
    const digest = (size: number): object => field('digest', { type: 'fixed', name: 'Digest', size })
    const finding = only(order(digest(32)), order(digest(16)))
    expect(finding.ruleId).toBe('fixed-size-changed')
    const [other] = pasted(finding.fix)
    expect(find(order(digest(16), other), order(digest(16)))).toEqual([])
  })

  it('takes the alias off that makes Avro Java throw, and has its words', () => {
    const [a, b] = [field('a', 'int'), field('b', 'int')]
    const finding = only(order(field('a', 'int', { aliases: ['b'] }), b), order(a, b))
    expect(finding).toMatchObject({ ruleId: 'ambiguous-alias', registry: { type: undefined } })
    expect(finding.registry?.message).toContain('matches multiple fields')
    expect(pasted(finding.fix)).toEqual([a])
  })

  it('says what a registry compares where a missing field is an enum with a default', () => {
    const finding = only(order(status(['A'], { default: 'A' })), order())
    expect(finding).toMatchObject({
      ruleId: 'field-no-default',
      detail: 'Registries print this as "reader type: ENUM not compatible with writer type: RECORD".',
    })
  })

  it('finds a shared type in its own text', () => {
    const money = (...fields: unknown[]): ReturnType<typeof parseSchema> =>
      parseSchema(JSON.stringify(record('Money', fields)))
    const withMoney = (reference: ReturnType<typeof parseSchema>): ReturnType<typeof parseSchema> =>
      parseSchema(JSON.stringify(order(field('total', 'Money'))), { references: [reference] })
    const [finding] = findEvolutionFindings({
      proposed: withMoney(money(field('amount', 'long'), field('currency', 'string'))),
      previous: withMoney(money(field('amount', 'long'))),
      direction: 'backward',
    })
    expect(finding?.reader).toMatchObject({ pointer: '/fields/1', definedIn: 'shop.Money' })
  })

  it('has advice alone where a registry takes what cannot be read', () => {
    const b = record('B', [field('a', 'A')])
    const first = (...fields: unknown[]): object => record('A', [field('b', b), ...fields])
    const other = record('C', [], { aliases: ['shop.A'] })
    const schema = (u: unknown): object => order(field('u', u), field('v', 'B'))
    expect(only(schema([first(field('q', 'int')), other]), schema(first()))).toMatchObject({
      ruleId: 'registry-unsound',
      kind: 'advice',
      path: ['v', 'a', 'q'],
      registry: undefined,
    })
  })
})
