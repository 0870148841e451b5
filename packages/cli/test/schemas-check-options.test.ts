import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { runProgram } from '@headwater/cli'
import { describe, expect, it } from 'vitest'
import { createGitRepository, gitEnv, record, type GitRepository } from './git-repository.ts'

const main = ['check', '--against', 'git:main']

/** A break and a warning: a field without default in a stable schema, and one in an unstable schema. */
function brokenRepository(): GitRepository {
  const repository = createGitRepository()
  repository.write({
    'schemas/a-draft.avsc': record('Draft', { id: 'string' }),
    'schemas/order.avsc': record('Order', { id: 'string' }),
    'headwater.schemas.yaml': 'version: 1\nunstable: [schemas/a-draft.avsc]\n',
  })
  repository.commit('first')
  repository.write({
    'schemas/a-draft.avsc': record('Draft', { id: 'string', phone: 'string' }),
    'schemas/order.avsc': record('Order', { id: 'string', phone: 'string' }),
  })
  return repository
}

function read(repository: GitRepository, file: string): string {
  return readFileSync(join(repository.folder, file), 'utf8')
}

describe('headwater schemas check --output', () => {
  it('takes what would go to standard output', async () => {
    using repository = brokenRepository()
    const { out } = await repository.schemas(main)
    expect(await repository.schemas([...main, '--output', 'report.txt'])).toMatchObject({
      exitCode: 1,
      out: '',
    })
    expect(read(repository, 'report.txt')).toBe(out)
  })

  it('refuses two forms in one file, and a file that cannot be written', async () => {
    using repository = brokenRepository()
    for (const args of [
      ['--format', 'json', '--format', 'github', '--output', 'report'],
      ['--format', 'json=report', '--output', 'report', '--format', 'human'],
      ['--output', 'no/such/folder/report'],
    ]) {
      const { exitCode, err } = await repository.schemas([...main, ...args])
      expect([exitCode, err]).toEqual([2, expect.stringMatching(/^PROBLEM {2}config-invalid {2}\S*report\n/)])
    }
  })
})

describe('headwater schemas check --summary', () => {
  it('appends Markdown to the summary of the job', async () => {
    using repository = brokenRepository()
    repository.write({ 'summary.md': 'before\n' })
    const env = { GITHUB_STEP_SUMMARY: join(repository.folder, 'summary.md') }
    const { exitCode } = await repository.schemas([...main, '--summary'], env)
    expect(exitCode).toBe(1)
    const { out } = await repository.schemas([...main, '--format', 'markdown'], env)
    expect(read(repository, 'summary.md')).toBe(`before\n${out}`)
  })

  it('says so where there is no job, and goes on', async () => {
    using repository = brokenRepository()
    const { exitCode, err } = await repository.schemas([...main, '--summary'])
    expect([exitCode, err]).toEqual([1, '--summary: GITHUB_STEP_SUMMARY is not set, so none is written\n'])
  })
})

describe('headwater schemas check --max-findings', () => {
  it('keeps breaks before warnings, counts all, and says what it left out', async () => {
    using repository = brokenRepository()
    const { exitCode, out, err } = await repository.schemas([
      ...main,
      '--max-findings',
      '1',
      '--format',
      'json',
    ])
    expect(exitCode).toBe(1)
    const { results, summary } = JSON.parse(out) as {
      results: { file: string; findings: unknown[] }[]
      summary: object
    }
    expect(results.map(({ file, findings }) => [file, findings.length])).toEqual([
      ['schemas/a-draft.avsc', 0],
      ['schemas/order.avsc', 1],
    ])
    expect(summary).toMatchObject({ breaks: 1, warnings: 1 })
    expect(err).toBe('1 more findings are not shown (--max-findings 1); the summary counts them\n')
  })

  it('leaves out what is only worth knowing before what warns', async () => {
    using repository = brokenRepository()
    repository.write({ 'schemas/a-new.avsc': record('New', { id: 'string' }) })
    const { out } = await repository.schemas([...main, '--max-findings', '2'])
    expect([...out.matchAll(/^ {2}([A-Z]+)/gm)].map(([, word]) => word)).toEqual(['WARNING', 'BREAK'])
  })

  it('fails all the same when it shows none', async () => {
    using repository = brokenRepository()
    const { exitCode, out } = await repository.schemas([...main, '--max-findings', '0'])
    expect([exitCode, out]).toEqual([1, expect.stringMatching(/^1 breaking, 1 warning/)])
  })

  it('makes no test case pass', async () => {
    using repository = brokenRepository()
    const { out } = await repository.schemas([...main, '--max-findings', '0', '--format', 'junit'])
    expect(out).toContain('<failure type="field-no-default"')
  })
})

describe('headwater schemas check --quiet', () => {
  it('prints nothing when the check passes, and still writes files', async () => {
    using repository = brokenRepository()
    repository.commit('the break is in the baseline now')
    const args = [...main, '--quiet', '--format', 'human', '--format', 'json=report.json']
    expect(await repository.schemas(args)).toEqual({ exitCode: 0, out: '', err: '' })
    expect(JSON.parse(read(repository, 'report.json'))).toMatchObject({ summary: { exitCode: 0 } })
  })

  it('prints everything when it fails', async () => {
    using repository = brokenRepository()
    expect(await repository.schemas([...main, '--quiet'])).toEqual(await repository.schemas(main))
  })
})

describe('headwater schemas check --subject', () => {
  it('gives a file one subject or several, over the configuration', async () => {
    using repository = brokenRepository()
    const subjects = [
      '--subject',
      'schemas/order.avsc=orders-value',
      '--subject',
      './schemas/order.avsc=audit-value',
    ]
    const { out } = await repository.schemas([...main, ...subjects, '--format', 'json'])
    const { results } = JSON.parse(out) as { results: { subject: string }[] }
    expect(results.map(({ subject }) => subject)).toEqual(['shop.Draft', 'orders-value', 'audit-value'])
  })

  it.each([
    ['a file that is none of the schemas', 'schemas/odrer.avsc=x', '--subject names schemas/odrer.avsc'],
    ['what is no pair', 'schemas/order.avsc', 'Write <file>=<subject>.'],
  ])('refuses %s', async (_, value, message) => {
    using repository = brokenRepository()
    const { exitCode, out, err } = await repository.schemas([...main, '--subject', value])
    expect([exitCode, out + err]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('headwater schemas check --no-color', () => {
  async function onTerminal(
    repository: GitRepository,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    let out = ''
    await runProgram(['schemas', ...main, '--cwd', repository.folder, ...args], {
      out: (text) => void (out += text),
      err: () => undefined,
      env: { ...gitEnv, ...env },
      isTerminal: true,
    })
    return out
  }

  it('colours on a terminal, and only there, without changing the text', async () => {
    using repository = brokenRepository()
    const { out: plain } = await repository.schemas(main)
    const coloured = await onTerminal(repository)
    expect(coloured).not.toBe(plain)
    expect(stripVTControlCharacters(coloured)).toBe(plain)
    expect(stripVTControlCharacters(plain)).toBe(plain)
  })

  it('leaves colours out when told to, by the option or by NO_COLOR', async () => {
    using repository = brokenRepository()
    const { out: plain } = await repository.schemas(main)
    expect(await onTerminal(repository, ['--no-color'])).toBe(plain)
    expect(await onTerminal(repository, [], { NO_COLOR: '1' })).toBe(plain)
  })

  it('colours no form that a program reads', async () => {
    using repository = brokenRepository()
    const { out: plain } = await repository.schemas([...main, '--format', 'github'])
    expect(await onTerminal(repository, ['--format', 'github'])).toBe(plain)
  })
})
