import type { Tally } from './tally.ts'

interface VitestReport {
  readonly success: boolean
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * Counts one report of vitest's JSON reporter.
 *
 * A file that failed before its first test (an import that throws) has no failed test in it, and an unhandled
 * rejection fails the run alone: each counts as one failure, or it would pass unseen.
 *
 * @throws SyntaxError or TypeError when the text is no such report.
 */
export function tallyVitestReport(text: string): Tally {
  const report = JSON.parse(text) as VitestReport
  const tally = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report.testResults) {
    const failedBefore = tally.failed
    for (const { status } of file.assertionResults) {
      if (status === 'passed') tally.passed++
      else if (status === 'failed') tally.failed++
      else tally.skipped++
    }
    if (file.status === 'failed' && tally.failed === failedBefore) tally.failed++
  }
  if (!report.success && tally.failed === 0) tally.failed++
  return tally
}
