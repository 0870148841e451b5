import type { Report, ReportFinding, ReportPlace } from './report.ts'

/**
 * SARIF 2.1.0, which code scanning takes. Accepted breaks are results with a suppression; problems, which are no
 * findings, are notifications of the tool.
 */
export function formatSarif(report: Report): string {
  const findings = report.results.flatMap((result) =>
    result.findings.map((finding) => ({ subject: result.subject, finding })),
  )
  const ruleIds = [...new Set(findings.map(({ finding }) => finding.ruleId))].toSorted()
  const notifications = report.problems.map(({ code, message, fix, file, line, column }) => ({
    descriptor: { id: code },
    level: 'error',
    message: { text: `${message}\nfix: ${fix}` },
    ...(file === null ? {} : { locations: [toLocation({ file, line: line ?? 1, column: column ?? 1 })] }),
  }))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'headwater schemas', rules: ruleIds.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            exitCode: report.summary.exitCode,
            toolExecutionNotifications: notifications,
          },
        ],
        results: findings.map(({ subject, finding }) => toResult(subject, finding, ruleIds)),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function toResult(subject: string, finding: ReportFinding, ruleIds: readonly string[]): object {
  const { ruleId, severity, message, fix, location, fingerprint, accepted } = finding
  const isSuppressed = accepted !== null && !accepted.expired
  return {
    ruleId,
    ruleIndex: ruleIds.indexOf(ruleId),
    level: severity === 'break' ? 'error' : 'warning',
    message: { text: `${subject}: ${message}\nfix: ${fix}` },
    locations: location === null ? [] : [toLocation(location)],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    suppressions: isSuppressed ? [{ kind: 'external', justification: accepted.reason }] : [],
  }
}

function toLocation({ file, line, column }: ReportPlace): object {
  const uri = file.split('/').map(encodeURIComponent).join('/')
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: line, startColumn: column } },
  }
}
