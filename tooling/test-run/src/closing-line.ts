import type { Tally } from './tally.ts'

/** The last line of a test run: `N passed, N failed`, and `, N skipped` where there were any. */
export function closingLine(tally: Tally): string {
  const line = `${tally.passed} passed, ${tally.failed} failed`
  return tally.skipped > 0 ? `${line}, ${tally.skipped} skipped` : line
}
