import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGitRepository, gitEnv, record, type GitRepository } from './git-repository.ts'

interface Problem {
  readonly code: string
  readonly file: string | null
  readonly line: number | null
  readonly message: string
  readonly fix: string
}

async function problemsOf(
  repository: GitRepository,
  args: readonly string[] = ['--against', 'git:main'],
): Promise<{ exitCode: number; problems: readonly Problem[] }> {
  const { exitCode, out } = await repository.schemas(['check', '--format', 'json', ...args])
  const { problems } = JSON.parse(out) as { problems: readonly Problem[] }
  expect(problems.every(({ message, fix }) => message !== '' && fix !== '')).toBe(true)
  return { exitCode, problems }
}

function repositoryWith(files: Readonly<Record<string, unknown>>): GitRepository {
  const repository = createGitRepository()
  repository.commit('empty')
  repository.write(files)
  return repository
}

const good = record('Good', { id: 'int' })

describe('headwater schemas check: schemas that cannot be read', () => {
  it.each<[string, unknown, string, number | null]>([
    ['a file that is no JSON', '{\n  "type": oops', 'schema-invalid', 2],
    ['an empty file', '', 'schema-invalid', 1],
    [
      'a schema that Avro does not allow',
      '{\n"type": "record", "name": "1st",\n"fields": [] }',
      'schema-invalid',
      2,
    ],
    ['a byte order mark', `\uFEFF${JSON.stringify(good)}`, 'schema-bom', 1],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0x22), 'schema-not-utf8', 1],
    ['ten megabytes', `"${'x'.repeat(10_000_000)}"`, 'schema-too-large', 1],
    ['brackets nested a hundred thousand deep', '['.repeat(100_000), 'schema-invalid', 1],
    ['a name that nobody defines', record('A', { money: 'Money' }), 'reference-missing', 8],
  ])('names %s once, with exit code 3', async (_, content, code, line) => {
    using repository = repositoryWith({ 'schemas/bad.avsc': content, 'schemas/good.avsc': good })
    const { exitCode, problems } = await problemsOf(repository)
    expect(problems).toEqual([expect.objectContaining({ code, file: 'schemas/bad.avsc', line })])
    expect(exitCode).toBe(3)
  })

  it('takes a schema nested three hundred deep', async () => {
    const deep = `${'{"type":"array","items":'.repeat(300)}"int"${'}'.repeat(300)}`
    using repository = repositoryWith({ 'schemas/deep.avsc': deep })
    expect((await problemsOf(repository)).exitCode).toBe(0)
  })

  // It ended the program with "Maximum call stack size exceeded".
  it('names a schema whose types lie in each other without end', async () => {
    const deep = Array.from({ length: 10_000 }, (_, index) => ({
      type: 'record',
      name: `R${index}`,
      fields: [{ name: 'a', type: index === 9_999 ? 'int' : ['null', `R${index + 1}`] }],
    }))
    using repository = repositoryWith({
      'schemas/deep.avsc': JSON.stringify(deep),
      'schemas/good.avsc': good,
    })
    const { exitCode, problems } = await problemsOf(repository)
    expect(problems).toEqual([
      expect.objectContaining({ code: 'schema-too-large', file: 'schemas/deep.avsc', line: 1 }),
    ])
    expect(exitCode).toBe(3)
  })

  it('compares the other schemas where one lies in itself too deep to be compared', async () => {
    // Records that can all be each other's: few to read, but the pairs of them lie in each other by the thousand.
    const names = Array.from({ length: 60 }, (_, at) => `R${at}`)
    const crowd = (type: string): object[] => names.map((name) => record(name, { x: type, next: names }))
    using repository = repositoryWith({
      'schemas/a.avsc': record('A', { x: 'int' }),
      'schemas/deep.avsc': crowd('int'),
      'schemas/z.avsc': record('Z', { x: 'int' }),
    })
    repository.commit('first')
    repository.write({
      'schemas/a.avsc': record('A', { x: 'string' }),
      'schemas/deep.avsc': crowd('string'),
      'schemas/z.avsc': record('Z', { x: 'string' }),
    })
    const { out } = await repository.schemas(['check', '--format', 'json', '--against', 'git:main'])
    const { problems, results } = JSON.parse(out) as {
      problems: readonly Problem[]
      results: readonly { file: string; status: string }[]
    }
    expect(problems).toEqual([
      expect.objectContaining({ code: 'schema-too-large', file: 'schemas/deep.avsc', line: 1 }),
    ])
    expect(results.map(({ file, status }) => [file, status])).toEqual([
      ['schemas/a.avsc', 'changed'],
      ['schemas/z.avsc', 'changed'],
    ])
  })

  it('does not take a file that cannot be read for one that is gone', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': good, 'schemas/b.avsc': record('B', {}) })
    repository.commit('first')
    repository.write({ 'schemas/b.avsc': null })
    symlinkSync('nowhere.avsc', join(repository.folder, 'schemas/b.avsc'))
    const { exitCode, out } = await repository.schemas(['check', '--format', 'json', '--against', 'git:main'])
    expect(exitCode).toBe(3)
    const { problems, summary } = JSON.parse(out) as { problems: readonly Problem[]; summary: object }
    expect(problems).toEqual([expect.objectContaining({ code: 'schema-unreadable', file: 'schemas/b.avsc' })])
    expect(summary).toMatchObject({ breaks: 0 })
  })

  it('collects the problems of all files, and those who lean on them stay silent', async () => {
    using repository = repositoryWith({
      'schemas/a.avsc': 'no',
      'schemas/b.avsc': record('B', { money: 'Mony' }),
      'schemas/c.avsc': record('C', { b: 'B' }),
      'schemas/money.avsc': record('Money', { amount: 'long' }),
    })
    const { problems } = await problemsOf(repository)
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['schema-invalid', 'schemas/a.avsc'],
      ['reference-missing', 'schemas/b.avsc'],
    ])
  })

  it('asks back when a name differs only in its namespace', async () => {
    using repository = repositoryWith({
      'schemas/b.avsc': record('B', { money: 'common.Money' }),
      'schemas/money.avsc': record('Money', { amount: 'long' }),
    })
    const { problems } = await problemsOf(repository)
    expect(problems[0]!.fix).toContain('did you mean shop.Money?')
  })

  it('names a circle of files once', async () => {
    using repository = repositoryWith({
      'schemas/a.avsc': record('A', { b: ['null', 'B'] }),
      'schemas/b.avsc': record('B', { c: ['null', 'C'] }),
      'schemas/c.avsc': record('C', { a: ['null', 'A'] }),
    })
    const { exitCode, problems } = await problemsOf(repository)
    expect(exitCode).toBe(3)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ code: 'reference-cycle', file: 'schemas/a.avsc', line: 10 })
    expect(problems[0]!.message).toContain(
      'schemas/a.avsc -> schemas/b.avsc -> schemas/c.avsc -> schemas/a.avsc',
    )
  })

  it('names a full name that two files define', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': good, 'schemas/b.avsc': good })
    const { problems } = await problemsOf(repository)
    expect(problems[0]).toMatchObject({ code: 'duplicate-full-name', file: 'schemas/b.avsc', line: 3 })
  })

  it('lets two files each define the same inner type, unless a third one uses it', async () => {
    const outer = (name: string) => record(name, { inner: record('Inner', { id: 'int' }) })
    using repository = repositoryWith({ 'schemas/a.avsc': outer('A'), 'schemas/b.avsc': outer('B') })
    expect((await problemsOf(repository)).exitCode).toBe(0)
    repository.write({ 'schemas/c.avsc': record('C', { inner: 'Inner' }) })
    const { problems } = await problemsOf(repository)
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['duplicate-full-name', 'schemas/b.avsc'],
    ])
  })

  it('resolves each state by itself: a baseline never sees the types of the working tree', async () => {
    using repository = repositoryWith({ 'schemas/b.avsc': record('B', { money: 'Money' }) })
    repository.commit('broken')
    repository.git('switch', '--quiet', '--create', 'work')
    repository.write({ 'schemas/money.avsc': record('Money', { amount: 'long' }) })
    const { out } = await repository.schemas(['check', '--against', 'git:main'])
    expect(out).toMatch(/^BASELINE {2}reference-missing {2}schemas\/b\.avsc:8:/)
  })
})

