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

// A hook gives what is to be committed and not what that leans on: all of these ended with reference-missing.
describe.each(['git:main', 'history'])(
  'headwater schemas check: of a file that refers to others, against %s',
  (against) => {
    async function setUp(): Promise<GitRepository> {
      const made = createGitRepository()
      made.write({
        'schemas/money.avsc': record('Money', { cents: 'long' }),
        'schemas/old.avsc': record('Old', { id: 'int' }),
        'schemas/other.avsc': record('Other', { id: 'int' }),
        'schemas/cart.avsc': record('Cart', { total: 'shop.Money', old: 'shop.Old' }),
      })
      await made.schemas(['history', 'record'])
      made.commit('first')
      return made
    }

    it('reads those from the configuration', async () => {
      using made = await setUp()
      const same = await checkSchemas(made, ['schemas/cart.avsc', '--against', against])
      expect(same.problems).toEqual([])
      expect([same.exitCode, same.results.map(({ file }) => file)]).toEqual([
        0,
        ['schemas/cart.avsc', 'schemas/money.avsc', 'schemas/old.avsc'],
      ])
    })

    it('compares it with what it was, though it refers to something else now', async () => {
      using made = await setUp()
      made.write({ 'schemas/cart.avsc': record('Cart', { total: 'shop.Money', tax: 'shop.Money' }) })
      const { exitCode, rules, problems } = await checkSchemas(made, [
        'schemas/cart.avsc',
        '--against',
        against,
      ])
      expect(problems).toEqual([])
      expect([exitCode, rules]).toEqual([1, ['field-no-default']])
    })

    it('names what is wrong with those', async () => {
      using made = await setUp()
      made.write({ 'schemas/money.avsc': '{' })
      const { exitCode, problems } = await checkSchemas(made, ['schemas/cart.avsc', '--against', against])
      expect(exitCode).toBe(3)
      expect(problems.map(({ file, code }) => [file, code])).toEqual([
        ['schemas/cart.avsc', 'reference-missing'],
        ['schemas/money.avsc', 'schema-invalid'],
      ])
    })
  },
)
