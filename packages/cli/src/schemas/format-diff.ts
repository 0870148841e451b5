import type { DiffChange, DiffReport, DiffResult } from './diff-schemas.ts'
import { formatFindings } from './format-findings.ts'
import { formatHuman } from './format-human.ts'
import { escapeMarkdown, formatMarkdown } from './format-markdown.ts'
import { onOneLine } from './on-one-line.ts'

/** The forms of a diff. */
export type DiffFormat = 'human' | 'json' | 'markdown'

/** How each form is written. */
export const diffFormats: Readonly<Record<DiffFormat, (report: DiffReport) => string>> = {
  human: formatDiffHuman,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  markdown: formatDiffMarkdown,
}

/** Findings first, then what changed; problems and the sum as `check` prints them. */
function formatDiffHuman(given: DiffReport): string {
  const report = onOneLine(given)
  const shown = report.results.filter(({ findings, changes }) => findings.length > 0 || changes.length > 0)
  const frame = formatHuman({
    ...report,
    results: report.results.map((result) => ({ ...result, findings: [] })),
  })
  const lines = frame.trimEnd().split('\n')
  const problems = lines.slice(0, -1).join('\n').trimEnd()
  return `${[problems, ...shown.map((result) => formatResult(report, result)), lines.at(-1)!]
    .filter((block) => block !== '')
    .join('\n\n')}\n`
}

function formatResult(report: DiffReport, result: DiffResult): string {
  const { file, subject, mode, baseline, changes } = result
  const findings = formatFindings(report, result)
  const head = findings === '' ? `${file}   ${subject}   ${mode} vs ${baseline}` : findings
  const rows = changes.map((change) => [wordOf(change), placeOf(change, result), change.path, change.text])
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
  )
  return lines.length === 0 ? head : `${head}\n\n${lines.join('\n')}`
}

function wordOf({ safe }: DiffChange): string {
  return safe ? 'SAFE' : 'CHANGE'
}

/** What is gone has a place only in the version before. */
function placeOf({ kind, location, baseLocation }: DiffChange, { file }: DiffResult): string {
  if (kind.endsWith('-removed')) return `was ${baseLocation.line}:${baseLocation.column}`
  const { line, column } = location
  return location.file === file ? `line ${line}:${column}` : `${location.file}:${line}:${column}`
}

function formatDiffMarkdown(report: DiffReport): string {
  const rows = report.results.flatMap((result) =>
    result.changes.map((change) =>
      [
        change.safe ? 'safe' : 'breaking',
        toCode(result.subject),
        toCode(`${change.location.file}:${change.location.line}`),
        toCode(change.path),
        escapeMarkdown(change.text),
      ].join(' | '),
    ),
  )
  if (rows.length === 0) return formatMarkdown(report)
  const head = '| | Subject | Where | Path | Change |\n| --- | --- | --- | --- | --- |'
  return `${formatMarkdown(report)}\n### Changes\n\n${head}\n${rows.map((row) => `| ${row} |`).join('\n')}\n`
}

function toCode(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``
}
