import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const customer = (fields: Readonly<Record<string, unknown>>): unknown => ['null', record('Customer', fields)]
const status = (...symbols: readonly string[]): unknown => ({ type: 'enum', name: 'Status', symbols })

/** One break that is open and one warning, one break that is accepted, a schema that is new, and one problem. */
let repository: GitRepository
beforeAll(async () => {
  repository = createGitRepository()
  repository.write({
    'schemas/a b.avsc': record('A', { id: 'int', who: customer({ id: 'int' }), total: 'long' }),
    'schemas/b.avsc': record('B', { id: 'int', status: status('A', 'UNKNOWN') }),
  })
  repository.commit('first')
  repository.write({
    'schemas/a b.avsc': record('A', {
      id: 'int',
      who: customer({ id: 'int', phone: 'string' }),
      total: 'double',
    }),
    'schemas/b.avsc': record('B', { id: 'int', status: status('A', 'UNKNOWN', 'REFUNDED') }),
    'schemas/new.avsc': record('New', { id: 'int' }),
    'shared/c.avsc': record('C', { x: '<b>"Nope"&' }),
  })
  const args = ['check', '--against', 'git:main', '--format', 'json', '--mode', 'FORWARD', 'schemas']
  const { results } = JSON.parse((await repository.schemas(args)).out) as {
    results: { findings: { fingerprint: string }[] }[]
  }
  const fingerprint = results[1]!.findings[0]!.fingerprint
  repository.write({
    'headwater.schemas.yaml': 'version: 1\nsubjects: { overrides: [{ match: "schemas/b*", mode: FULL }] }\n',
    'schemas/.accepted.yaml': `- { fingerprint: "${fingerprint}", reason: known & wanted }\n`,
  })
})
afterAll(() => repository[Symbol.dispose]())

async function run(format: string): Promise<string> {
  const args = ['check', '--against', 'git:main', 'schemas', 'shared', '--format', format]
  const { exitCode, out } = await repository.schemas(args)
  expect(exitCode).toBe(3)
  expect((await repository.schemas(args)).out).toBe(out)
  return out
}

describe('formatHuman', () => {
  it('says who fails, why, what a registry prints instead, and what to paste', async () => {
    const text = (await run('human'))
      .replaceAll(/\[[0-9a-f]{12}\]/g, '[fingerprint]')
      .replaceAll(/baseline \w{10}/g, 'baseline 0123456789')
    await expect(text).toMatchFileSnapshot('./golden/report.txt')
  })
})

describe('formatGithub', () => {
  it('has what breaks first, with what a registry prints, and leaves out what is accepted or for information', async () => {
    const lines = (await run('github')).trimEnd().split('\n')
    expect(lines.map((line) => /^::(\w+) file=([^,]+),.*title=([\w-]+)::/.exec(line)?.slice(1))).toEqual([
      ['error', 'shared/c.avsc', 'reference-missing'],
      ['error', 'schemas/a b.avsc', 'field-no-default'],
      ['warning', 'schemas/a b.avsc', 'lossy-promotion'],
    ])
    expect(lines[1]).toContain('%0A`who` is ["null", Customer]; registries print this as ')
  })
})

describe('formatSarif', () => {
  it('has a result a finding, suppressed when accepted, and a notification a problem', async () => {
    const log = JSON.parse(await run('sarif')) as {
      version: string
      runs: {
        invocations: { executionSuccessful: boolean; toolExecutionNotifications: unknown[] }[]
        tool: { driver: { rules: { id: string; help: { text: string; markdown: string } }[] } }
        results: {
          suppressions: unknown[]
          locations: unknown[]
          level: string
          ruleIndex: number
          ruleId: string
        }[]
      }[]
    }
    const [{ results, invocations, tool }] = log.runs as [(typeof log.runs)[0]]
    const { rules } = tool.driver
    expect(log.version).toBe('2.1.0')
    expect(results.map(({ suppressions }) => suppressions.length)).toEqual([0, 0, 1, 0])
    expect(results.map(({ level }) => level)).toEqual(['error', 'warning', 'error', 'note'])
    expect(results.map(({ ruleIndex }) => rules[ruleIndex]!.id)).toEqual(results.map(({ ruleId }) => ruleId))
    expect(rules.every(({ help }) => help.text !== '' && help.markdown.includes('**Fix:** '))).toBe(true)
    expect(results[0]!.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'schemas/a%20b.avsc', uriBaseId: '%SRCROOT%' },
          region: { startLine: 23, startColumn: 13 },
        },
      },
    ])
    expect(invocations[0]).toMatchObject({ executionSuccessful: false })
    expect(invocations[0]!.toolExecutionNotifications).toHaveLength(1)
  })
})

