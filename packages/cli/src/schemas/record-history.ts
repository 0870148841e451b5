import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { selfContainedText } from './self-contained-text.ts'
import { historyDigest, historySubjectFolder, readHistoryFolder } from './history-folder.ts'
import { readRecordedVersion } from './read-recorded-version.ts'
import type { LoadedSchema } from './schema-snapshot.ts'
import { SchemasProblemError } from './schemas-problem.ts'
import { withinStack } from './within-stack.ts'

/** A version that was written. */
export interface RecordedVersion {
  readonly subject: string
  readonly file: string
}

/** A schema and its subject. */
export interface SubjectSchema {
  readonly subject: string
  readonly schema: LoadedSchema
}

/**
 * Adds the schemas that differ from the last version of their subject. What is recorded never changes: a damaged
 * history is refused, not mended.
 *
 * @throws SchemasProblemError when the history is damaged.
 */
export function recordHistory(
  root: string,
  folder: string,
  schemas: readonly SubjectSchema[],
): readonly RecordedVersion[] {
  const before = existsSync(join(root, folder)) ? readHistoryFolder(root, folder) : undefined
  const [first, ...more] = before?.problems ?? []
  if (first !== undefined) throw new SchemasProblemError(first, ...more)
  return schemas.flatMap(({ subject, schema }): RecordedVersion[] => {
    const versions = before?.subjects.get(subject)?.versions ?? []
    const latest = versions.at(-1)
    const text = withinStack(schema.file, () => selfContainedText(schema.parsed))
    if (latest !== undefined && selfContainedText(readRecordedVersion(root, latest.file)) === text) return []
    const subjectFolder = historySubjectFolder(folder, subject)
    const number = String(versions.length + 1).padStart(4, '0')
    const bytes = Buffer.from(`${text}\n`)
    mkdirSync(join(root, subjectFolder), { recursive: true })
    writeFileSync(join(root, `${subjectFolder}/${number}.avsc`), bytes)
    writeIndex(root, subjectFolder, subject, number, historyDigest(bytes))
    return [{ subject, file: `${subjectFolder}/${number}.avsc` }]
  })
}

function writeIndex(root: string, folder: string, subject: string, version: string, digest: string): void {
  const path = join(root, `${folder}/index.json`)
  const known: { readonly versions: object } = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { readonly versions: object })
    : { versions: {} }
  const index = { subject, versions: { ...known.versions, [version]: digest } }
  writeFileSync(path, `${JSON.stringify(index, null, 2)}\n`)
}
