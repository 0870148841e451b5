import type { Report, ReportFinding, ReportSeverity } from './report.ts'

/** A report with fewer findings, and how many were left out. */
export interface LimitedReport {
  readonly report: Report
  readonly omitted: number
}

/** Keeps the first findings, what breaks before what warns and what is only worth knowing; the summary still counts them all. */
export function limitFindings(report: Report, limit: number): LimitedReport {
  const all = report.results.flatMap(({ findings }) => findings)
  const kept = new Set(all.toSorted((a, b) => rank(a) - rank(b)).slice(0, limit))
  const results = report.results.map((result) => ({
    ...result,
    findings: result.findings.filter((finding) => kept.has(finding)),
  }))
  return { report: { ...report, results }, omitted: all.length - kept.size }
}

/** Sorting keeps the order of those of one rank. */
function rank({ severity, accepted }: ReportFinding): number {
  return accepted !== null && !accepted.expired ? ranks.length : ranks.indexOf(severity)
}

const ranks: readonly ReportSeverity[] = ['break', 'warning', 'info']
