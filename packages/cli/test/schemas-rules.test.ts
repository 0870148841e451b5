import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

/** What a test reads of a finding. */
interface Finding {
  readonly ruleId: string
  readonly kind: string
  readonly severity: string
  readonly path: string
  readonly symbols: string[]
  readonly pointer: string | null
  readonly basePointer: string | null
  readonly message: string
  readonly detail: string | null
  readonly fix: string
  readonly causes: { ruleId: string; path: string; location: { line: number } }[]
  readonly versions: string[]
  readonly location: { file: string; line: number } | null
  readonly baseLocation: { file: string } | null
  readonly javaMessage: string | null
  readonly fingerprint: string
}

const schemaOfReports = JSON.parse(
  readFileSync(new URL('../report.schema.json', import.meta.url), 'utf8'),
) as never

async function check(
  repository: GitRepository,
  ...args: readonly string[]
): Promise<{ exitCode: number; findings: readonly Finding[]; infos: number; told: readonly string[] }> {
  const { exitCode, out } = await repository.schemas(['check', '--format', 'json', ...args])
  const report = z.fromJSONSchema(schemaOfReports).parse(JSON.parse(out)) as {
    summary: { infos: number }
    results: { findings: Finding[] }[]
  }
  const findings = report.results.flatMap((result) => result.findings)
  const told = findings.map(({ ruleId, severity }) => `${severity} ${ruleId}`)
  return { exitCode, findings, infos: report.summary.infos, told }
}

const order = { id: 'string', total: 'long' }

/** A committed schema, and a working tree with another one. */
function changed(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): GitRepository {
  const repository = createGitRepository()
  repository.write(before)
  repository.commit('first')
  repository.write(after)
  return repository
}

const file = 'schemas/order.avsc'
const toMain = ['--against', 'git:main']

describe('headwater schemas check: rules', () => {
  it('warns of what registries take, and does as the configuration says', async () => {
    using repository = changed(
      { [file]: record('Order', order) },
      { [file]: record('Order', { ...order, total: 'double' }) },
    )
    const withLevel = async (level: string): Promise<unknown> => {
      repository.write({ 'headwater.schemas.yaml': `version: 1\nrules: { lossy-promotion: ${level} }\n` })
      const { exitCode, told } = await check(repository, ...toMain)
      return [exitCode, ...told]
    }
    const { exitCode, findings } = await check(repository, ...toMain)
    expect([exitCode, findings]).toEqual([
      0,
      [
        expect.objectContaining({
          ruleId: 'lossy-promotion',
          kind: 'advice',
          severity: 'warning',
          javaMessage: null,
        }),
      ],
    ])
    expect(await withLevel('error')).toEqual([1, 'break lossy-promotion'])
    expect(await withLevel('off')).toEqual([0])
    expect(await withLevel('warning')).toEqual([0, 'warning lossy-promotion'])
  })

  it('fails a case of its own in JUnit for an error that is about neither direction', async () => {
    using repository = changed(
      { [file]: record('Order', order) },
      {
        [file]: { ...record('Order', order), namespace: 'geo' },
        'headwater.schemas.yaml':
          'version: 1\nsubjects: { strategy: topic }\nrules: { namespace-changed: error }\n',
      },
    )
    const { exitCode, out } = await repository.schemas(['check', ...toMain, '--format', 'junit'])
    expect(exitCode).toBe(1)
    expect(out).toContain('<testsuite name="order-value vs main" tests="2" failures="1" errors="0">')
    expect(out).toContain('name="other rules">\n      <failure type="namespace-changed"')
  })

  it('fails for no schema that is unstable, whatever rules are made errors', async () => {
    using repository = changed(
      { [file]: record('Order', order) },
      {
        [file]: record('Order', { ...order, total: 'double', more: 'int' }),
        'headwater.schemas.yaml': 'version: 1\nrules: { lossy-promotion: error }\nunstable: ["schemas/*"]\n',
      },
    )
    const { exitCode, told } = await check(repository, ...toMain)
    expect([exitCode, told.toSorted()]).toEqual([0, ['warning field-no-default', 'warning lossy-promotion']])
  })

  it('tells of a schema alone once, when it comes', async () => {
    const bad = { type: ['string', 'null'] }
    const schema = (fields: object[]): object => ({ type: 'record', name: 'Order', fields })
    const odd = { name: 'note', ...bad, default: null }
    using repository = changed(
      { 'schemas/other.avsc': schema([]) },
      { [file]: schema([odd]), 'schemas/other.avsc': null },
    )
    const first = await check(repository, ...toMain)
    expect(first.told).toContain('warning union-default-not-first')
    repository.commit('second')
    repository.write({ [file]: schema([odd, { name: 'more', type: 'int', default: 0 }]) })
    expect((await check(repository, ...toMain)).told).toEqual([])
  })

  it('has the pointers of both sides, and causes where a finding stands for several things', async () => {
    const pay = (name: string, field: string): object =>
      record('Order', { ...order, pay: ['null', record(name, { [field]: 'int' })] })
    using repository = changed({ [file]: pay('Card', 'number') }, { [file]: pay('Cash', 'till') })
    const { findings } = await check(repository, ...toMain)
    expect(findings).toEqual([
      expect.objectContaining({
        ruleId: 'union-branch-incompatible',
        kind: 'registry',
        pointer: '/fields/2/type',
        basePointer: '/fields/2/type/1',
        detail:
          '`pay` is ["null", Cash]; registries print this as "reader union lacking writer type: RECORD".',
        causes: [
          expect.objectContaining({ ruleId: 'type-renamed', path: 'pay' }),
          expect.objectContaining({ ruleId: 'field-renamed', path: 'pay.till' }),
        ],
      }),
    ])
  })

  it('keeps a fingerprint when fields, branches and lines change their order', async () => {
    const who = record('Customer', { id: 'int', phone: 'string' })
    const before = record('Order', { id: 'string', who: ['null', record('Customer', { id: 'int' })] })
    using repository = changed(
      { [file]: before },
      { [file]: record('Order', { id: 'string', who: ['null', who] }) },
    )
    const one = (await check(repository, ...toMain)).findings.find(({ kind }) => kind === 'registry')!
    repository.write({ [file]: JSON.stringify(record('Order', { who: [who, 'null'], id: 'string' })) })
    const other = (await check(repository, ...toMain)).findings.find(({ kind }) => kind === 'registry')!
    expect([one.ruleId, one.fingerprint]).toEqual(['field-no-default', other.fingerprint])
    expect(one.pointer).not.toBe(other.pointer)
  })

  it('names the versions that a level does not look at, together', async () => {
    using repository = createGitRepository()
    const versions = [{ id: 'int' }, { id: 'int', a: 'int' }, { id: 'int' }, { a: 'int', id: 'int' }]
    for (const fields of versions) {
      repository.write({ [file]: record('Order', fields) })
      await repository.schemas(['history', 'record'])
    }
    repository.write({ [file]: record('Order', { a: 'int', b: ['null', 'int'] }) })
    const { findings } = await check(repository, '--against', 'history')
    const later = findings.filter(({ ruleId }) => ruleId === 'not-transitive')
    expect(later).toEqual([
      expect.objectContaining({
        kind: 'advice',
        path: 'a',
        versions: ['v3', 'v1'],
        javaMessage: null,
      }),
    ])
    const { out } = await repository.schemas([
      'check',
      '--against',
      'history',
      '--mode',
      'BACKWARD_TRANSITIVE',
    ])
    expect(out).toContain('with v1-v4')
    expect(out).toContain('with v1, v3\n')
  })
})

