import { describe, expect, it } from 'vitest'
import { readmeRuns } from '../../src/rules/readme-runs.ts'
import { madeUpRepo } from '../made-up-repo.ts'

describe('readmeRuns', () => {
  it('refuses a README that no test runs', () => {
    expect(readmeRuns(madeUpRepo({ 'packages/base/test/readme.test.ts': undefined }))).toHaveLength(1)
    expect(
      readmeRuns(madeUpRepo({ 'packages/base/test/readme.test.ts': 'export const a = 1' })),
    ).toHaveLength(1)
  })

  it('accepts a test of the embedded tier', () => {
    const repo = madeUpRepo({
      'packages/base/test/readme.test.ts': undefined,
      'packages/base/test/readme.embedded.test.ts': 'const path = "README.md"',
    })
    expect(readmeRuns(repo)).toEqual([])
  })

  it('refuses a README without code', () => {
    expect(readmeRuns(madeUpRepo({ 'packages/base/README.md': 'Words.' }))).toHaveLength(1)
  })
})
