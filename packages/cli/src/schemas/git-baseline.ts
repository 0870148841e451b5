import type { Baseline } from './baseline.ts'
import { findRenames } from './find-renames.ts'
import { readCommitFiles } from './read-commit-files.ts'
import { resolveBaseCommit, type BaseCommitOptions } from './resolve-base-commit.ts'
import { resolveSnapshot } from './resolve-snapshot.ts'
import type { Git } from './run-git.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import type { SubjectRules } from './subject-rules.ts'

/** What a git baseline is made of. */
export interface GitBaselineOptions extends BaseCommitOptions {
  readonly git: Git
  readonly isSchemaFile: (file: string) => boolean
  readonly subjectsOf: SubjectRules['subjectsOf']
  readonly working: SchemaSnapshot
}

/**
 * The schema files of a commit. A file that moved is followed by git's rename detection, then by the full name of its
 * type.
 *
 * @throws SchemasProblemError when the commit cannot be had.
 */
export async function createGitBaseline(options: GitBaselineOptions): Promise<Baseline> {
  const { git, working } = options
  const base = await resolveBaseCommit(git, options)
  const { snapshot, problems } = resolveSnapshot(
    await readCommitFiles(git, base.commit, options.isSchemaFile),
  )
  const renames = await findRenames(git, base.commit)
  const byName = new Map([...snapshot.schemas.values()].map((schema) => [schema.fullName, schema]))
  const short = base.commit.slice(0, 10)

  const before = (schema: LoadedSchema): LoadedSchema | undefined => {
    if (snapshot.files.has(schema.file)) return snapshot.schemas.get(schema.file)
    const renamed = snapshot.schemas.get(renames.get(schema.file) ?? '')
    if (renamed !== undefined) return renamed
    const named = schema.fullName === undefined ? undefined : byName.get(schema.fullName)
    return named === undefined || working.files.has(named.file) ? undefined : named
  }

  return {
    kind: 'git',
    ref: base.ref,
    commit: base.commit,
    label: base.isMergeBase ? `${short} (merge-base of ${base.ref})` : `${short} (${base.ref})`,
    problems,
    versionsOf(schema) {
      const old = before(schema)
      return old === undefined
        ? []
        : [{ ...old, label: short, fileOf: (name: string) => snapshot.fileOf(name) }]
    },
    isUnchanged: (schema) => before(schema)?.closure === schema.closure,
    lostSubjects() {
      const claimed = new Set([...working.schemas.values()].map((schema) => before(schema)?.file))
      return [...snapshot.schemas.values()]
        .filter(({ file }) => !working.files.has(file) && !claimed.has(file))
        .flatMap((schema) => options.subjectsOf(schema).map((subject) => ({ file: schema.file, subject })))
        .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    },
  }
}
