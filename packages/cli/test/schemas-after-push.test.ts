import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const zeros = '0'.repeat(40)

/** A default branch with one breaking commit, another one after it, and nothing that is not pushed. */
function pushed(): { readonly repository: GitRepository; readonly before: string } & Disposable {
  const repository = createGitRepository()
  repository.write({ 'schemas/order.avsc': record('Order', { id: 'string' }) })
  repository.commit('first')
  const before = repository.git('rev-parse', 'HEAD').trim()
  repository.write({ 'schemas/order.avsc': record('Order', { id: 'string', phone: 'string' }) })
  repository.commit('breaks')
  repository.write({ 'README.md': '# Orders' })
  repository.commit('something else')
  repository.git('update-ref', 'refs/remotes/origin/main', 'main')
  return { repository, before, [Symbol.dispose]: () => repository[Symbol.dispose]() }
}

/** What GitHub says of a push, in a file beside the repository's own. */
function gitHubPush(repository: GitRepository, event: unknown): Record<string, string> {
  repository.write({ '.git/event.json': event })
  return { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: join(repository.folder, '.git/event.json') }
}

describe('headwater schemas check: after a push to the default branch', () => {
  it.each([
    ['GitLab', (_: GitRepository, before: string) => ({ CI_COMMIT_BEFORE_SHA: before })],
    ['GitHub', (repository: GitRepository, before: string) => gitHubPush(repository, { before })],
  ])('compares with what the branch was before it, as %s tells', async (_, describePush) => {
    using state = pushed()
    const { repository, before } = state
    const { exitCode, rules, baselines } = await checkSchemas(
      repository,
      [],
      describePush(repository, before),
    )
    expect([exitCode, rules]).toEqual([1, ['field-no-default']])
    expect(baselines[0]).toMatchObject({ ref: before, commit: before })
  })

  it.each([
    ['a new branch', () => ({ CI_COMMIT_BEFORE_SHA: zeros })],
    [
      'no push',
      (repository: GitRepository) => ({ ...gitHubPush(repository, {}), GITHUB_EVENT_NAME: 'schedule' }),
    ],
    ['a push without a word of it', (repository: GitRepository) => gitHubPush(repository, 'null')],
  ])('compares with the default branch for %s', async (_, describePush) => {
    using state = pushed()
    const { exitCode, baselines } = await checkSchemas(state.repository, [], describePush(state.repository))
    expect([exitCode, baselines[0]!.ref]).toEqual([0, 'origin/main'])
  })

  it('compares another branch with where it left the default branch, and keeps to a ref that is given', async () => {
    using state = pushed()
    const { repository, before } = state
    const env = { CI_COMMIT_BEFORE_SHA: before }
    expect((await checkSchemas(repository, ['--against', 'git:main'], env)).exitCode).toBe(0)
    repository.git('switch', '--quiet', '--create', 'work')
    repository.commit('work')
    const { exitCode, baselines } = await checkSchemas(repository, [], env)
    expect([exitCode, baselines[0]!.ref]).toEqual([0, 'origin/main'])
  })

  it('ends with 4 when the commit is not here, or nobody can read what was pushed', async () => {
    using state = pushed()
    const { repository, before } = state
    const missing = await checkSchemas(repository, [], { CI_COMMIT_BEFORE_SHA: before.replaceAll(/./g, 'a') })
    expect([missing.exitCode, missing.problems[0]!.code]).toEqual([4, 'baseline-missing'])
    const env = gitHubPush(repository, { before })
    rmSync(env['GITHUB_EVENT_PATH']!)
    const { exitCode, problems } = await checkSchemas(repository, [], env)
    expect([exitCode, problems[0]!.code]).toEqual([4, 'baseline-missing'])
    expect(problems[0]!.message).toMatch(/what was pushed cannot be read from GITHUB_EVENT_PATH/)
  })
})
