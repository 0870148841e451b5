import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const order = { id: 'string', total: 'long' }

/** What a test reads of a report. */
interface Report {
  readonly summary: Record<string, number>
  readonly problems: {
    code: string
    file: string | null
    line: number | null
    fix: string
    message: string
  }[]
  readonly warnings: { code: string; file: string | null }[]
  readonly baselines: { ref: string; commit: string | null }[]
  readonly results: {
    file: string
    subject: string
    status: string
    mode: string
    comparedWith: string[]
    findings: {
      ruleId: string
      path: string
      direction: string
      versions: string[]
      severity: string
      location: { file: string; line: number; column: number } | null
      baseLocation: { file: string; line: number } | null
      javaType: string | null
      fingerprint: string
      accepted: { expired: boolean } | null
    }[]
  }[]
}

const schemaOfReports = JSON.parse(
  readFileSync(new URL('../report.schema.json', import.meta.url), 'utf8'),
) as never

async function check(
  repository: GitRepository,
  args: readonly string[] = ['--against', 'git:main'],
  env: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number; report: Report; rules: string[] }> {
  const { exitCode, out, err } = await repository.schemas(['check', '--format', 'json', ...args], env)
  expect(err).toBe('')
  const report = z.fromJSONSchema(schemaOfReports).parse(JSON.parse(out)) as Report
  expect(report.summary['exitCode']).toBe(exitCode)
  return { exitCode, report, rules: report.results.flatMap((r) => r.findings.map((f) => f.ruleId)) }
}

/** `main` with the files, and a branch on which a test goes on. */
function branchOff(files: Readonly<Record<string, unknown>>): GitRepository {
  const repository = createGitRepository()
  repository.write(files)
  repository.commit('first')
  repository.git('switch', '--quiet', '--create', 'work')
  return repository
}