describe('formatSarif: a schema that is gone', () => {
  it('has a place, without which code scanning refuses all results', async () => {
    using gone = createGitRepository()
    gone.write({ 'schemas/a.avsc': record('A', { id: 'int' }), 'schemas/b.avsc': record('B', { id: 'int' }) })
    gone.commit('first')
    gone.write({ 'schemas/b.avsc': null })
    const { out } = await gone.schemas(['check', '--against', 'git:main', '--format', 'sarif'])
    const log = JSON.parse(out) as { runs: { results: { ruleId: string; locations: unknown[] }[] }[] }
    const place = {
      artifactLocation: { uri: 'schemas/b.avsc', uriBaseId: '%SRCROOT%' },
      region: { startLine: 1, startColumn: 1 },
    }
    expect(log.runs[0]!.results).toEqual([
      expect.objectContaining({ ruleId: 'schema-deleted', locations: [{ physicalLocation: place }] }),
    ])
  })
})

describe('formatJunit', () => {
  it('has a case for each version and direction, also those that passed', async () => {
    const xml = await run('junit')
    expect(
      [...xml.matchAll(/<testsuite name="([^"]*)" (tests="\d" failures="\d" errors="\d")/g)].map(
        ([, a, b]) => [a, b],
      ),
    ).toEqual([
      ['problems', 'tests="1" failures="0" errors="1"'],
      ['shop.A vs main', 'tests="1" failures="1" errors="0"'],
      ['shop.B vs main', 'tests="2" failures="0" errors="0"'],
      ['shop.New vs main', 'tests="1" failures="0" errors="0"'],
    ])
    expect(xml).toContain('&lt;b&gt;&quot;Nope&quot;&amp;')
    expect(xml.replaceAll(/<[^<>]+>/g, '')).not.toMatch(/[<>]/)
  })

  it('has a case for what the configuration has made an error', async () => {
    const config = join(repository.folder, 'strict.yaml')
    writeFileSync(config, 'version: 1\nrules: { schema-added: error }\n')
    const args = ['check', '--against', 'git:main', 'schemas', '--format', 'junit', '--config', 'strict.yaml']
    const { out } = await repository.schemas(args)
    expect(out).toMatch(/name="shop.New vs main" tests="1" failures="1"/)
    expect(out).toContain('<failure type="schema-added"')
  })
})

describe('formatMarkdown', () => {
  it('has a row a finding, the rest folded away, and lets nothing in a name become markup', async () => {
    const text = await run('markdown')
    expect(text.match(/^\| (\*\*break\*\*|warning|accepted) \|/gm)).toEqual([
      '| **break** |',
      '| warning |',
      '| accepted |',
    ])
    expect(text).toContain('<code>schemas/a b.avsc:23</code> <code>who.phone</code>')
    expect(text.match(/<details><summary>\S+/g)).toEqual([
      '<details><summary>field-no-default',
      '<details><summary>lossy-promotion',
      '<details><summary>enum-symbol-added',
    ])
    expect(text).toContain('A registry says MISSING_UNION_BRANCH at <code>/fields/1/type/1</code>')
    expect(text).toContain('- shop.New: shop.New is new')
    expect(text).not.toContain('<b>')
  })
})

describe('formatGitlab', () => {
  it('has an entry for each problem and each open finding', async () => {
    const entries = JSON.parse(await run('gitlab')) as {
      check_name: string
      severity: string
      fingerprint: string
    }[]
    expect(entries.map(({ check_name, severity }) => [check_name, severity])).toEqual([
      ['reference-missing', 'blocker'],
      ['field-no-default', 'critical'],
      ['lossy-promotion', 'minor'],
      ['schema-added', 'info'],
    ])
    expect(entries.every(({ fingerprint }) => /^[0-9a-f]{12}$/.test(fingerprint))).toBe(true)
  })
})

describe('withRepositoryPaths', () => {
  it.each([
    ['github', /^::error file=services\/a\/schemas\/order\.avsc,/],
    ['sarif', /"uri": "services\/a\/schemas\/order\.avsc"/],
    ['gitlab', /"path": "services\/a\/schemas\/order\.avsc"/],
    ['human', /^schemas\/order\.avsc /],
  ] as const)('has files in %s as its readers look for them', async (format, expected) => {
    using root = createGitRepository()
    const file = 'services/a/schemas/order.avsc'
    root.write({ [file]: record('Order', { id: 'int' }) })
    root.commit('first')
    root.write({ [file]: record('Order', { id: 'string' }) })
    const service = createGitRepository(join(root.folder, 'services/a'))
    const { out } = await service.schemas(['check', '--against', 'git:main', '--format', format])
    expect(out).toMatch(expected)
    // From a folder that is a symbolic link the root was not found, and files were called as they are in the folder.
    using elsewhere = createGitRepository()
    const link = join(elsewhere.folder, 'link')
    symlinkSync(service.folder, link)
    const linked = await createGitRepository(link).schemas([
      'check',
      '--against',
      'git:main',
      '--format',
      format,
    ])
    expect(linked.out).toBe(out)
  })
})
