import { existsSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, posix, relative, sep } from 'node:path'
import type { Report, ReportPlace } from './report.ts'

/**
 * A report with files as they are called from the root of the repository: GitHub, GitLab and code scanning put what they
 * show beside a file of that name, whatever folder the command ran in. Outside of a repository nothing changes.
 */
export function withRepositoryPaths(root: string, report: Report): Report {
  const prefix = pathInRepository(root)
  if (prefix === '') return report
  const name = (file: string): string =>
    isAbsolute(file) || /^https?:/.test(file) ? file : posix.join(prefix, file)
  const place = (found: ReportPlace | null): ReportPlace | null =>
    found === null ? null : { ...found, file: name(found.file) }
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      file: name(result.file),
      findings: result.findings.map((finding) => ({
        ...finding,
        location: place(finding.location),
        baseLocation: place(finding.baseLocation),
      })),
    })),
    problems: report.problems.map((problem) => ({
      ...problem,
      file: problem.file === null ? null : name(problem.file),
    })),
  }
}

/** Where a folder stands in its repository; empty for the root of one, and where there is none. */
export function pathInRepository(folder: string): string {
  const place = realPlace(folder)
  const top = findTop(place)
  return top === undefined ? '' : relative(top, place).split(sep).join('/')
}

/** Whether a folder lies in a repository, or is the root of one. */
export function isInRepository(folder: string): boolean {
  return findTop(realPlace(folder)) !== undefined
}

/** Where a folder really is, as git sees it; a folder that is not there is named by whoever looks into it. */
function realPlace(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder
}

/** A folder with `.git` in it, which is a file in a second working tree. */
function findTop(root: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
    if (dirname(folder) === folder) return undefined
  }
}
