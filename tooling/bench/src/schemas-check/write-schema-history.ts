import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEvolvingSchema } from './evolving-schema.ts'
import { sharedTypes } from './shared-types.ts'

/** How much is written. */
export interface SchemaHistorySize {
  readonly subjects: number
  /** Recorded versions of each subject; the working tree has one more. */
  readonly versions: number
  /** Every so many subjects one breaks all its consumers. */
  readonly breakEvery: number
}

/** What was written. */
export interface SchemaHistoryTotals {
  readonly recordedVersions: number
  readonly recordedBytes: number
  readonly breakingSubjects: number
}

/**
 * Writes a project of schemas into an empty folder: `schemas/` with what is proposed and `schemas/.history` with what
 * was recorded before, each subject one version behind. The same bytes for the same size.
 */
export function writeSchemaHistory(root: string, size: SchemaHistorySize): SchemaHistoryTotals {
  let recordedBytes = 0
  let recordedVersions = 0
  let breakingSubjects = 0
  const record = (subject: string, texts: readonly string[]): void => {
    const folder = join(root, 'schemas/.history', subject)
    mkdirSync(folder, { recursive: true })
    const versions: Record<string, string> = {}
    for (const [index, text] of texts.entries()) {
      const bytes = Buffer.from(`${text}\n`)
      const version = String(index + 1).padStart(4, '0')
      writeFileSync(join(folder, `${version}.avsc`), bytes)
      versions[version] = createHash('sha256').update(bytes).digest('hex')
      recordedBytes += bytes.length
      recordedVersions++
    }
    writeFileSync(join(folder, 'index.json'), `${JSON.stringify({ subject, versions }, null, 2)}\n`)
  }
  mkdirSync(join(root, 'schemas/common'), { recursive: true })
  for (const { fullName, definition } of sharedTypes) {
    const text = JSON.stringify(definition)
    writeFileSync(join(root, `schemas/common/${fullName}.avsc`), text)
    record(fullName, [text])
  }
  for (let number = 0; number < size.subjects; number++) {
    const breaks = number % size.breakEvery === 0
    if (breaks) breakingSubjects++
    const { subject, recorded, proposed } = createEvolvingSchema(number, size.versions, breaks)
    const folder = join(root, `schemas/area${number % 40}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${subject}.avsc`), proposed)
    record(subject, recorded)
  }
  return { recordedVersions, recordedBytes, breakingSubjects }
}
