import { createHash } from 'node:crypto'
import type { Report } from './report.ts'

const severities = { break: 'critical', warning: 'minor', info: 'info' } as const

/** GitLab's code quality report. Its entries need a file; a problem without one stands at the root. */
export function formatGitlab(report: Report): string {
  const findings = report.results.flatMap(({ subject, file, findings: all }) =>
    all
      .filter(({ accepted }) => accepted === null || accepted.expired)
      .map(({ ruleId, message, fix, fingerprint, severity, location }) => ({
        description: `${subject}: ${message} fix: ${fix}`,
        check_name: ruleId,
        fingerprint,
        severity: severities[severity],
        location: { path: location?.file ?? file, lines: { begin: location?.line ?? 1 } },
      })),
  )
  const problems = report.problems.map(({ code, message, fix, file, line }) => ({
    description: `${message} fix: ${fix}`,
    check_name: code,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([code, file, message]))
      .digest('hex')
      .slice(0, 12),
    severity: 'blocker',
    location: { path: file ?? '.', lines: { begin: line ?? 1 } },
  }))
  return `${JSON.stringify([...problems, ...findings], null, 2)}\n`
}
