import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record } from './git-repository.ts'

const order = record('Order', { id: 'string' })
const broken = record('Order', { id: 'string', phone: 'string' })

/** Each of these counted as new for ever, and every change of it passed. */
describe.each(['git:main', 'git-log:main'])('headwater schemas check: what %s does not hold', (against) => {
  it('compares with what a folder that is a symbolic link led to', async () => {
    using repository = createGitRepository()
    repository.write({
      'shared/order.avsc': order,
      'shared/gone.avsc': record('Gone', { id: 'int' }),
      'other/cart.avsc': record('Cart', { id: 'int' }),
    })
    symlinkSync('../other/cart.avsc', join(repository.folder, 'shared/cart.avsc'))
    symlinkSync('shared', join(repository.folder, 'schemas'))
    symlinkSync('shared', join(repository.folder, 'unused'))
    repository.commit('first')
    repository.write({ 'shared/order.avsc': broken, 'shared/gone.avsc': null })
    const { exitCode, results, rules, problems } = await checkSchemas(repository, ['--against', against])
    expect(problems).toEqual([])
    expect([exitCode, rules]).toEqual([1, ['field-no-default', 'schema-deleted']])
    expect(results.map(({ file, status }) => [file, status])).toEqual([
      ['schemas/cart.avsc', 'unchanged'],
      ['schemas/order.avsc', 'changed'],
      ['schemas/gone.avsc', 'deleted'],
    ])
  })

  it('ends with 4 for a folder that leads out of the repository', async () => {
    using outside = createGitRepository()
    outside.write({ 'order.avsc': order })
    using repository = createGitRepository()
    repository.write({ 'README.md': '' })
    symlinkSync(outside.folder, join(repository.folder, 'schemas'))
    repository.commit('first')
    const { exitCode, problems } = await checkSchemas(repository, ['--against', against])
    expect(exitCode).toBe(4)
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'baseline-missing',
        file: 'schemas',
        message: expect.stringContaining('symbolic link'),
      }),
    ])
  })

  it('ends with 4 for schemas of a submodule', async () => {
    using shared = createGitRepository()
    shared.write({ 'order.avsc': order, 'cart.avsc': record('Cart', { id: 'int' }) })
    shared.commit('first')
    using repository = createGitRepository()
    repository.write({ 'schemas/own.avsc': record('Own', { id: 'int' }) })
    repository.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      'add',
      '--quiet',
      shared.folder,
      'schemas/shared',
    )
    repository.commit('first')
    repository.write({ 'schemas/shared/order.avsc': broken })
    const { exitCode, problems } = await checkSchemas(repository, ['--against', against])
    expect(exitCode).toBe(4)
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'baseline-missing',
        file: 'schemas/shared',
        message:
          'no commit of this repository holds the schemas of a submodule (2 here), so there is nothing to compare them with',
        fix: expect.stringContaining('--cwd schemas/shared'),
      }),
    ])
    const alone = await checkSchemas(createGitRepository(join(repository.folder, 'schemas/shared')), [
      '*.avsc',
      '--against',
      'git:HEAD',
    ])
    expect([alone.exitCode, alone.rules]).toEqual([1, ['field-no-default']])
  })

  it('ends with 4 for a schema that git ignores, and takes one that is only new', async () => {
    using repository = createGitRepository()
    repository.write({
      '.gitignore': 'generated\n',
      'schemas/own.avsc': record('Own', { id: 'int' }),
      'schemas/generated/order.avsc': order,
      'schemas/generated/forced.avsc': record('Forced', { id: 'int' }),
    })
    repository.git('add', '--force', 'schemas/generated/forced.avsc')
    repository.commit('first')
    repository.write({ 'schemas/new.avsc': record('New', { id: 'int' }) })
    const { exitCode, problems } = await checkSchemas(repository, ['--against', against])
    expect(exitCode).toBe(4)
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['baseline-missing', 'schemas/generated/order.avsc'],
    ])
  })
})
