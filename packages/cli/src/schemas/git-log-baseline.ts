import { readBaseState, type BaseStateOptions } from './base-state.ts'
import type { Baseline } from './baseline.ts'
import { isShallow } from './fetch-base.ts'
import { readSchemaHistory } from './read-schema-history.ts'
import { findOrFetch, unshallow } from './resolve-base-commit.ts'
import { resolveSnapshot } from './resolve-snapshot.ts'
import type { LoadedSchema } from './schema-snapshot.ts'
import type { Git } from './run-git.ts'
import { placelessProblem, SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'

/** What a git-log baseline is made of. */
export interface GitLogBaselineOptions extends BaseStateOptions {
  /** The oldest state to go back to: a tag, say. Default: the first commit. */
  readonly since: string | undefined
}

/**
 * Every content that a schema, or what it refers to, had on the first-parent history of a ref: what was merged, not
 * the steps on the way there. Each is resolved with the files of its own commit.
 *
 * @throws SchemasProblemError when the history cannot be had as far back as asked for.
 */
export async function createGitLogBaseline(options: GitLogBaselineOptions): Promise<Baseline> {
  const { git } = options
  const state = await readBaseState(options)
  const tip = state.base.commit
  const since = await resolveSince(options, tip, state.base.ref)
  // What is not in the newest state may have been in an older one, under the same path.
  const pathOf = (schema: LoadedSchema): string => state.before(schema)?.file ?? schema.file
  const tracked = [...options.working.schemas.values()].map(pathOf)
  const { histories, bytesOf } = await readSchemaHistory(git, {
    tip,
    since: since?.commit,
    files: state.files,
    isSchemaFile: options.isSchemaFile,
    tracked,
  })
  const problems = new Map<string, SchemasProblem>()
  const note = (found: readonly SchemasProblem[]): void => {
    for (const problem of found) problems.set(JSON.stringify(problem), problem)
  }
  note(state.problems)
  const range = since === undefined ? '' : ` since ${since.ref}`
  return {
    kind: 'git-log',
    ref: state.base.ref,
    commit: tip,
    label: `history of ${state.label}${range}`,
    get problems() {
      return [...problems.values()]
    },
    failures: state.failures,
    versionsOf(schema, subject) {
      const history = histories.get(pathOf(schema)) ?? []
      const isNew = state.before(schema) === undefined
      return history.flatMap(({ commit, file, files }) => {
        const sources = files.map((part) => ({ file: part.file, bytes: bytesOf(part.id) }))
        const { snapshot, problems: found } = resolveSnapshot(sources)
        const loaded = snapshot.schemas.get(file)
        const label = commit.slice(0, 10)
        if (loaded !== undefined) {
          // The path may have been that of another type, whose subject is not this one's.
          const subjects = isNew ? options.subjectsOf({ ...loaded, file: schema.file }) : [subject]
          if (!subjects.includes(subject)) return []
          return [{ ...loaded, label, fileOf: (name: string) => snapshot.fileOf(name) }]
        }
        note(found.map((problem) => ({ ...problem, message: `at ${label}: ${problem.message}` })))
        return []
      })
    },
    isUnchanged: (schema) => state.before(schema)?.closure === schema.closure,
    lostSubjects: state.lostSubjects,
  }
}

async function resolveSince(
  options: GitLogBaselineOptions,
  tip: string,
  ref: string,
): Promise<{ readonly ref: string; readonly commit: string } | undefined> {
  const { git, since } = options
  if (since === undefined) {
    if (await isShallow(git)) await unshallow(git, options, `the history of ${ref} is cut off`)
    return undefined
  }
  const found = await findOrFetch(git, since, options)
  if (await reaches(git, found.commit, tip)) return found
  if (await isShallow(git)) {
    await unshallow(git, options, `it does not reach from ${ref} back to ${since}`)
    if (await reaches(git, found.commit, tip)) return found
  }
  const message = `${since} is no ancestor of ${ref}`
  const fix = 'give --since a tag or commit that the branch came from'
  throw new SchemasProblemError(placelessProblem('baseline-missing', message, fix))
}

/** Whether the first-parent history from a commit on is whole: in a shallow clone it may end early. */
async function reaches(git: Git, since: string, tip: string): Promise<boolean> {
  if ((await git(['merge-base', '--is-ancestor', since, tip])).exitCode !== 0) return false
  if (!(await isShallow(git))) return true
  const { stdout } = await git(['rev-list', '--first-parent', '--max-parents=0', `${since}..${tip}`])
  return stdout.length === 0
}
