import { groupVersions } from './group-versions.ts'
import { onOneLine } from './on-one-line.ts'
import type { Report, ReportFinding, ReportProblem, ReportResult } from './report.ts'

/** Markdown for a summary or a comment: one table of what was found, and one of the problems. */
export function formatMarkdown(report: Report): string {
  const { summary, baselines } = report
  const found = report.results.flatMap((result) => result.findings.map((finding) => ({ finding, result })))
  const rows = found
    .filter(({ finding }) => finding.severity !== 'info')
    .map(({ finding, result }) => toRow(finding, result))
  const head = `**${summary.breaks} breaking**, ${summary.warnings} warnings, ${summary.accepted} accepted, ${summary.problems} problems; ${summary.schemas} schemas read`
  const against =
    baselines.length === 0
      ? 'No baseline.'
      : `Compared with ${baselines.map(({ label }) => toCode(label)).join(', ')}.`
  const parts = ['## Schemas', `${head}. ${against}`]
  if (report.problems.length > 0) parts.push(toProblemTable('Problem', report.problems))
  if (report.warnings.length > 0) parts.push(toProblemTable('In the baseline', report.warnings))
  if (rows.length > 0) parts.push(toTable(['', 'Rule', 'Subject', 'Where', 'What', 'Fingerprint'], rows))
  const details = found
    .filter(({ finding }) => finding.severity !== 'info')
    .map(({ finding, result }) => toDetails(finding, result))
  if (details.length > 0) parts.push(details.join('\n\n'))
  const remarks = found
    .filter(({ finding }) => finding.severity === 'info')
    .map(({ finding, result }) => `- ${escapeMarkdown(result.subject)}: ${escapeMarkdown(finding.message)}`)
  if (remarks.length > 0) parts.push(remarks.join('\n'))
  return `${parts.join('\n\n')}\n`
}

function toProblemTable(head: string, problems: readonly ReportProblem[]): string {
  const rows = problems.map(({ code, file, line, message, fix }) => {
    const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}`
    return [code, toCode(place), escapeMarkdown(message), escapeMarkdown(fix)]
  })
  return toTable([head, 'Where', 'What', 'Fix'], rows)
}

function toRow(finding: ReportFinding, { subject, file }: ReportResult): readonly string[] {
  const { severity, ruleId, location, path, symbols, message, fingerprint, accepted } = finding
  const word =
    accepted !== null && !accepted.expired ? 'accepted' : severity === 'break' ? '**break**' : 'warning'
  const place = toCode(location === null ? file : `${location.file}:${location.line}`)
  const what = [path, symbols.join(', ')].filter((part) => part !== '').join(': ')
  const where = what === '' ? place : `${place} ${toCode(what)}`
  return [word, ruleId, escapeMarkdown(subject), where, escapeMarkdown(message), toCode(fingerprint)]
}

/** What to do, and all that was found out; folded, since a table of many columns is read by nobody. */
function toDetails(finding: ReportFinding, { subject, comparedWith }: ReportResult): string {
  const { ruleId, path, message, detail, causes, fix, versions, javaType, javaLocation, javaMessage } =
    finding
  const lines = [
    escapeMarkdown(message),
    ...(detail === null ? [] : [escapeMarkdown(detail)]),
    ...causes.map((cause) => `${cause.ruleId} ${toCode(cause.path)} ${escapeMarkdown(cause.message)}`),
    ...(comparedWith.length > 1 ? [`With ${escapeMarkdown(groupVersions(versions))}.`] : []),
    ...(javaType === null
      ? []
      : [
          `A registry says ${javaType} at ${toCode(javaLocation ?? '')}: ${escapeMarkdown(javaMessage ?? '')}`,
        ]),
    `Fix: ${escapeMarkdown(fix)}`,
  ]
  const summary = `<summary>${ruleId} ${escapeMarkdown(subject)} ${toCode(path)}</summary>`
  return `<details>${summary}\n\n${lines.join('<br>\n')}\n\n</details>`
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Names come from files of others: nothing in them may become a link, a mention or HTML. */
export function escapeMarkdown(text: string): string {
  return onOneLine(text.replaceAll(/\s+/g, ' ')).replaceAll(
    /[\\`*_{}[\]<>()#|~@]/g,
    (sign) => `&#${sign.charCodeAt(0)};`,
  )
}

function toCode(text: string): string {
  return text === '' ? '' : `<code>${escapeMarkdown(text)}</code>`
}
