import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { assertSchemaSize } from './decode-schema-text.ts'
import { findSchemaFiles } from './find-schema-files.ts'
import { resolveSnapshot, type ResolvedSnapshot } from './resolve-snapshot.ts'
import type { SchemaSource } from './schema-snapshot.ts'
import { SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'

/** Reads and resolves the schema files of the working tree. Every problem is collected. */
export function loadWorkingTree(root: string, patterns: readonly string[]): ResolvedSnapshot {
  const { files, problems: missing } = findSchemaFiles(root, patterns)
  const sources: SchemaSource[] = []
  const unread: SchemasProblem[] = []
  for (const file of files) {
    try {
      assertSchemaSize(file, statSync(join(root, file)).size)
      sources.push({ file, bytes: readFileSync(join(root, file)) })
    } catch (thrown) {
      if (thrown instanceof SchemasProblemError) {
        unread.push(...thrown.problems)
        continue
      }
      const reason = (thrown as NodeJS.ErrnoException).code ?? String(thrown)
      const fix = 'make the file readable, or exclude it'
      const message = `the file cannot be read (${reason})`
      unread.push({ code: 'schema-unreadable', file, line: undefined, column: undefined, message, fix })
    }
  }
  const { snapshot, problems } = resolveSnapshot(sources, unread)
  return { snapshot, problems: [...missing, ...problems] }
}
