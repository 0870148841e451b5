import type { Report, ReportFinding, ReportProblem, ReportResult } from './report.ts'
import type { SchemasProblem } from './schemas-problem.ts'

type AnyProblem = SchemasProblem | ReportProblem

/** The report for people. */
export function formatHuman(report: Report): string {
  const blocks = [
    ...report.problems.map((problem) => formatProblem('PROBLEM', problem)),
    ...report.warnings.map((problem) => formatProblem('BASELINE', problem)),
    ...report.results.filter(({ findings }) => findings.length > 0).map(formatResult),
  ]
  return `${[...blocks, formatSummary(report)].join('\n\n')}\n`
}

/** Problems for people. */
export function formatProblems(problems: readonly SchemasProblem[]): string {
  return problems.map((problem) => `${formatProblem('PROBLEM', problem)}\n`).join('\n')
}

function formatProblem(word: string, { code, file, line, column, message, fix }: AnyProblem): string {
  const place = [file, line, column].filter((part) => part !== null && part !== undefined).join(':')
  return `${word}  ${code}${place === '' ? '' : `  ${place}`}\n         ${message}\n         fix: ${fix}`
}

function formatResult({ file, subject, mode, baseline, findings }: ReportResult): string {
  return [
    `${file}   ${subject}   ${mode} vs ${baseline}`,
    ...findings.map((f) => formatFinding(f, file)),
  ].join('\n\n')
}

function formatFinding(finding: ReportFinding, file: string): string {
  const {
    severity,
    ruleId,
    location,
    path,
    fingerprint,
    message,
    versions,
    javaType,
    javaMessage,
    fix,
    accepted,
  } = finding
  const word =
    accepted !== null && !accepted.expired ? 'ACCEPTED' : severity === 'break' ? 'BREAK' : 'WARNING'
  const place =
    location === null
      ? ''
      : `${location.file === file ? 'line ' : `${location.file}:`}${location.line}:${location.column}`
  const head = [`  ${word}`, ruleId, place, path, `[${fingerprint}]`].filter((part) => part !== '').join('  ')
  const lines = [
    message,
    versions.length === 0 ? '' : `with ${versions.join(', ')}`,
    javaType === null ? '' : `registries say: ${javaType} ${finding.javaLocation} ${javaMessage}`,
    accepted === null ? '' : acceptedLine(accepted),
    `fix: ${fix}`,
  ].filter((line) => line !== '')
  return [head, ...lines.map((line) => `         ${line}`)].join('\n')
}

function acceptedLine({ reason, expires, expired }: NonNullable<ReportFinding['accepted']>): string {
  if (expired) return `was accepted until ${expires}: ${reason}`
  return expires === null ? `accepted: ${reason}` : `accepted until ${expires}: ${reason}`
}

function formatSummary({ summary, results, baselines }: Report): string {
  const count = (status: ReportResult['status']): number => results.filter((r) => r.status === status).length
  const parts = [
    `${summary.breaks} breaking`,
    plural(summary.warnings, 'warning'),
    ...(summary.accepted > 0 ? [`${summary.accepted} accepted`] : []),
    ...(summary.problems > 0 ? [plural(summary.problems, 'problem')] : []),
    `${plural(summary.schemas, 'schema')} read`,
    ...(['changed', 'added', 'deleted', 'unchanged'] as const)
      .filter((status) => count(status) > 0)
      .map((status) => `${count(status)} ${status}`),
    ...(baselines.length === 0 ? ['no baseline'] : baselines.map(({ label }) => `baseline ${label}`)),
  ]
  return parts.join(', ')
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
