import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSchemas } from './check-schemas.ts'
import { createGitRepository, record, type GitRepository } from './git-repository.ts'

let repository: GitRepository
beforeAll(async () => {
  repository = createGitRepository()
  repository.write({
    'schemas/a/order.avsc': record('Order', { id: 'int' }),
    'schemas/b/cart.avsc': record('Cart', { id: 'int' }),
  })
  await repository.schemas(['history', 'record'])
})
afterAll(() => repository[Symbol.dispose]())

async function check(...paths: readonly string[]): Promise<readonly [number, readonly unknown[]]> {
  const { exitCode, results } = await checkSchemas(repository, [...paths, '--against', 'history'])
  return [exitCode, results.map(({ subject, status }) => [subject, status])]
}

describe('headwater schemas check: of some schemas, against a history', () => {
  // A hook gives the files that are to be committed: every other subject of the history counted as deleted.
  it.each([['schemas/a'], ['schemas/a/order.avsc']])(
    'takes no schema for deleted that is there beside %s',
    async (path) => {
      expect(await check(path)).toEqual([0, [['shop.Order', 'unchanged']]])
    },
  )

  it('tells of one that is gone, whatever was asked for', async () => {
    repository.write({ 'schemas/b/cart.avsc': null })
    const gone = [
      1,
      [
        ['shop.Order', 'unchanged'],
        ['shop.Cart', 'deleted'],
      ],
    ]
    expect(await check('schemas/a')).toEqual(gone)
    expect(await check()).toEqual(gone)
  })

  it('says of none that it is gone while a schema beside cannot be read', async () => {
    repository.write({ 'schemas/b/cart.avsc': '{' })
    expect(await check('schemas/a')).toEqual([0, [['shop.Order', 'unchanged']]])
  })
})
