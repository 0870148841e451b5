import type { CollectedCodes } from './collect-codes.ts'
import type { Problem } from './problem.ts'
import type { MarkdownPage } from './read-markdown.ts'

/** Whether the reference of errors and the sources know the same codes. */
export interface CodeReport {
  readonly problems: readonly Problem[]
  readonly covered: number
}

/**
 * Every code has a section of its own on the page, headed by the code, and every section a code that is thrown. A
 * section says three things, each behind its own words: what happened, where the record is, what to do.
 */
export function checkCodes(page: MarkdownPage, codes: CollectedCodes): CodeReport {
  const problems: Problem[] = []
  const sections = page.headings.filter(({ text }) => /^`[\w-]+`$/.test(text))
  const named = new Map(sections.map((each) => [each.text.slice(1, -1), each]))
  for (const [code, paths] of codes) {
    if (!named.has(code))
      problems.push({
        path: page.path,
        line: 1,
        message: `has no section for ${code}, which ${paths[0]} can throw`,
      })
  }
  for (const [code, { line, level }] of named) {
    if (!codes.has(code))
      problems.push({ path: page.path, line, message: `explains ${code}, which nothing throws` })
    const end = page.headings.find((each) => each.line > line && each.level <= level)?.line
    const text = page.prose.slice(line, end === undefined ? undefined : end - 1).join('\n')
    for (const words of ['What happened:', 'Where the record is:', 'What to do:'])
      if (!text.includes(`**${words}**`))
        problems.push({ path: page.path, line, message: `does not say "${words}" of ${code}` })
  }
  return { problems, covered: [...codes.keys()].filter((code) => named.has(code)).length }
}
