import { describe, expect, it } from 'vitest'
import { tallyVitestReport } from '../src/tally-vitest-report.ts'

const report = (
  success: boolean,
  ...files: readonly { status: string; tests: readonly string[] }[]
): string =>
  JSON.stringify({
    success,
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((each) => ({ status: each })),
    })),
  })

describe('tallyVitestReport', () => {
  it('counts tests by how they ended', () => {
    const text = report(
      false,
      { status: 'failed', tests: ['passed', 'failed', 'skipped'] },
      { status: 'passed', tests: ['passed', 'todo'] },
    )
    expect(tallyVitestReport(text)).toEqual({ passed: 2, failed: 1, skipped: 2 })
  })

  it('counts a file that could not be loaded as one failure', () => {
    const text = report(false, { status: 'failed', tests: [] }, { status: 'failed', tests: ['failed'] })
    expect(tallyVitestReport(text)).toEqual({ passed: 0, failed: 2, skipped: 0 })
  })

  it('counts a run that an unhandled rejection failed as one failure', () => {
    expect(tallyVitestReport(report(false, { status: 'passed', tests: ['passed'] })).failed).toBe(1)
  })

  it('throws for a text that is no report', () => {
    expect(() => tallyVitestReport('{}')).toThrow(TypeError)
    expect(() => tallyVitestReport('{"success":')).toThrow(SyntaxError)
  })
})
