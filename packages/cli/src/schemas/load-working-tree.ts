import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findSchemaFiles } from './find-schema-files.ts'
import { resolveSnapshot, type ResolvedSnapshot } from './resolve-snapshot.ts'
import type { SchemaSource } from './schema-snapshot.ts'
import type { SchemasProblem } from './schemas-problem.ts'

/** Reads and resolves the schema files of the working tree. Every problem is collected. */
export function loadWorkingTree(root: string, patterns: readonly string[]): ResolvedSnapshot {
  const { files, problems: missing } = findSchemaFiles(root, patterns)
  const sources: SchemaSource[] = []
  const unreadable: SchemasProblem[] = []
  for (const file of files) {
    try {
      sources.push({ file, bytes: readFileSync(join(root, file)) })
    } catch (thrown) {
      const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
      const fix = 'make the file readable, or exclude it'
      const message = `the file cannot be read (${reason})`
      unreadable.push({ code: 'schema-unreadable', file, line: undefined, column: undefined, message, fix })
    }
  }
  const { snapshot, problems } = resolveSnapshot(sources)
  return { snapshot, problems: [...missing, ...unreadable, ...problems] }
}