describe('headwater schemas check: nothing to compare', () => {
  it('never takes no files for a success', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': good })
    const { exitCode, problems } = await problemsOf(repository, ['shemas/**/*.avsc', '--against', 'git:main'])
    expect([exitCode, problems[0]!.code]).toEqual([2, 'no-schemas'])
    expect(problems[0]!.message).toContain('shemas/**/*.avsc')
  })

  it.each([
    ['git:origin/nowhere', 'baseline-missing', 'name a ref that it has: main'],
    ['git', 'baseline-missing', '--against git:<branch>'],
    ['git:--all', 'baseline-missing', 'branch, tag or commit'],
    ['history', 'baseline-missing', 'headwater schemas history record'],
  ])('ends with 4 for %s, and says what helps', async (against, code, fix) => {
    using repository = repositoryWith({ 'schemas/a.avsc': good })
    const { exitCode, problems } = await problemsOf(repository, ['--against', against])
    expect(exitCode).toBe(4)
    expect(problems).toEqual([expect.objectContaining({ code })])
    expect(problems[0]!.fix).toContain(fix)
  })

  it('ends with 4 outside of a repository', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': good })
    rmSync(join(repository.folder, '.git'), { recursive: true })
    const { exitCode, problems } = await problemsOf(repository)
    expect(exitCode).toBe(4)
    expect(problems[0]!.message).toContain('no git repository')
  })

  it('ends with 4 without git', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': good })
    const { exitCode, out } = await repository.schemas(['check', '--against', 'git:main'], {
      PATH: '/nonexistent',
    })
    expect(exitCode).toBe(4)
    expect(out).toContain('there is no program git on the PATH')
  })

  it('names a folder that is not there, and not git', async () => {
    using repository = repositoryWith({})
    const { out } = await createGitRepository(join(repository.folder, 'nowhere')).schemas(['check'])
    expect(out).toContain('there is no folder ')
    expect(out).not.toContain('program git')
  })

  it('ends with 4 in a shallow clone, and names the fetch', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': good })
    repository.commit('first')
    repository.git('switch', '--quiet', '--create', 'work')
    repository.commit('second')
    repository.git('switch', '--quiet', 'main')
    repository.commit('main goes on')
    const clone = `${repository.folder}-clone`
    const args = ['clone', '--quiet', '--depth=1', '--branch=work', `file://${repository.folder}`, clone]
    execFileSync('git', args, { env: gitEnv })
    using shallow = createGitRepository(clone)
    const missing = await problemsOf(shallow, ['--against', 'git:origin/main'])
    expect(missing.exitCode).toBe(4)
    expect(missing.problems[0]).toMatchObject({ code: 'baseline-shallow' })
    expect(missing.problems[0]!.fix).toContain('git fetch --no-tags origin main')
    shallow.git('fetch', '--quiet', '--depth=1', 'origin', 'main:refs/remotes/origin/main')
    const noBase = await problemsOf(shallow, ['--against', 'git:origin/main'])
    expect(noBase.exitCode).toBe(4)
    expect(noBase.problems[0]!.message).toContain('does not reach back')
    // The fix that was named helps.
    shallow.git('fetch', '--quiet', '--no-tags', 'origin', 'main:refs/remotes/origin/main', '--unshallow')
    expect((await problemsOf(shallow, ['--against', 'git:origin/main'])).exitCode).toBe(0)
  })

  it('lets the worst exit code win and still tells all', async () => {
    using repository = repositoryWith({ 'schemas/a.avsc': 'no' })
    const { exitCode, problems } = await problemsOf(repository, ['--against', 'git:nowhere'])
    expect(exitCode).toBe(4)
    expect(problems.map(({ code }) => code)).toEqual(['schema-invalid', 'baseline-missing'])
  })
})

