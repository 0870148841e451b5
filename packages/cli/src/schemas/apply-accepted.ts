import { isExpired, type AcceptedBreak } from './accepted-file.ts'
import type { ReportResult } from './report.ts'

/** Marks the findings that somebody decided to live with. An acceptance that is over is named and counts no more. */
export function applyAccepted(
  results: readonly ReportResult[],
  accepted: ReadonlyMap<string, AcceptedBreak>,
  today: string,
): readonly ReportResult[] {
  return results.map((result) => ({
    ...result,
    findings: result.findings.map((finding) => {
      const entry = accepted.get(finding.fingerprint)
      if (entry === undefined) return finding
      const { reason, expires = null } = entry
      return { ...finding, accepted: { reason, expires, expired: isExpired(entry, today) } }
    }),
  }))
}
