import type { Report, ReportFinding } from './report.ts'

/** Markdown for a summary or a comment: one table of what was found, and one of the problems. */
export function formatMarkdown(report: Report): string {
  const { summary, baselines } = report
  const rows = report.results.flatMap(({ subject, file, findings }) =>
    findings.map((finding) => toRow(finding, subject, file)),
  )
  const problems = report.problems.map(({ code, file, line, message, fix }) => {
    const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}`
    return [code, toCode(place), escape(message), escape(fix)]
  })
  const head = `**${summary.breaks} breaking**, ${summary.warnings} warnings, ${summary.accepted} accepted, ${summary.problems} problems; ${summary.schemas} schemas read`
  const against =
    baselines.length === 0
      ? 'No baseline.'
      : `Compared with ${baselines.map(({ label }) => toCode(label)).join(', ')}.`
  const parts = ['## Schemas', `${head}. ${against}`]
  if (problems.length > 0) parts.push(toTable(['Problem', 'Where', 'What', 'Fix'], problems))
  if (rows.length > 0)
    parts.push(toTable(['', 'Rule', 'Subject', 'Where', 'What', 'Fix', 'Fingerprint'], rows))
  return `${parts.join('\n\n')}\n`
}

function toRow(finding: ReportFinding, subject: string, file: string): readonly string[] {
  const { severity, ruleId, location, path, message, fix, fingerprint, accepted } = finding
  const word =
    accepted !== null && !accepted.expired ? 'accepted' : severity === 'break' ? '**break**' : 'warning'
  const place = toCode(location === null ? file : `${location.file}:${location.line}`)
  const where = path === '' ? place : `${place} ${toCode(path)}`
  return [word, ruleId, escape(subject), where, escape(message), escape(fix), toCode(fingerprint)]
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Names come from files of others: nothing in them may become a link, a mention or HTML. */
function escape(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>()#|~@]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replaceAll(/\s+/g, ' ')
}

function toCode(text: string): string {
  return text === '' ? '' : `<code>${escape(text)}</code>`
}