describe('headwater schemas check: usage', () => {
  it.each([
    [['check', '--mode', 'SIDEWAYS']],
    [['check', '--format', 'xml']],
    [['check', '--nonsense']],
    [['check', '--against', 'ftp:somewhere']],
    [['check', '--config', 'nowhere.yaml']],
    [['check', '--against', 'git:main', '--format', 'json=no/such/folder/out.json']],
  ])('ends with 2 for %j', async (args) => {
    using repository = repositoryWith({ 'schemas/a.avsc': good })
    expect((await repository.schemas(args)).exitCode).toBe(2)
  })

  it.each([
    ['an unknown key', 'version: 1\nshemas: []\n', 'shemas'],
    ['a wrong level', 'version: 1\nmode: SIDEWAYS\n', 'mode'],
    ['what is no YAML', 'version: [1\n', 'not YAML'],
  ])('refuses a configuration with %s', async (_, text, word) => {
    using repository = repositoryWith({ 'schemas/a.avsc': good, 'headwater.schemas.yaml': text })
    const { exitCode, problems } = await problemsOf(repository)
    expect(exitCode).toBe(2)
    expect(problems[0]).toMatchObject({ code: 'config-invalid', file: 'headwater.schemas.yaml' })
    expect(problems[0]!.message).toContain(word)
  })

  it('refuses two schemas with one subject', async () => {
    const config = 'version: 1\nsubjects: { overrides: [{ match: "schemas/*", subject: "all" }] }\n'
    using repository = repositoryWith({
      'schemas/a.avsc': good,
      'schemas/b.avsc': record('B', { id: 'int' }),
      'headwater.schemas.yaml': config,
    })
    const { exitCode, problems } = await problemsOf(repository)
    expect([exitCode, problems[0]!.code]).toEqual([2, 'subject-ambiguous'])
  })
})
