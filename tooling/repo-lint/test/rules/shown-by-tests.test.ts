import { describe, expect, it } from 'vitest'
import { shownByTests } from '../../src/rules/shown-by-tests.ts'
import { madeUpRepo } from '../made-up-repo.ts'

const test = 'packages/base/test/one.test.ts'
const source = "it('is one', () => {})\nit(\"is the reader's\", () => {})\nit.each([1])('is %i', () => {})\n"
const problemsOf = (path: string, text: string): readonly (number | string | undefined)[][] =>
  shownByTests(madeUpRepo({ [test]: source, [path]: text })).map(({ line, message }) => [line, message])

describe('shownByTests', () => {
  it('accepts tests that are there, however their names are quoted', () => {
    for (const name of ['is one', "is the reader's", 'is %i']) {
      expect(problemsOf('docs/any.md', `One.\n\nSee \`${test}\`: "${name}".`)).toEqual([])
    }
  })

  it.each(['is', 'is two', 'one'])('refuses a test name that no test has: %s', (name) => {
    expect(problemsOf('docs/any.md', `See \`${test}\`: "${name}".`)).toEqual([
      [1, `${test} has no test "${name}": name one that it has`],
    ])
  })

  it('refuses a file that is not there', () => {
    expect(problemsOf('docs/any.md', 'See `packages/base/test/two.test.ts`: "is one".')).toEqual([
      [1, 'names packages/base/test/two.test.ts, which is not there'],
    ])
  })

  it('wants every row of the checklist to name a test or to say that it is open', () => {
    const rows = [
      `| B1 | It is. | \`${test}\`: "is one" |`,
      '| B2 | It may be. | later wave |',
      '| B3 | It says. | |',
    ]
    expect(problemsOf('docs/checklist.md', rows.join('\n'))).toEqual([
      [3, 'row B3 names no test that shows it'],
    ])
    expect(problemsOf('docs/other.md', rows.join('\n'))).toEqual([])
  })

  it('notices a row that is left out', () => {
    const rows = ['| B1 | x | later wave |', '| B3 | x | later wave |', '| C1 | x | later wave |']
    expect(problemsOf('docs/checklist.md', rows.join('\n'))).toEqual([[2, 'row B2 is missing before B3']])
  })
})
