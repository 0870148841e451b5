import { parseSchema } from '@headwater/avro'
import { runProgram } from '@headwater/cli'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { DiffReport } from '../src/schemas/diff-schemas.ts'
import { findChanges } from '../src/schemas/find-changes.ts'
import { createGitRepository, gitEnv, record, type GitRepository } from './git-repository.ts'

const text = (type: unknown): string => JSON.stringify(type)
const order = (...fields: readonly object[]): object => ({ type: 'record', name: 'Order', fields })
const status = (...symbols: readonly string[]): object => ({
  name: 'status',
  type: { type: 'enum', name: 'Status', symbols },
})

/** Kind, path and text of every change. */
function changes(before: unknown, after: unknown): readonly string[] {
  return findChanges(parseSchema(text(before)).root, parseSchema(text(after)).root).map(
    (change) => `${change.kind} ${change.path.join('.')}: ${change.text}`,
  )
}

describe('findChanges', () => {
  const a = { name: 'a', type: 'int' }

  it.each([
    ['nothing', a, a, []],
    ['a type', a, { ...a, type: 'long' }, ['type-changed a: type int -> long (wider)']],
    ['a narrower type', { ...a, type: 'long' }, a, ['type-changed a: type long -> int']],
    [
      'a union around it',
      a,
      { ...a, type: ['null', 'int'] },
      ['type-changed a: type int -> [null, int] (wider)'],
    ],
    ['a union less', { ...a, type: ['null', 'int'] }, a, ['type-changed a: type [null, int] -> int']],
    [
      'branches',
      { ...a, type: ['null', 'int'] },
      { ...a, type: ['null', 'string'] },
      ['branch-added a: branch added: string', 'branch-removed a: branch removed: int'],
    ],
    ['a doc', a, { ...a, doc: 'x' }, ['doc-changed a: doc added']],
    ['another doc', { ...a, doc: 'x' }, { ...a, doc: 'y' }, ['doc-changed a: doc changed']],
    ['a default', a, { ...a, default: 1 }, ['default-changed a: default added: 1']],
    ['another default', { ...a, default: 1 }, { ...a, default: 2 }, ['default-changed a: default 1 -> 2']],
    ['no default any more', { ...a, default: 1 }, a, ['default-changed a: default removed: 1']],
    ['an order', a, { ...a, order: 'ignore' }, ['order-changed a: order ascending -> ignore']],
    ['an alias', a, { ...a, aliases: ['b'] }, ['aliases-changed a: alias added: b']],
    [
      'a property',
      { ...a, 'x-pii': true },
      { ...a, 'x-pii': { by: [1, null] } },
      ['property-changed a: x-pii true -> { "by": [1, null] }'],
    ],
    [
      'a name',
      a,
      { name: 'b', type: 'int', aliases: ['a'] },
      ['field-renamed b: field renamed, was a', 'aliases-changed b: alias added: a'],
    ],
    [
      'symbols',
      status('A', 'B'),
      status('A', 'C'),
      ['symbol-added status: symbol added: C', 'symbol-removed status: symbol removed: B'],
    ],
    [
      'a logical type',
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'at', type: 'long' },
      ['property-changed at: logicalType "timestamp-millis" -> none'],
    ],
    [
      'a size and a name',
      { name: 'f', type: { type: 'fixed', name: 'F', size: 1 } },
      { name: 'f', type: { type: 'fixed', name: 'G', size: 2 } },
      ['type-renamed f: F -> G', 'size-changed f: size 1 -> 2 bytes'],
    ],
    [
      'items and values',
      { name: 'm', type: { type: 'array', items: { type: 'map', values: 'int' } } },
      { name: 'm', type: { type: 'array', items: { type: 'map', values: 'long' } } },
      ['type-changed m.[].{}: type int -> long (wider)'],
    ],
  ])('names %s', (_, before, after, expected) => {
    expect(changes(order(before), order(after))).toEqual(expected)
  })

  it('names fields that are new, gone and moved', () => {
    const b = { name: 'b', type: 'int', default: 0 }
    const c = { name: 'c', type: 'int' }
    expect(changes(order(a, b), order(a, c))).toEqual([
      'field-added c: field added, without a default',
      'field-removed b: field removed, default 0',
    ])
    expect(changes(order(a, b), order(b, a))).toEqual([
      'field-moved b: field at another place of its record',
      'field-moved a: field at another place of its record',
    ])
  })

  it('ends with types that contain themselves, and names a change inside once', () => {
    const list = (value: string): object =>
      order({ name: 'next', type: ['null', 'Order'] }, { name: 'value', type: value })
    expect(changes(list('int'), list('long'))).toEqual(['type-changed value: type int -> long (wider)'])
  })

  it('names a change once in a type that is named before its definition', () => {
    const root = (doc: string): object => [
      'Line',
      order({ name: 'line', type: { type: 'record', name: 'Line', fields: [], doc } }),
    ]
    expect(changes(root('x'), root('y'))).toEqual(['doc-changed : doc changed'])
  })

  it('keeps numbers as they were written', () => {
    const limit = (value: string): unknown =>
      findChanges(
        parseSchema(`{"type":"record","name":"R","fields":[{"name":"a","type":"long","default":1}]}`).root,
        parseSchema(`{"type":"record","name":"R","fields":[{"name":"a","type":"long","default":${value}}]}`)
          .root,
      ).map((change) => change.text)
    expect(limit('9007199254740993')).toEqual(['default 1 -> 9007199254740993'])
  })
})