describe('headwater schemas check: against git', () => {
  it('ends with 0 when nothing changed, and says how much it read', async () => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    const { exitCode, out } = await repository.schemas(['check', '--against', 'git:main'])
    expect(exitCode).toBe(0)
    expect(out).toMatch(
      /^0 breaking, 0 warnings, 1 schema checked, 1 unchanged, baseline \w{10} \(merge-base of main\)\n$/,
    )
  })

  it('ends with 1 for a new field without default, at its line and with a fix', async () => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    repository.write({ 'schemas/order.avsc': record('Order', { ...order, phone: 'string' }) })
    const { exitCode, report } = await check(repository)
    expect(exitCode).toBe(1)
    const text = readFileSync(join(repository.folder, 'schemas/order.avsc'), 'utf8').split('\n')
    const [finding] = report.results[0]!.findings
    expect(finding).toMatchObject({
      ruleId: 'field-no-default',
      direction: 'backward',
      path: 'phone',
      javaType: 'READER_FIELD_MISSING_DEFAULT_VALUE',
    })
    expect(text[finding!.location!.line]).toContain('"phone"')
    const { out } = await repository.schemas(['check', '--against', 'git:main'])
    expect(out).toContain('fix: { "name": "phone", "type": ["null", "string"], "default": null }')
    expect(out).toContain(`[${finding!.fingerprint}]`)
    expect(await repository.schemas(['check', '--against', 'git:main'])).toEqual({
      exitCode: 1,
      out,
      err: '',
    })
  })

  it.each([
    ['NONE', { id: 'int' }, []],
    ['BACKWARD', { id: 'string' }, []],
    ['FORWARD', { id: 'string' }, ['field-removed']],
    ['FULL', { id: 'string' }, ['field-removed']],
    ['BACKWARD', { ...order, total: 'int' }, ['field-type-changed']],
    ['FORWARD', { ...order, more: 'int' }, []],
    ['BACKWARD_TRANSITIVE', { ...order, more: 'int' }, ['field-no-default']],
    ['FORWARD_TRANSITIVE', { id: 'string' }, ['field-removed']],
    ['FULL_TRANSITIVE', { id: 'string', more: 'int' }, ['field-no-default', 'field-removed']],
  ])('applies %s to %j', async (mode, fields, expected) => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    repository.write({ 'schemas/order.avsc': record('Order', fields) })
    const { rules } = await check(repository, ['--against', 'git:main', '--mode', mode])
    expect(rules.toSorted()).toEqual(expected)
  })

  it('names the cause inside a union, which registries do not', async () => {
    const customer = (fields: object) => ['null', record('Customer', fields as never)]
    using repository = branchOff({
      'schemas/order.avsc': record('Order', { customer: customer({ id: 'int' }) }),
    })
    repository.write({
      'schemas/order.avsc': record('Order', { customer: customer({ id: 'int', phone: 'string' }) }),
    })
    const { report } = await check(repository)
    expect(report.results[0]!.findings).toEqual([
      expect.objectContaining({
        ruleId: 'field-no-default',
        path: 'customer.phone',
        javaType: 'MISSING_UNION_BRANCH',
      }),
    ])
  })

  it('compares with where the branch left, unless told otherwise', async () => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    repository.git('switch', '--quiet', 'main')
    repository.write({
      'schemas/order.avsc': record('Order', { ...order, later: ['null', 'int'], total: 'double' }),
    })
    repository.commit('main goes on')
    repository.git('switch', '--quiet', 'work')
    expect((await check(repository)).exitCode).toBe(0)
    expect((await check(repository, ['--against', 'git:main', '--no-merge-base'])).rules).toEqual([
      'field-type-changed',
    ])
  })

  it('takes the target branch from the variables of the CI', async () => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    repository.git('update-ref', 'refs/remotes/origin/release', 'main')
    repository.write({ 'schemas/order.avsc': record('Order', { ...order, phone: 'string' }) })
    for (const name of ['GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME']) {
      const { report, exitCode } = await check(repository, [], { [name]: 'release' })
      expect(exitCode).toBe(1)
      expect(report.baselines[0]!.ref).toBe('origin/release')
    }
  })

  it.each(['git mv', 'a plain move that git does not know of'])(
    'follows a schema through %s',
    async (how) => {
      using repository = branchOff({
        'schemas/order.avsc': record('Order', order),
        'schemas/other.avsc': record('Other', order),
      })
      repository.write({
        'schemas/order.avsc': null,
        'schemas/moved/order-placed.avsc': record('Order', { ...order, phone: 'string' }),
      })
      if (how === 'git mv') repository.git('add', '--all')
      const { report, rules } = await check(repository)
      expect(rules).toEqual(['field-no-default', 'schema-moved'])
      expect(report.results[0]!.findings[0]!.baseLocation!.file).toBe('schemas/order.avsc')
    },
  )

  it('reports a schema that is gone, unless that is allowed', async () => {
    using repository = branchOff({
      'schemas/order.avsc': record('Order', order),
      'schemas/other.avsc': record('Other', { id: 'int' }),
    })
    repository.write({ 'schemas/other.avsc': null })
    const { report, rules, exitCode } = await check(repository)
    expect([exitCode, rules]).toEqual([1, ['schema-deleted']])
    expect(report.results[1]).toMatchObject({ subject: 'shop.Other', status: 'deleted' })
    repository.write({ 'headwater.schemas.yaml': 'version: 1\nallowDelete: true\n' })
    expect((await check(repository)).exitCode).toBe(0)
  })

  it('sees a change of a shared type in every schema that uses it, at the place of the shared type', async () => {
    const money = (fields: object) => record('Money', fields as never)
    using repository = branchOff({
      'schemas/common/money.avsc': money({ amount: 'long' }),
      'schemas/order.avsc': record('Order', { total: 'Money' }),
      'schemas/plain.avsc': record('Plain', { id: 'int' }),
    })
    repository.write({ 'schemas/common/money.avsc': money({ amount: 'long', currency: 'string' }) })
    const { report } = await check(repository)
    expect(report.results.map(({ subject, status, findings }) => [subject, status, findings.length])).toEqual(
      [
        ['shop.Money', 'changed', 1],
        ['shop.Order', 'changed', 1],
        ['shop.Plain', 'unchanged', 0],
      ],
    )
    const [finding] = report.results[1]!.findings
    expect(finding).toMatchObject({
      path: 'total.currency',
      location: { file: 'schemas/common/money.avsc', line: 10 },
    })
    expect(finding!.baseLocation!.file).toBe('schemas/common/money.avsc')
  })

  it('runs in a folder of the repository, on that folder alone', async () => {
    using repository = branchOff({
      'services/a/schemas/order.avsc': record('Order', order),
      'services/b/schemas/order.avsc': record('Order', order),
    })
    repository.write({ 'services/a/schemas/order.avsc': record('Order', { ...order, phone: 'string' }) })
    using service = createGitRepository(join(repository.folder, 'services/a'))
    const { report } = await check(service)
    expect(report.results.map(({ file }) => file)).toEqual(['schemas/order.avsc'])
    expect(report.summary['breaks']).toBe(1)
  })

  it('keeps the fingerprint when a schema is only written in another way', async () => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    const broken = record('Order', { ...order, phone: 'string' })
    repository.write({ 'schemas/order.avsc': broken })
    const before = (await check(repository)).report.results[0]!.findings[0]!.fingerprint
    repository.write({ 'schemas/order.avsc': JSON.stringify(broken) })
    expect((await check(repository)).report.results[0]!.findings[0]!.fingerprint).toBe(before)
  })

  it('does not fail for unstable schemas, and does with --fail-on warning', async () => {
    using repository = branchOff({ 'schemas/v0/order.avsc': record('Order', order) })
    repository.write({
      'schemas/v0/order.avsc': record('Order', { ...order, phone: 'string' }),
      'headwater.schemas.yaml': 'version: 1\nunstable: ["schemas/v0/**"]\n',
    })
    expect((await check(repository)).report.summary).toMatchObject({ warnings: 1, breaks: 0, exitCode: 0 })
    expect((await check(repository, ['--against', 'git:main', '--fail-on', 'warning'])).exitCode).toBe(1)
  })

  it('tells a baseline file that cannot be read apart from a fault of the working tree', async () => {
    using repository = branchOff({ 'schemas/order.avsc': '{ broken' })
    repository.write({ 'schemas/order.avsc': record('Order', order) })
    const { exitCode, report } = await check(repository)
    expect(exitCode).toBe(0)
    expect(report.warnings).toEqual([
      expect.objectContaining({ code: 'schema-invalid', file: 'schemas/order.avsc' }),
    ])
  })

  it('writes annotations that GitHub understands', async () => {
    using repository = branchOff({ 'schemas/a,b.avsc': record('Order', order) })
    repository.write({ 'schemas/a,b.avsc': record('Order', { ...order, phone: 'string' }) })
    const { out } = await repository.schemas(['check', '--against', 'git:main', '--format', 'github'])
    expect(out).toMatch(
      /^::error file=schemas\/a%2Cb\.avsc,line=14,col=5,title=field-no-default::shop\.Order: .+%0Afix: .+\n$/,
    )
    expect(out.split('\n')).toHaveLength(2)
  })

  it('writes several forms, each where it is told', async () => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    const args = ['check', '--against', 'git:main', '--format', 'json=out.json', '--format', 'human']
    const { out } = await repository.schemas(args)
    expect(out).toContain('0 breaking')
    expect(JSON.parse(readFileSync(join(repository.folder, 'out.json'), 'utf8'))).toMatchObject({
      version: 1,
    })
  })
})

