import { findIgnoredFiles } from './find-ignored-files.ts'
import type { BlindFolder } from './read-commit-files.ts'
import type { Git } from './run-git.ts'
import type { SchemasProblem } from './schemas-problem.ts'

/** Schema files of the working tree that a commit does not hold, and why it may not. */
export interface UnseenFilesOptions {
  readonly root: string
  readonly files: readonly string[]
  readonly blind: readonly BlindFolder[]
}

/**
 * A problem for each file that no commit will ever hold: it would count as new for ever, and every change of it would
 * pass. What is only new has none.
 */
export async function findUnseenFiles(git: Git, options: UnseenFilesOptions): Promise<SchemasProblem[]> {
  const { root, files, blind } = options
  const problems: SchemasProblem[] = []
  let left = files
  for (const { folder, kind } of blind) {
    const outside = left.filter((file) => !file.startsWith(`${folder}/`))
    const count = left.length - outside.length
    if (count === 0) continue
    left = outside
    const what = kind === 'submodule' ? 'a submodule' : 'a symbolic link that leads out of the repository'
    const message = `no commit of this repository holds the schemas of ${what} (${count} here), so there is nothing to compare them with`
    const own = kind === 'submodule' ? ` and run the check in it (--cwd ${folder}),` : ''
    problems.push(
      toProblem(folder, message, `leave the folder out of the patterns${own} or compare with ${elsewhere}`),
    )
  }
  for (const file of await findIgnoredFiles(git, root, left)) {
    const message = 'git ignores this file, so no commit holds an earlier version to compare it with'
    problems.push(
      toProblem(
        file,
        message,
        `commit it (git add --force), leave it out of the patterns, or compare with ${elsewhere}`,
      ),
    )
  }
  return problems
}

const elsewhere = 'a committed history or a registry (--against history, --against registry:<url>)'

function toProblem(file: string, message: string, fix: string): SchemasProblem {
  return { code: 'baseline-missing', file, line: undefined, column: undefined, message, fix }
}
