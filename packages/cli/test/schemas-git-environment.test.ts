import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

const main = ['--against', 'git:main'] as const

/** A repository whose schemas lie in a folder of it, with a break in the working tree. */
function createMonorepo(): { readonly repository: GitRepository; readonly service: GitRepository } {
  const repository = createGitRepository()
  const file = 'services/a/schemas/order.avsc'
  repository.write({ [file]: record('Order', { id: 'int' }) })
  repository.commit('first')
  repository.write({ [file]: record('Order', { id: 'int', phone: 'string' }) })
  return { repository, service: createGitRepository(join(repository.folder, 'services/a')) }
}

describe('headwater schemas check: in the environment of a git hook', () => {
  // Git sets these for its hooks. With GIT_DIR alone it takes the folder that it runs in for the root of the working
  // tree, so nothing of a folder further down was found in the commit: all schemas were new, and the check passed.
  it.each([
    ['GIT_DIR as a whole path', (folder: string) => ({ GIT_DIR: join(folder, '.git') })],
    ['GIT_DIR seen from the root', () => ({ GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index' })],
    ['a foreign working tree', () => ({ GIT_WORK_TREE: '/nonexistent', GIT_PREFIX: 'services/' })],
  ] as const)('looks at the repository that the folder lies in, despite %s', async (_, envOf) => {
    const { repository, service } = createMonorepo()
    using _repository = repository
    const { exitCode, rules } = await checkSchemas(service, main, envOf(repository.folder))
    expect([exitCode, rules]).toEqual([1, ['field-no-default']])
  })

  it('looks where GIT_DIR says when the folder lies in no repository', async () => {
    const { repository } = createMonorepo()
    using _repository = repository
    const place = join(repository.folder, 'elsewhere')
    renameSync(join(repository.folder, '.git'), place)
    const { exitCode, rules } = await checkSchemas(repository, ['services/a/schemas', ...main], {
      GIT_DIR: place,
    })
    expect([exitCode, rules]).toEqual([1, ['field-no-default']])
  })

  it('says what to do when git does not trust the owner of the folder', async () => {
    const { repository, service } = createMonorepo()
    using _repository = repository
    const { exitCode, problems } = await checkSchemas(service, main, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' })
    expect(exitCode).toBe(4)
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'git-failed',
        message: `git does not trust the owner of ${repository.folder}`,
        fix: `run git config --global --add safe.directory '${repository.folder}'`,
      }),
    ])
  })
})
