/** How many tests ended in which way. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  /** Skipped on purpose, including `todo`. */
  readonly skipped: number
}

/** Adds tallies up. */
export function addTallies(...tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, each) => ({
      passed: sum.passed + each.passed,
      failed: sum.failed + each.failed,
      skipped: sum.skipped + each.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}
