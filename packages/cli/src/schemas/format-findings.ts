import { formatHuman } from './format-human.ts'
import type { Report, ReportResult } from './report.ts'

/** What people read about one result, without the line that sums up the whole check; empty when nothing was found. */
export function formatFindings(report: Report, result: ReportResult): string {
  const text = formatHuman({ ...report, results: [result], problems: [], warnings: [] })
  return text.trimEnd().split('\n').slice(0, -1).join('\n').trimEnd()
}
