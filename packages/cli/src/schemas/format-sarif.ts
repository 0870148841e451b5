import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withoutPlace } from './without-place.ts'
import type { Report, ReportFinding, ReportPlace, ReportProblem, ReportResult } from './report.ts'
import { ruleCatalogue } from './rule-catalogue.ts'
import { defaultSeverities } from './rule-severity.ts'

/**
 * SARIF 2.1.0, which code scanning takes. Accepted breaks are results with a suppression; problems, which are no
 * findings, are notifications of the tool.
 */
export function formatSarif(report: Report): string {
  const findings = report.results.flatMap((result) => result.findings.map((finding) => ({ result, finding })))
  const ruleIds = [...new Set(findings.map(({ finding }) => finding.ruleId))].toSorted()
  const notifications = [
    ...report.problems.map((problem) => toNotification(problem, 'error')),
    // A file of the baseline has another content in the working tree, or is not there: its place says nothing here.
    ...report.warnings.map((warning) => toNotification(withoutPlace(warning), 'warning')),
  ]
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'headwater schemas', rules: ruleIds.map(toRule) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [root]: { description: { text: 'The root of the repository.' } } },
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            exitCode: report.summary.exitCode,
            toolExecutionNotifications: notifications,
          },
        ],
        results: findings.map(({ result, finding }) => toResult(result, finding, ruleIds)),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function toNotification(
  { code, message, fix, file, line, column }: ReportProblem,
  level: 'error' | 'warning',
): object {
  return {
    descriptor: { id: code },
    level,
    message: { text: `${message}\nfix: ${fix}` },
    ...(file === null ? {} : { locations: [toLocation({ file, line: line ?? 1, column: column ?? 1 })] }),
  }
}

/** What code scanning shows beside a finding. It takes no rule without these texts. */
function toRule(id: ReportFinding['ruleId']): object {
  const { title, about, fix } = ruleCatalogue[id]
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: about },
    help: { text: `${about}\n\nFix: ${fix}`, markdown: `${about}\n\n**Fix:** ${fix}` },
    defaultConfiguration: { level: id === 'server-verdict' ? 'error' : levels[defaultSeverities[id]] },
  }
}

const levels = { break: 'error', warning: 'warning', info: 'note', off: 'none' } as const

function toResult(
  { subject, file }: ReportResult,
  finding: ReportFinding,
  ruleIds: readonly ReportFinding['ruleId'][],
): object {
  const { ruleId, severity, message, detail, fix, location, fingerprint, accepted } = finding
  const isSuppressed = accepted !== null && !accepted.expired
  return {
    ruleId,
    ruleIndex: ruleIds.indexOf(ruleId),
    level: levels[severity],
    message: {
      text: `${subject}: ${[message, detail, `fix: ${fix}`].filter((part) => part !== null).join('\n')}`,
    },
    // Code scanning takes no file of results of which one has no place: that of a file that is gone is its old one.
    locations: [toLocation(location ?? { file, line: 1, column: 1 })],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    suppressions: isSuppressed ? [{ kind: 'external', justification: accepted.reason }] : [],
  }
}

function toLocation({ file, line, column }: ReportPlace): object {
  return {
    physicalLocation: {
      artifactLocation: toArtifact(file),
      region: { startLine: line, startColumn: column },
    },
  }
}

/** What the paths are relative to, by the name that other tools give it. */
const root = '%SRCROOT%'

function toArtifact(file: string): object {
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href }
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: root }
}
