import { onOneLine } from './on-one-line.ts'
import type { Report } from './report.ts'
import { withoutPlace } from './without-place.ts'

interface Annotation {
  readonly level: 'error' | 'warning'
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly title: string
  readonly text: string
}

/** Workflow commands of GitHub Actions, one annotation each; what fails comes first, as only some are shown. */
export function formatGithub(report: Report): string {
  const annotations: Annotation[] = [
    ...report.problems.map((problem) => ({ ...problem, level: 'error' as const, title: problem.code })),
    ...report.results.flatMap((result) =>
      result.findings
        .filter(({ accepted, severity }) => severity !== 'info' && (accepted === null || accepted.expired))
        .map(({ severity, location, ruleId, message, detail, fix }) => ({
          level: severity === 'break' ? ('error' as const) : ('warning' as const),
          file: location?.file ?? null,
          line: location?.line ?? null,
          column: location?.column ?? null,
          title: ruleId,
          message: `${result.subject}: ${[message, detail].filter((part) => part !== null).join('\n')}`,
          fix,
        })),
    ),
    ...report.warnings.map(withoutPlace).map((problem) => ({
      ...problem,
      level: 'warning' as const,
      title: problem.code,
    })),
  ].map(({ message, fix, ...rest }) => ({ ...rest, text: `${message}\nfix: ${fix}` }))
  return annotations
    .toSorted((a, b) => (a.level === b.level ? 0 : a.level === 'error' ? -1 : 1))
    .map((annotation) => `${toCommand(annotation)}\n`)
    .join('')
}

function toCommand({ level, file, line, column, title, text }: Annotation): string {
  const properties = [
    ['file', file],
    ['line', line],
    ['col', column],
    ['title', title],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name}=${escapeProperty(String(value))}`]))
  return `::${level} ${properties.join(',')}::${escapeData(text)}`
}

// The escapes of GitHub's runner: data first, and two more characters in properties.
function escapeData(text: string): string {
  return onOneLine(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'))
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
