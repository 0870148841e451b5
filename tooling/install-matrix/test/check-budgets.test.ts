import { describe, expect, it } from 'vitest'
import { checkBudgets, toBudget, type Budget, type Figures } from '../src/budgets/check-budgets.ts'

const budget: Budget = {
  tarballBytes: 1000,
  installedBytes: 2000,
  dependencies: 2,
  importedFiles: 10,
  importMs: 50,
  without: ['zod'],
}
const figures: Figures = {
  tarballBytes: 1000,
  installedBytes: 2000,
  dependencies: ['@a/b@1.0.0', 'kafkajs@2.2.4'],
  importedFiles: 10,
  importMs: 50,
}
const check = (changes: Partial<Figures>, slack = 1): readonly string[] =>
  checkBudgets({ one: budget }, new Map([['one', { ...figures, ...changes }]]), slack)

describe('checkBudgets', () => {
  it('says nothing about a package that just fits', () => {
    expect(check({})).toEqual([])
  })

  it.each<[string, Partial<Figures>]>([
    ['a tarball that grew', { tarballBytes: 1001 }],
    ['an installation that grew', { installedBytes: 2001 }],
    ['one more package below it', { dependencies: [...figures.dependencies, 'long@5.0.0'] }],
    ['more files to read', { importedFiles: 11 }],
    ['a slower import', { importMs: 51 }],
  ])('refuses %s', (_, changes) => {
    expect(check(changes)).toHaveLength(1)
  })

  it('refuses a package that it shall do without, by its name alone', () => {
    const found = check({ dependencies: ['zod@4.0.0'] })
    expect(found).toEqual(['one: zod comes with it, which it shall do without'])
    expect(check({ dependencies: ['zod-to-x@4.0.0'] })).toEqual([])
  })

  it('allows a busy computer more milliseconds, and nothing else', () => {
    expect(check({ importMs: 999 }, 20)).toEqual([])
    expect(check({ importedFiles: 11 }, 20)).toHaveLength(1)
  })

  it('refuses a package without a budget, and a budget without a package', () => {
    const found = checkBudgets({ gone: budget }, new Map([['new', figures]]), 1)
    expect(found.map((each) => each.split(' ')[0])).toEqual(['gone', 'new'])
  })
})

describe('toBudget', () => {
  it('leaves a tenth of room, and no room for another package', () => {
    const written = toBudget({ ...figures, tarballBytes: 150_000 }, budget)
    expect(written).toMatchObject({ tarballBytes: 165_000, dependencies: 2, importMs: 50, without: ['zod'] })
  })

  it('leaves a budget alone that is kept, unless by far', () => {
    expect(toBudget({ ...figures, tarballBytes: 900 }, budget).tarballBytes).toBe(1000)
    expect(
      toBudget({ ...figures, tarballBytes: 49_000 }, { ...budget, tarballBytes: 100_000 }).tarballBytes,
    ).toBe(54_000)
  })
})
