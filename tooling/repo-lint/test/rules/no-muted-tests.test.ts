import { describe, expect, it } from 'vitest'
import { noMutedTests } from '../../src/rules/no-muted-tests.ts'
import { madeUpRepo } from '../made-up-repo.ts'

const testing = (text: string): readonly { readonly line?: number }[] =>
  noMutedTests(madeUpRepo({ 'packages/base/test/a.test.ts': text }))

describe('noMutedTests', () => {
  it.each(['it.only', 'describe.only', 'test.only.each([1])', 'it.concurrent.only'])('refuses %s', (call) => {
    expect(testing(`// a good reason to do so\n${call}('a', () => {})`)).toMatchObject([{ line: 2 }])
  })

  it.each(['it.skip', 'describe.skip', 'it.todo', 'it.skipIf(true)', 'it.fails'])(
    'asks %s for its reason',
    (call) => {
      expect(testing(`${call}('a', () => {})`)).toMatchObject([{ line: 1 }])
      expect(testing(`//\n${call}('a', () => {})`)).toHaveLength(1)
      expect(testing(`// the broker answers this only since 4.2\n${call}('a', () => {})`)).toEqual([])
    },
  )

  it('reads code, not words in texts, and no methods of others', () => {
    expect(testing("const a = 'it.only('\nlist.skip(3)")).toEqual([])
  })
})
