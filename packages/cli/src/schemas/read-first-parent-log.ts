import type { CommitFile } from './read-commit-files.ts'
import { gitOutput, type Git } from './run-git.ts'

/** What a commit did to one file. */
export interface FileChange {
  /** `undefined` when the commit added it. */
  readonly before: CommitFile | undefined
  /** `undefined` when the commit removed it. */
  readonly after: CommitFile | undefined
}

/** A commit that changed a schema file. */
export interface LoggedCommit {
  readonly id: string
  readonly changes: readonly FileChange[]
}

/** The first-parent history of a commit. */
export interface FirstParentLog {
  /** Newest first. */
  readonly commits: readonly LoggedCommit[]
  /** The commit before the oldest of them, or the oldest commit there is. */
  readonly start: string
}

/**
 * Reads which commits changed which schema files; merges are seen as what they brought. Not by `git log`, which drops a
 * merge whose second parent is not in the range when it is given a path.
 */
export async function readFirstParentLog(
  git: Git,
  tip: string,
  since: string | undefined,
  isSchemaFile: (file: string) => boolean,
): Promise<FirstParentLog> {
  const range = since === undefined ? tip : `${since}..${tip}`
  const list = await gitOutput(git, ['rev-list', '--first-parent', '--parents', range])
  const lines = list.toString().split('\n').filter(Boolean)
  const pairs = lines.map((line) => line.split(' ').slice(0, 2))
  const shape = ['--root', '-r', '-M', '--raw', '-z', '--no-abbrev', '--relative', '--', '.']
  const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('')
  const log = await gitOutput(git, ['diff-tree', '--stdin', ...shape], input)
  const [last, parent] = pairs.at(-1) ?? [tip]
  return { commits: parseLog(log.toString(), isSchemaFile), start: parent ?? last! }
}

/** Tokens that end with NUL: a commit's id, or `:mode mode id id status` and the one path or two that it is about. */
function parseLog(text: string, isSchemaFile: (file: string) => boolean): readonly LoggedCommit[] {
  const commits: { readonly id: string; readonly changes: FileChange[] }[] = []
  const tokens = text.split('\0')
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at++]!
    if (!token.startsWith(':')) {
      if (token !== '') commits.push({ id: token, changes: [] })
      continue
    }
    const [oldMode, newMode, oldId, newId, status] = token.slice(1).split(' ')
    const oldFile = tokens[at++]!
    const newFile = /^[RC]/.test(status!) ? tokens[at++]! : oldFile
    const before = isRegular(oldMode!) && isSchemaFile(oldFile) ? { file: oldFile, id: oldId! } : undefined
    const after = isRegular(newMode!) && isSchemaFile(newFile) ? { file: newFile, id: newId! } : undefined
    if (before !== undefined || after !== undefined) commits.at(-1)!.changes.push({ before, after })
  }
  return commits
}

/** Neither absent (000000) nor a symbolic link (120000) nor a submodule (160000). */
function isRegular(mode: string): boolean {
  return mode.startsWith('100')
}
