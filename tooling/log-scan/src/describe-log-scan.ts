import type { LogScan } from './scan-log-lines.ts'

/** What a reader must look at, and then one line that says how much was looked through. */
export function describeLogScan({ lines, packages, findings, mute }: LogScan): readonly string[] {
  const shown = findings.map(
    (each) =>
      `A log line holds what it must not (${each.kind}): ${each.package}, ${each.testFile}, ${each.lines} lines such as\n  ${each.excerpt}`,
  )
  const none = lines === 0 ? ['No log line was kept: the tap of the tests does not work.'] : []
  const muted = mute.map(
    (home) => `${home} writes log lines, and its tests left none of them to be looked through.`,
  )
  return [
    ...shown,
    ...none,
    ...muted,
    `scanned ${lines} log lines of ${packages} packages, ${findings.length} findings`,
  ]
}
