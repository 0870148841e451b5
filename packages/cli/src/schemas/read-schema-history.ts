import { createHistoryState, type HistoryState } from './history-state.ts'
import { listCommitFiles, readBlobs, type CommitFile } from './read-commit-files.ts'
import { readFirstParentLog, type FileChange } from './read-first-parent-log.ts'
import type { Git } from './run-git.ts'

/** What the history of files is read for. */
export interface SchemaHistoryOptions {
  /** The commit to begin at. */
  readonly tip: string
  /** The commit to end with; `undefined` for the first. */
  readonly since: string | undefined
  /** The schema files of the tip. */
  readonly files: readonly CommitFile[]
  readonly isSchemaFile: (file: string) => boolean
  /** The files whose history is wanted, by their paths at the tip. */
  readonly tracked: readonly string[]
}

/** One content that a file had, with the files that it leaned on then. */
interface HistoricContent {
  /** The commit that brought it. */
  readonly commit: string
  /** What the file was called then. */
  readonly file: string
  /** The file itself and all that it refers to. */
  readonly files: readonly CommitFile[]
}

/** Distinct contents, oldest first, by the path at the tip. */
export interface SchemaHistory {
  readonly histories: ReadonlyMap<string, readonly HistoricContent[]>
  readonly bytesOf: (id: string) => Buffer
}

interface Tracked {
  readonly start: string
  /** What it is called at this point of the walk. */
  file: string
  /** Newest first; a commit is not known before the walk comes to it. */
  readonly contents: { commit: string | undefined; readonly file: string; readonly files: CommitFile[] }[]
  readonly seen: Set<string>
  /** The content at this point of the walk, where it is not one that came again later. */
  current: Tracked['contents'][number] | undefined
  /** Files that it is made of at this point. */
  parts: ReadonlySet<string>
  leans: boolean
}

/**
 * Walks the first-parent history from the newest commit to the oldest, once for all files. A file is looked at again
 * only where a commit touched it or what it leans on, or changed which names are defined where.
 */
export async function readSchemaHistory(git: Git, options: SchemaHistoryOptions): Promise<SchemaHistory> {
  const { tip, since, isSchemaFile } = options
  const { commits, start } = await readFirstParentLog(git, tip, since, isSchemaFile)
  // A tag may stand beside the first-parent line, on a branch that was merged: then its state counts, too.
  const oldest =
    since === undefined || since === start
      ? undefined
      : (await listCommitFiles(git, since)).files.filter(({ file }) => isSchemaFile(file))
  const ids = [...options.files, ...(oldest ?? [])].map(({ id }) => id)
  const changed = commits.flatMap((commit) => commit.changes.flatMap(({ before }) => before?.id ?? []))
  const blobs = await readBlobs(git, [...ids, ...changed])
  const view = createHistoryState(options.files, (id) => blobs.get(id))
  const tracked = options.tracked.map((file): Tracked => ({
    start: file,
    file,
    contents: [],
    seen: new Set(),
    current: undefined,
    parts: new Set(),
    leans: false,
  }))
  for (const one of tracked) look(one, view)
  for (const commit of commits) {
    const touched = new Set(commit.changes.flatMap(({ before, after }) => [before?.file, after?.file]))
    const redefines = view.undo(commit)
    for (const one of tracked) {
      const own = touched.has(one.file)
      const leant = one.leans && (redefines || [...one.parts].some((part) => touched.has(part)))
      if (!own && !leant) continue
      if (one.current !== undefined) one.current.commit ??= commit.id
      one.file = nameBefore(one.file, commit.changes, view)
      look(one, view)
    }
  }
  if (oldest !== undefined) {
    for (const { contents } of tracked) for (const content of contents) content.commit ??= start
    view.replace(oldest)
    for (const one of tracked) look(one, view)
  }
  const histories = new Map(
    tracked.map(({ start: file, contents }) => [
      file,
      contents.map((content) => ({ ...content, commit: content.commit ?? since ?? tip })).toReversed(),
    ]),
  )
  return { histories, bytesOf: (id) => blobs.get(id)! }
}

/** Notes the content that a file has at this point, unless it had the same later on. */
function look(one: Tracked, view: HistoryState): void {
  one.current = undefined
  const files = view.closureOf(one.file)
  one.parts = new Set(files.map(({ file }) => file))
  one.leans = view.leans(one.file)
  const [own, ...others] = files.map(({ id }) => id)
  if (own === undefined) return
  const key = [own, ...others.toSorted()].join(' ')
  const last = one.contents.at(-1)
  if (one.seen.has(key)) {
    if (last !== undefined && last.commit === undefined) one.current = last
    return
  }
  one.seen.add(key)
  one.current = { commit: undefined, file: one.file, files: [...files] }
  one.contents.push(one.current)
}

/** A file that a commit added may have had another name: git's rename, or a type of the same name that went away. */
function nameBefore(file: string, changes: readonly FileChange[], view: HistoryState): string {
  const change = changes.find(({ after }) => after?.file === file)
  if (change === undefined || change.before !== undefined) return change?.before?.file ?? file
  const root = change.after === undefined ? undefined : view.namesOf(change.after.id)?.root
  const gone = changes.filter(({ before, after }) => before !== undefined && after === undefined)
  const same = gone.find(({ before }) => root !== undefined && view.namesOf(before!.id)?.root === root)
  return same?.before?.file ?? file
}
