import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findReports } from '../src/find-reports.ts'
import { tallyReports } from '../src/tally-reports.ts'

const onePassed = JSON.stringify({
  success: true,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
})

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'test-run-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

describe('tallyReports', () => {
  it('adds up both tiers of all packages', () => {
    put('packages/a/package.json', '{}')
    put('packages/a/.reports/test.json', onePassed)
    put('packages/a/.reports/test-kafka.json', onePassed)
    put('tooling/b/package.json', '{}')
    put('tooling/b/.reports/test.json', onePassed)
    expect(tallyReports(findReports(root), root)).toEqual({
      tally: { passed: 3, failed: 0, skipped: 0 },
      problems: [],
    })
  })

  it('counts a package whose runner left no report as a failure', () => {
    put('apps/a/package.json', '{}')
    put('apps/a/test/a.embedded.test.ts', '')
    const { tally, problems } = tallyReports(findReports(root), root)
    expect(tally.failed).toBe(1)
    expect(problems[0]).toContain(join('apps/a/.reports/test.json'))
  })

  it('expects no report of a package that has only tests of the real tier', () => {
    put('apps/a/package.json', '{}')
    put('apps/a/test/a.kafka.test.ts', '')
    expect(tallyReports(findReports(root), root).tally.failed).toBe(0)
  })

  it('counts a report that was cut off as a failure', () => {
    put('apps/a/package.json', '{}')
    put('apps/a/.reports/test.json', onePassed.slice(0, 20))
    expect(tallyReports(findReports(root), root).tally).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})
