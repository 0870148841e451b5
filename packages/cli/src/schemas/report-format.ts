import { formatGithub } from './format-github.ts'
import { formatGitlab } from './format-gitlab.ts'
import { formatHuman } from './format-human.ts'
import { formatJunit } from './format-junit.ts'
import { formatMarkdown } from './format-markdown.ts'
import { formatSarif } from './format-sarif.ts'
import type { Report } from './report.ts'

/** The forms that a report can be written in. */
export type ReportFormat = 'human' | 'json' | 'github' | 'sarif' | 'junit' | 'markdown' | 'gitlab'

/** How each form is written. */
export const reportFormats: Readonly<Record<ReportFormat, (report: Report) => string>> = {
  human: formatHuman,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  github: formatGithub,
  sarif: formatSarif,
  junit: formatJunit,
  markdown: formatMarkdown,
  gitlab: formatGitlab,
}

/** A form, and the file it goes to; `undefined` is standard output. */
export interface FormatTarget {
  readonly format: ReportFormat
  readonly file: string | undefined
}

/** Reads `json` or `json=report.json`; `undefined` when the form is not known. */
export function parseFormatTarget(text: string): FormatTarget | undefined {
  const at = text.indexOf('=')
  const name = at === -1 ? text : text.slice(0, at)
  const file = at === -1 ? undefined : text.slice(at + 1)
  return Object.hasOwn(reportFormats, name) && file !== ''
    ? { format: name as ReportFormat, file }
    : undefined
}