describe('headwater schemas check: accepted breaks', () => {
  it('lets a break pass with a reason, until its last day is over', async () => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    repository.write({ 'schemas/order.avsc': record('Order', { ...order, phone: 'string' }) })
    const { fingerprint } = (await check(repository)).report.results[0]!.findings[0]!
    const accept = (expires: string) =>
      repository.write({
        'schemas/.accepted.yaml': `- fingerprint: "${fingerprint}"\n  reason: nobody reads it yet\n  expires: ${expires}\n`,
      })
    accept('2999-12-31')
    expect((await check(repository)).report.summary).toMatchObject({ exitCode: 0, accepted: 1, breaks: 0 })
    accept('2001-01-31')
    const { report, exitCode } = await check(repository)
    expect(exitCode).toBe(1)
    expect(report.results[0]!.findings[0]!.accepted).toMatchObject({ expired: true })
    const { out } = await repository.schemas(['check', '--against', 'git:main'])
    expect(out).toContain('was accepted until 2001-01-31: nobody reads it yet')
  })

  it('refuses an acceptance without a reason', async () => {
    using repository = branchOff({ 'schemas/order.avsc': record('Order', order) })
    repository.write({ 'schemas/.accepted.yaml': '- fingerprint: "0123456789ab"\n  reason: " "\n' })
    const { exitCode, report } = await check(repository)
    expect(exitCode).toBe(2)
    expect(report.problems).toEqual([expect.objectContaining({ code: 'accepted-invalid' })])
  })
})
