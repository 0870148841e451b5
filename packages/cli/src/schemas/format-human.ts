import type { Report, ReportFinding, ReportProblem, ReportResult } from './report.ts'
import { groupVersions } from './group-versions.ts'
import { onOneLine } from './on-one-line.ts'
import type { SchemasProblem } from './schemas-problem.ts'

type AnyProblem = SchemasProblem | ReportProblem

/** The report for people. */
export function formatHuman(given: Report): string {
  const report = onOneLine(given)
  const blocks = [
    ...report.problems.map((problem) => formatProblem('PROBLEM', problem)),
    ...report.warnings.map((problem) => formatProblem('BASELINE', problem)),
    ...report.results
      .map((result) => ({ ...result, findings: result.findings.filter(isTold) }))
      .filter(({ findings }) => findings.length > 0)
      .map(formatResult),
  ]
  return `${[...blocks, formatSummary(report)].join('\n\n')}\n`
}

/** That a schema is new is counted below; a first commit of many would hide all else. */
function isTold({ ruleId, severity }: ReportFinding): boolean {
  return ruleId !== 'schema-added' || severity !== 'info'
}

/** Problems for people. */
export function formatProblems(problems: readonly SchemasProblem[]): string {
  return onOneLine(problems)
    .map((problem) => `${formatProblem('PROBLEM', problem)}\n`)
    .join('\n')
}

function formatProblem(word: string, { code, file, line, column, message, fix }: AnyProblem): string {
  const place = [file, line, column].filter((part) => part !== null && part !== undefined).join(':')
  return `${word}  ${code}${place === '' ? '' : `  ${place}`}\n         ${message}\n         fix: ${fix}`
}

function formatResult(result: ReportResult): string {
  const { file, subject, mode, baseline, findings } = result
  const heads = findings.map((finding) => toHead(finding, file))
  // One table of columns for all findings, so that the eye finds its way.
  const widths = [0, 1, 2].map((column) => Math.max(...heads.map((head) => head[column]!.length)))
  const blocks = findings.map((finding, at) => {
    const cells = heads[at]!.map((cell, column) => cell.padEnd(widths[column] ?? 0))
    const line = `  ${cells.join('  ').trimEnd()}`
    return [`${line.padEnd(fingerprintColumn)}  [${finding.fingerprint}]`, ...toLines(finding, result)].join(
      '\n',
    )
  })
  return [`${file}   ${subject}   ${mode} vs ${baseline}`, ...blocks].join('\n\n')
}

const fingerprintColumn = 80

const words: Readonly<Record<ReportFinding['severity'], string>> = {
  break: 'BREAK',
  warning: 'WARNING',
  info: 'INFO',
}

function toHead(finding: ReportFinding, file: string): readonly string[] {
  const { severity, ruleId, location, path, symbols } = finding
  const word = isAccepted(finding) ? 'ACCEPTED' : words[severity]
  const where =
    location === null
      ? ''
      : `${location.file === file ? 'line ' : `${location.file}:`}${location.line}:${location.column}`
  const what = symbols.length === 0 ? path : `${path === '' ? '' : `${path}: `}${symbols.join(', ')}`
  return [word, ruleId, where, what]
}

function toLines(finding: ReportFinding, { comparedWith }: ReportResult): readonly string[] {
  const { message, detail, versions, causes, accepted, fix, severity } = finding
  const isOneOfMany = comparedWith.length > 1 || versions.some((version) => !comparedWith.includes(version))
  const lines = [
    message,
    ...(detail === null ? [] : [detail]),
    ...causes.map(({ ruleId, path, message: why }) => `${ruleId}  ${path}: ${why}`),
    ...(versions.length === 0 || !isOneOfMany ? [] : [`with ${groupVersions(versions)}`]),
    ...(accepted === null ? [] : [acceptedLine(accepted)]),
    ...(severity === 'info' ? [] : [`fix: ${fix}`]),
  ]
  return lines.map((line) => `         ${line}`)
}

function isAccepted({ accepted }: ReportFinding): boolean {
  return accepted !== null && !accepted.expired
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
    `${plural(summary.schemas, 'schema')} checked`,
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
