import type { Problem } from '../problem.ts'
import { isSample, type RepoView } from '../repo-view.ts'

/** How documents name a test: the file, and the name as it stands in the source. */
const reference = /`(?<file>[^`\s]+\.ts)`: "(?<name>[^"]+)"/g

const checklist = 'docs/checklist.md'
const row = /^\| (?<group>[A-Z])(?<number>\d+) +\|/
/** What takes the place of a test in a row that nobody has built yet. */
const open = /\b(?:later wave|not yet)\b/

/** A test that a document names is there, under that name; and every row of the checklist names one, or says that it is open. */
export function shownByTests(repo: RepoView): readonly Problem[] {
  const documents = [...repo.files].filter(([path]) => path.endsWith('.md') && !isSample(path))
  return documents.flatMap(([path, text]) => [
    ...missingTests(repo, path, text),
    ...(path === checklist ? incompleteRows(text) : []),
  ])
}

function missingTests(repo: RepoView, path: string, text: string): readonly Problem[] {
  return text.split('\n').flatMap((content, index) =>
    [...content.matchAll(reference)].flatMap((match): Problem[] => {
      const { file = '', name = '' } = match.groups ?? {}
      const source = repo.files.get(file)
      const line = index + 1
      if (source === undefined) return [{ path, line, message: `names ${file}, which is not there` }]
      const isThere = ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`))
      return isThere ? [] : [{ path, line, message: `${file} has no test "${name}": name one that it has` }]
    }),
  )
}

function incompleteRows(text: string): readonly Problem[] {
  const last = new Map<string, number>()
  return text.split('\n').flatMap((content, index): Problem[] => {
    const { group, number } = row.exec(content)?.groups ?? {}
    if (group === undefined) return []
    const problems: Problem[] = []
    const at = { path: checklist, line: index + 1 }
    const expected = (last.get(group) ?? 0) + 1
    last.set(group, Number(number))
    if (Number(number) !== expected)
      problems.push({ ...at, message: `row ${group}${expected} is missing before ${group}${number}` })
    if (content.match(reference) === null && !open.test(content))
      problems.push({ ...at, message: `row ${group}${number} names no test that shows it` })
    return problems
  })
}