describe('headwater schemas check: the set of schemas', () => {
  it('says that a file moved, even when it says the same, and fails for it in no case', async () => {
    using repository = changed(
      { [file]: record('Order', order) },
      { [file]: null, 'schemas/orders/placed.avsc': record('Order', order) },
    )
    const { exitCode, findings, infos } = await check(repository, ...toMain, '--fail-on', 'warning')
    expect([exitCode, infos]).toEqual([0, 1])
    expect(findings).toEqual([
      expect.objectContaining({
        ruleId: 'schema-moved',
        kind: 'set',
        severity: 'info',
        location: expect.objectContaining({ file: 'schemas/orders/placed.avsc' }) as unknown,
        baseLocation: expect.objectContaining({ file }) as unknown,
      }),
    ])
  })

  it('warns of another subject, and takes the override of the fix', async () => {
    const config = 'version: 1\nsubjects: { strategy: file }\n'
    const common = { 'headwater.schemas.yaml': config }
    using repository = changed(
      { ...common, [file]: record('Order', order) },
      { [file]: null, 'schemas/placed.avsc': record('Order', order) },
    )
    const { told, findings } = await check(repository, ...toMain)
    expect(told).toEqual(['warning subject-changed', 'info schema-moved'])
    const [override] = /\{.*\}/.exec(findings[0]!.fix)!
    repository.write({
      'headwater.schemas.yaml': `version: 1\nsubjects: { strategy: file, overrides: [${override}] }\n`,
    })
    expect((await check(repository, ...toMain)).told).toEqual(['info schema-moved'])
  })

  it('counts a new schema, and leaves it out of what people read', async () => {
    using repository = changed(
      { [file]: record('Order', order) },
      { 'schemas/other.avsc': record('Other', order) },
    )
    expect((await check(repository, ...toMain)).told).toEqual(['info schema-added'])
    const { out } = await repository.schemas(['check', ...toMain])
    expect(out).toMatch(/^0 breaking, 0 warnings, 2 schemas checked, 1 added, 1 unchanged/)
  })

  it('says which version a schema is again, with the breaks that come of it', async () => {
    using repository = createGitRepository()
    for (const fields of [{ id: 'int', a: 'int' }, { id: 'int' }]) {
      repository.write({ [file]: record('Order', fields) })
      await repository.schemas(['history', 'record'])
    }
    repository.write({ [file]: record('Order', { id: 'int', a: 'int' }) })
    const { told, findings } = await check(repository, '--against', 'history')
    expect(told).toEqual(['break field-no-default', 'info revert-of-version'])
    expect(findings[1]!.message).toContain('It is v1 again')
  })
})
