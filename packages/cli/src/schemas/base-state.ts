import { findRenames } from './find-renames.ts'
import { findUnseenFiles } from './find-unseen-files.ts'
import { listCommitFiles, readBlobs, type CommitFile } from './read-commit-files.ts'
import { resolveBaseCommit, type BaseCommit, type BaseCommitOptions } from './resolve-base-commit.ts'
import { resolveSnapshot } from './resolve-snapshot.ts'
import type { Git } from './run-git.ts'
import { placelessProblem, SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import type { SubjectRules } from './subject-rules.ts'

/** What a state of a git repository is read for. */
export interface BaseStateOptions extends BaseCommitOptions {
  readonly git: Git
  /** The folder that git runs in. */
  readonly root: string
  /** Folder in which the schemas were; `undefined` where they are in their place. */
  readonly folder?: string | undefined
  /** Patterns of the working tree's schema files. */
  readonly patterns: readonly string[]
  readonly isSchemaFile: (file: string) => boolean
  readonly subjectsOf: SubjectRules['subjectsOf']
  readonly working: SchemaSnapshot
}

/** The schema files of a commit, and which of them the working tree's came from. */
export interface BaseState {
  readonly base: BaseCommit
  readonly files: readonly CommitFile[]
  readonly snapshot: SchemaSnapshot
  readonly problems: readonly SchemasProblem[]
  /** Files of the working tree that no commit can tell anything about. */
  readonly failures: readonly SchemasProblem[]
  /** The first ten digits of the commit's id. */
  readonly short: string
  /** For people: `1a2b3c4d5e (merge-base of origin/main)`. */
  readonly label: string
  /**
   * What a schema was then. A file that moved is followed by git's renames, then by the full name of its type; a file
   * that holds another type now, while its old one stands elsewhere, is not followed where that makes another subject.
   */
  readonly before: (schema: LoadedSchema) => LoadedSchema | undefined
  /** Subjects whose file is gone. */
  readonly lostSubjects: () => readonly { readonly subject: string; readonly file: string }[]
}

/**
 * Reads a commit's schema files.
 *
 * @throws SchemasProblemError when the commit cannot be had, or has no such folder.
 */
export async function readBaseState(options: BaseStateOptions): Promise<BaseState> {
  const { git, working } = options
  const base = await resolveBaseCommit(git, options)
  const placeOf = createPlacement(options)
  const leadsToSchemas = (link: string): boolean =>
    [...working.files].some((file) => file.startsWith(`${link}/`))
  const listing = await listCommitFiles(git, base.commit, {
    folder: options.folder,
    follows: leadsToSchemas,
  })
  const files = listing.files.filter(({ file }) => placeOf(file) !== undefined)
  if (options.folder !== undefined && files.length === 0) failEmpty(options.folder, base)
  const blobs = await readBlobs(
    git,
    files.map(({ id }) => id),
  )
  const { snapshot, problems } = resolveSnapshot(
    files.map(({ file, id }) => ({ file, bytes: blobs.get(id)! })),
  )
  const renames = await findRenames(git, base.commit)
  const byPlace = new Map(files.map(({ file }) => [placeOf(file)!, file]))
  const unseen = [...working.files].filter((file) => !byPlace.has(file) && !renames.has(file))
  const { root } = options
  const failures = await findUnseenFiles(git, { root, files: unseen, blind: listing.blind })
  const names = new Set([...working.schemas.values()].map(({ fullName }) => fullName))
  const follows = (schema: LoadedSchema, old: LoadedSchema): boolean =>
    schema.fullName === old.fullName || !names.has(old.fullName) || sharesSubject(options, schema, old)
  const byName = new Map([...snapshot.schemas.values()].map((schema) => [schema.fullName, schema]))

  const before = (schema: LoadedSchema): LoadedSchema | undefined => {
    const same = byPlace.get(schema.file)
    const there = snapshot.schemas.get(same ?? renames.get(schema.file) ?? '')
    if (there === undefined ? same !== undefined : follows(schema, there)) return there
    const named = schema.fullName === undefined ? undefined : byName.get(schema.fullName)
    if (named === undefined) return undefined
    const place = placeOf(named.file)!
    if (!working.files.has(place)) return named
    const successor = working.schemas.get(place)
    return successor === undefined || follows(successor, named) ? undefined : named
  }

  const short = base.commit.slice(0, 10)
  const ref = options.folder === undefined ? base.ref : `${base.ref}:${options.folder}`
  return {
    base: { ...base, ref },
    files,
    snapshot,
    problems,
    failures,
    short,
    label: base.isMergeBase ? `${short} (merge-base of ${ref})` : `${short} (${ref})`,
    before,
    lostSubjects() {
      const claimed = new Set([...working.schemas.values()].map((schema) => before(schema)?.file))
      return [...snapshot.schemas.values()]
        .filter(({ file }) => !working.files.has(placeOf(file)!) && !claimed.has(file))
        .flatMap((schema) => {
          const { file } = schema
          return options.subjectsOf({ ...schema, file: placeOf(file)! }).map((subject) => ({ file, subject }))
        })
        .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    },
  }
}

function sharesSubject({ subjectsOf }: BaseStateOptions, schema: LoadedSchema, old: LoadedSchema): boolean {
  const subjects = subjectsOf({ ...old, file: schema.file })
  return subjectsOf(schema).some((subject) => subjects.includes(subject))
}

/**
 * Where a file of the commit stands in the working tree; `undefined` when it is none of the schemas. With a folder of
 * its own, `<folder>/a.avsc` was `schemas/a.avsc` when the pattern is `schemas/**\/*.avsc`.
 */
function createPlacement(options: BaseStateOptions): (file: string) => string | undefined {
  const { folder, patterns, isSchemaFile, working } = options
  if (folder === undefined) return (file) => (isSchemaFile(file) ? file : undefined)
  const roots = new Set(patterns.map((pattern) => /^(?:[^*?[{!]*\/)?/.exec(pattern)![0]))
  const start = folder === '.' ? '' : `${folder}/`
  return (file) => {
    if (!file.startsWith(start)) return undefined
    const places = [...roots]
      .map((root) => root + file.slice(start.length))
      .filter((place) => isSchemaFile(place))
    return places.find((place) => working.files.has(place)) ?? places[0]
  }
}

function failEmpty(folder: string, { ref, commit }: BaseCommit): never {
  const message = `there are no schemas in ${folder} at ${ref} (${commit.slice(0, 10)})`
  const fix =
    'correct the folder; it is seen from the working directory, and its files must fit the patterns as those of the working tree do'
  throw new SchemasProblemError(placelessProblem('baseline-missing', message, fix))
}
