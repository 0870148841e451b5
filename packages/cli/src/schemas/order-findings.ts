import type { ReportFinding, ReportSeverity } from './report.ts'

const ranks: Readonly<Record<ReportSeverity, number>> = { break: 0, warning: 1, info: 2 }

/** What breaks first, then by place. */
export function orderFindings(findings: readonly ReportFinding[]): readonly ReportFinding[] {
  return findings.toSorted((a, b) => ranks[a.severity] - ranks[b.severity] || byPlace(a, b))
}

function byPlace(a: ReportFinding, b: ReportFinding): number {
  const [left, right] = [a.location, b.location]
  if (left?.file !== right?.file) return (left?.file ?? '') < (right?.file ?? '') ? -1 : 1
  const lines = (left?.line ?? 0) - (right?.line ?? 0) || (left?.column ?? 0) - (right?.column ?? 0)
  return lines || (a.fingerprint < b.fingerprint ? -1 : 1)
}
