import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { placelessProblem, type SchemasProblem } from './schemas-problem.ts'

/** One version of a committed history. */
export interface HistoryVersion {
  readonly version: number
  /** Relative to the working directory. */
  readonly file: string
}

/** The committed history of one subject: `<folder>/<subject>/0001.avsc` and so on, and `index.json` with digests. */
interface SubjectHistory {
  readonly subject: string
  /** Oldest first. */
  readonly versions: readonly HistoryVersion[]
}

/** What a history folder holds, and what is wrong with it. */
export interface HistoryFolder {
  /** By subject. */
  readonly subjects: ReadonlyMap<string, SubjectHistory>
  readonly problems: readonly SchemasProblem[]
}

const indexShape = z.strictObject({
  subject: z.string(),
  versions: z.record(z.string().regex(/^\d{4,}$/), z.string()),
})

/** The folder of a subject: what a path cannot hold is written as in a URL. */
export function historySubjectFolder(folder: string, subject: string): string {
  return `${folder}/${encodeURIComponent(subject).replaceAll('*', '%2A').replace(/^\./, '%2E')}`
}

/** The digest that `index.json` keeps of a version's file. */
export function historyDigest(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}

/** Reads a history's index files and holds them to the files that are there. */
export function readHistoryFolder(root: string, folder: string): HistoryFolder {
  const subjects = new Map<string, SubjectHistory>()
  const problems: SchemasProblem[] = []
  const found = statSync(join(root, folder), { throwIfNoEntry: false })
  if (found?.isDirectory() !== true) {
    const problem =
      found === undefined
        ? placelessProblem(
            'baseline-missing',
            `there is no history in ${folder}`,
            'make it with headwater schemas history record, and commit it',
          )
        : placelessProblem(
            'baseline-missing',
            `${folder} is no folder, so there is no history in it`,
            'name the folder of the history: --against history:<folder>, or history.dir of the configuration',
          )
    return { subjects, problems: [problem] }
  }
  const names = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  for (const name of names.toSorted()) {
    const history = readSubject(root, `${folder}/${name}`, problems)
    if (history !== undefined) subjects.set(history.subject, history)
  }
  return { subjects, problems }
}

function readSubject(root: string, folder: string, problems: SchemasProblem[]): SubjectHistory | undefined {
  const indexFile = `${folder}/index.json`
  const damaged = (file: string, message: string): void => {
    const fix = 'restore it from git: a recorded version never changes'
    problems.push({ code: 'history-damaged', file, line: undefined, column: undefined, message, fix })
  }
  const index = parseIndex(join(root, indexFile))
  if (index === undefined) {
    damaged(indexFile, 'the index of the history is missing, or not in the form that history record writes')
    return undefined
  }
  const present = readdirSync(join(root, folder)).filter((file) => file.endsWith('.avsc'))
  for (const file of present.toSorted()) {
    if (index.versions[file.slice(0, -5)] === undefined)
      damaged(`${folder}/${file}`, `${indexFile} does not list it`)
  }
  const versions = Object.keys(index.versions).toSorted((a, b) => Number(a) - Number(b))
  for (const [at, version] of versions.entries()) {
    const file = `${folder}/${version}.avsc`
    if (Number(version) !== at + 1) damaged(file, `version ${at + 1} is missing before it`)
    if (!present.includes(`${version}.avsc`)) damaged(file, 'the file is missing')
    else if (!isAsRecorded(join(root, file), index.versions[version]!))
      damaged(file, 'the file is not what was recorded')
  }
  return {
    subject: index.subject,
    versions: versions.map((version) => ({ version: Number(version), file: `${folder}/${version}.avsc` })),
  }
}

/** A checkout may have changed the line ends, as git does on Windows; nothing else counts as the same. */
function isAsRecorded(path: string, digest: string): boolean {
  if (statSync(path).isDirectory()) return false
  const bytes = readFileSync(path)
  if (historyDigest(bytes) === digest) return true
  const text = bytes.toString('latin1')
  return (
    text.includes('\r\n') && historyDigest(Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1')) === digest
  )
}

function parseIndex(file: string): z.infer<typeof indexShape> | undefined {
  if (!existsSync(file) || statSync(file).isDirectory()) return undefined
  try {
    return indexShape.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}
