import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const order = record('Order', { id: 'string' })

function read(repository: GitRepository, file: string): string {
  return readFileSync(join(repository.folder, file), 'utf8')
}

function patternsOf(repository: GitRepository): unknown {
  return (parse(read(repository, 'headwater.schemas.yaml')) as { schemas: unknown }).schemas
}

describe('headwater schemas init', () => {
  it('writes a configuration that check takes, and a job for GitHub', async () => {
    using repository = createGitRepository()
    repository.write({ 'schemas/order.avsc': order })
    const { exitCode, out } = await repository.schemas(['init'])
    expect([exitCode, out]).toEqual([
      0,
      'wrote headwater.schemas.yaml\nwrote .github/workflows/schemas.yml\n1 schema in schemas/**/*.avsc\nnext: headwater schemas list\n',
    ])
    repository.commit('first')
    expect((await repository.schemas(['check', '--against', 'git:main'])).exitCode).toBe(0)
    const { jobs } = parse(read(repository, '.github/workflows/schemas.yml')) as {
      jobs: { check: { steps: { uses?: string; with?: object; run?: string }[] } }
    }
    const [checkout, , run] = jobs.check.steps
    expect(checkout).toEqual({ uses: 'actions/checkout@v4', with: { 'fetch-depth': 0 } })
    expect(run!.run).toMatch(/headwater schemas check --format github --summary$/)
  })

  it('leaves out what git ignores, which check would compare with nothing', async () => {
    using repository = createGitRepository()
    repository.write({
      '.gitignore': 'build\n',
      'schemas/order.avsc': order,
      'build/classes/order.avsc': order,
    })
    await repository.schemas(['init'])
    expect(patternsOf(repository)).toEqual(['schemas/**/*.avsc'])
    repository.commit('first')
    expect((await repository.schemas(['check', '--against', 'git:main'])).exitCode).toBe(0)
  })

  it.each([
    ['github', true],
    ['none', false],
  ])('says where the job belongs when a folder of a repository gets %s', async (ci, isSaid) => {
    using repository = createGitRepository()
    repository.write({ 'services/a/schemas/order.avsc': order })
    const service = createGitRepository(join(repository.folder, 'services/a'))
    const { out } = await service.schemas(['init', '--ci', ci])
    expect(out.includes('to the root of the repository, and add --cwd services/a to its command')).toBe(
      isSaid,
    )
  })

  it('tells the job a command line that the command takes', async () => {
    using repository = createGitRepository()
    repository.write({ 'schemas/order.avsc': order })
    await repository.schemas(['init'])
    repository.commit('first')
    const [, line = ''] =
      /headwater schemas (check .+)/.exec(read(repository, '.github/workflows/schemas.yml')) ?? []
    repository.git('update-ref', 'refs/remotes/origin/main', 'main')
    const env = { GITHUB_BASE_REF: 'main', GITHUB_STEP_SUMMARY: join(repository.folder, 'summary.md') }
    expect(await repository.schemas(line.split(' '), env)).toEqual({ exitCode: 0, out: '', err: '' })
    expect(read(repository, 'summary.md')).toContain('## Schemas')
  })

  it.each([
    ['none yet', [], ['schemas/**/*.avsc']],
    ['at the top', ['a.avsc', 'x/b.avsc'], ['**/*.avsc']],
    [
      'in several packages',
      [
        'packages/a/schemas/v1/x.avsc',
        'packages/a/schemas/y.avsc',
        'packages/b/avro/z.avsc',
        'events/e.avsc',
      ],
      ['events/**/*.avsc', 'packages/a/schemas/**/*.avsc', 'packages/b/avro/**/*.avsc'],
    ],
    ['in many folders', Array.from({ length: 9 }, (_, at) => `p${at}/schemas/x.avsc`), ['**/*.avsc']],
    [
      'that are not its own',
      ['node_modules/x/a.avsc', '.cache/b.avsc', 'schemas/c.avsc'],
      ['schemas/**/*.avsc'],
    ],
  ])('finds schemas %s', async (_, files, expected) => {
    using repository = createGitRepository()
    repository.write(Object.fromEntries(files.map((file) => [file, order])))
    const { out } = await repository.schemas(['init', '--ci', 'none'])
    expect(patternsOf(repository)).toEqual(expected)
    expect(out.includes('no schemas yet')).toBe(files.length === 0)
  })

  it('writes no job when none is wanted', async () => {
    using repository = createGitRepository()
    const { out } = await repository.schemas(['init', '--ci', 'none'])
    expect(out).not.toContain('.github')
  })

  it('writes nothing over what is there, unless told to', async () => {
    using repository = createGitRepository()
    repository.write({ '.github/workflows/schemas.yml': 'mine\n' })
    const { exitCode, err } = await repository.schemas(['init'])
    expect([exitCode, err]).toEqual([2, expect.stringContaining('.github/workflows/schemas.yml')])
    expect(read(repository, '.github/workflows/schemas.yml')).toBe('mine\n')
    expect(() => read(repository, 'headwater.schemas.yaml')).toThrow('ENOENT')
    expect((await repository.schemas(['init', '--force'])).exitCode).toBe(0)
    expect(read(repository, '.github/workflows/schemas.yml')).toContain('fetch-depth: 0')
  })

  it('makes no second configuration, not even when forced', async () => {
    using repository = createGitRepository()
    repository.write({ 'headwater.schemas.json': '{ "version": 1 }' })
    const { exitCode, err } = await repository.schemas(['init', '--force'])
    expect([exitCode, err]).toEqual([2, expect.stringContaining('a folder has one configuration')])
  })
})
