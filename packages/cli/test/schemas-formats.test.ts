import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

/** One break that is open, one that is accepted, and one problem. */
let repository: GitRepository
beforeAll(async () => {
  repository = createGitRepository()
  repository.write({
    'schemas/a b.avsc': record('A', { id: 'int' }),
    'schemas/b.avsc': record('B', { id: 'int' }),
  })
  repository.commit('first')
  repository.write({
    'schemas/a b.avsc': record('A', { id: 'int', phone: 'string' }),
    'schemas/b.avsc': record('B', { id: 'int', more: 'string' }),
    'shared/c.avsc': record('C', { x: '<b>"Nope"&' }),
  })
  const { out } = await repository.schemas(['check', '--against', 'git:main', '--format', 'json', 'schemas'])
  const { results } = JSON.parse(out) as { results: { findings: { fingerprint: string }[] }[] }
  const fingerprint = results[1]!.findings[0]!.fingerprint
  repository.write({
    'schemas/.accepted.yaml': `- { fingerprint: "${fingerprint}", reason: known & wanted }\n`,
  })
})
afterAll(() => repository[Symbol.dispose]())

async function run(format: string): Promise<string> {
  const args = ['check', '--against', 'git:main', '--mode', 'FULL', 'schemas', 'shared', '--format', format]
  const { exitCode, out } = await repository.schemas(args)
  expect(exitCode).toBe(3)
  expect((await repository.schemas(args)).out).toBe(out)
  return out
}

describe('formatSarif', () => {
  it('has a result a finding, suppressed when accepted, and a notification a problem', async () => {
    const log = JSON.parse(await run('sarif')) as {
      version: string
      runs: {
        invocations: { executionSuccessful: boolean; toolExecutionNotifications: unknown[] }[]
        results: { suppressions: unknown[]; locations: unknown[] }[]
      }[]
    }
    const [{ results, invocations } = { results: [], invocations: [] }] = log.runs
    expect(log.version).toBe('2.1.0')
    expect(results.map(({ suppressions }) => suppressions.length)).toEqual([0, 1])
    expect(results[0]!.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'schemas/a%20b.avsc' },
          region: { startLine: 10, startColumn: 5 },
        },
      },
    ])
    expect(invocations[0]).toMatchObject({ executionSuccessful: false })
    expect(invocations[0]!.toolExecutionNotifications).toHaveLength(1)
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
      ['shop.A vs main', 'tests="2" failures="1" errors="0"'],
      ['shop.B vs main', 'tests="2" failures="0" errors="0"'],
    ])
    expect(xml).toContain('&lt;b&gt;&quot;Nope&quot;&amp;')
    expect(xml.replaceAll(/<[^<>]+>/g, '')).not.toMatch(/[<>]/)
  })
})

describe('formatMarkdown', () => {
  it('has a row a finding and lets nothing in a name become markup', async () => {
    const text = await run('markdown')
    expect(text.match(/^\| (\*\*break\*\*|accepted) \|/gm)).toEqual(['| **break** |', '| accepted |'])
    expect(text).toContain('<code>schemas/a b.avsc:10</code> <code>phone</code>')
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
    ])
    expect(entries.every(({ fingerprint }) => /^[0-9a-f]{12}$/.test(fingerprint))).toBe(true)
  })
})
