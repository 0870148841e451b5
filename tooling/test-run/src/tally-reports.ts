import { relative } from 'node:path'
import type { ReportPlace } from './find-reports.ts'
import { addTallies, type Tally } from './tally.ts'
import { tallyVitestReport } from './tally-vitest-report.ts'

/**
 * Counts all reports. A package that has tests of a tier that always runs and left no readable report counts as one
 * failure and one problem line: a runner that crashed must never look like a run without failures.
 */
export function tallyReports(
  places: readonly ReportPlace[],
  root: string,
): { readonly tally: Tally; readonly problems: readonly string[] } {
  const tallies: Tally[] = []
  const problems: string[] = []
  for (const place of places) {
    const name = relative(root, place.path)
    if (place.text === undefined) {
      if (!place.expected) continue
      problems.push(
        `${name} is missing although the package has such tests: its runner crashed or never ran.`,
      )
    } else {
      try {
        tallies.push(tallyVitestReport(place.text))
        continue
      } catch (error) {
        problems.push(`${name} is no vitest report: ${String(error)}`)
      }
    }
    tallies.push({ passed: 0, failed: 1, skipped: 0 })
  }
  return { tally: addTallies(...tallies), problems }
}