/** `main` with an order, and a working tree with one break and two harmless changes. */
function changedRepository(): GitRepository {
  const repository = createGitRepository()
  repository.write({ 'schemas/order.avsc': record('Order', { id: 'string', total: 'int' }) })
  repository.commit('first')
  const fields = [
    { name: 'id', type: 'string', doc: 'Never empty.' },
    { name: 'total', type: 'long' },
    { name: 'phone', type: 'string' },
  ]
  repository.write({ 'schemas/order.avsc': { ...record('Order', {}), fields } })
  return repository
}

describe('headwater schemas diff', () => {
  const main = ['diff', '--against', 'git:main']

  it('shows the findings of check and every change, and ends with 0', async () => {
    using repository = changedRepository()
    const { exitCode, out } = await repository.schemas(main)
    const { out: checked } = await repository.schemas(['check', '--against', 'git:main'])
    expect(exitCode).toBe(0)
    const [findings, sum] = [
      checked.split('\n').slice(0, -2).join('\n').trimEnd(),
      checked.split('\n').at(-2)!,
    ]
    expect(out).toBe(
      [
        findings,
        [
          '  SAFE    line 6:5    id     doc added',
          '  SAFE    line 13:15  total  type int -> long (wider)',
          '  CHANGE  line 15:5   phone  field added, without a default',
        ].join('\n'),
        sum,
      ].join('\n\n') + '\n',
    )
  })

  it('says of a change whether it breaks, with places on both sides, as JSON', async () => {
    using repository = changedRepository()
    const { exitCode, out } = await repository.schemas([...main, '--format', 'json'])
    const report = JSON.parse(out) as DiffReport
    expect([exitCode, report.summary.exitCode, report.summary.breaks]).toEqual([0, 0, 1])
    expect(report.results[0]!.changes.map(({ path, safe }) => [path, safe])).toEqual([
      ['id', true],
      ['total', true],
      ['phone', false],
    ])
    expect(report.results[0]!.changes[1]).toMatchObject({
      kind: 'type-changed',
      location: { file: 'schemas/order.avsc', line: 13 },
      baseLocation: { file: 'schemas/order.avsc', line: 12 },
    })
  })

  it('compares with several baselines, each with its own version', async () => {
    using repository = changedRepository()
    repository.commit('second')
    repository.write({ 'schemas/order.avsc': record('Order', { id: 'bytes' }) })
    const both = [
      '--against',
      'git-log:main',
      '--against',
      'git:main~1',
      '--no-merge-base',
      '--format',
      'json',
    ]
    const { out } = await repository.schemas(['diff', ...both])
    const { results } = JSON.parse(out) as DiffReport
    const removed = results.map(({ changes: found }) =>
      found.flatMap(({ kind, path }) => (kind === 'field-removed' ? [path] : [])),
    )
    expect(removed).toEqual([['total', 'phone'], ['total']])
  })

  it('writes Markdown, into a file when told', async () => {
    using repository = changedRepository()
    const args = [...main, '--format', 'markdown', '--output', 'diff.md']
    expect(await repository.schemas(args)).toEqual({ exitCode: 0, out: '', err: '' })
    const markdown = readFileSync(join(repository.folder, 'diff.md'), 'utf8')
    expect(markdown).toContain('### Changes')
    expect(markdown).toContain('| safe | `shop.Order` | `schemas/order.avsc:6` | `id` | doc added |')
  })

  it('calls nobody in Markdown whom a property names', async () => {
    using repository = createGitRepository()
    const owned = (owner: string): object => ({ ...record('Order', { id: 'string' }), 'x-owner': owner })
    repository.write({ 'schemas/order.avsc': owned('a') })
    repository.commit('first')
    repository.write({ 'schemas/order.avsc': owned('@payments fixes #7') })
    const { out } = await repository.schemas([...main, '--format', 'markdown'])
    expect(out).toContain('x-owner "a" -')
    expect(out).not.toMatch(/@payments|#7/)
  })

  it('colours a terminal alone, and not even that when told', async () => {
    using repository = changedRepository()
    const onTerminal = async (...args: readonly string[]): Promise<string> => {
      let out = ''
      const context = { out: (part: string) => void (out += part), err: () => undefined, env: gitEnv }
      await runProgram(['schemas', ...main, '--cwd', repository.folder, ...args], {
        ...context,
        isTerminal: true,
      })
      return out
    }
    const { out: plain } = await repository.schemas(main)
    expect(stripVTControlCharacters(await onTerminal())).toBe(plain)
    expect(await onTerminal()).not.toBe(plain)
    expect(await onTerminal('--no-color')).toBe(plain)
  })

  it('places a change of a shared type in its file, in every schema that uses it', async () => {
    using repository = createGitRepository()
    repository.write({
      'schemas/money.avsc': record('Money', { amount: 'int' }),
      'schemas/order.avsc': record('Order', { total: 'Money' }),
    })
    repository.commit('first')
    repository.write({ 'schemas/money.avsc': record('Money', { amount: 'long' }) })
    const { out } = await repository.schemas([...main, '--format', 'json'])
    const places = (JSON.parse(out) as DiffReport).results.map(({ file, changes: found }) => [
      file,
      found.map(({ path, location, baseLocation }) => [path, location.file, baseLocation.file]),
    ])
    expect(places).toEqual([
      ['schemas/money.avsc', [['amount', 'schemas/money.avsc', 'schemas/money.avsc']]],
      ['schemas/order.avsc', [['total.amount', 'schemas/money.avsc', 'schemas/money.avsc']]],
    ])
  })

  it('says nothing of schemas that are as they were', async () => {
    using repository = changedRepository()
    repository.commit('second')
    const { exitCode, out } = await repository.schemas(main)
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^0 breaking[^\n]+\n$/)])
  })

  it('fails for what it cannot read', async () => {
    using repository = changedRepository()
    repository.write({ 'schemas/bad.avsc': '{' })
    const { exitCode, out } = await repository.schemas(main)
    expect([exitCode, out]).toEqual([3, expect.stringContaining('schema-invalid  schemas/bad.avsc')])
    expect(out).toContain('CHANGE')
    expect((await repository.schemas(['diff', '--against', 'git:nowhere'])).exitCode).toBe(4)
  })
})
