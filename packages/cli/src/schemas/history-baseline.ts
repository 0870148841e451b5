import { canonicalText, parseSchema, type ParsedSchema } from '@headwater/avro'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Baseline } from './baseline.ts'
import { decodeSchemaText } from './decode-schema-text.ts'
import { readHistoryFolder } from './history-folder.ts'
import type { LoadedSchema } from './schema-snapshot.ts'
import { SchemasProblemError } from './schemas-problem.ts'

/** The schema with everything that it refers to written out, which is how a history keeps it. */
export function selfContainedText(parsed: ParsedSchema): string {
  return canonicalText({ ...parsed, referenced: new Set() })
}

/**
 * A committed history: every version that was recorded of a subject, so that the transitive modes mean something
 * without a registry.
 *
 * @throws SchemasProblemError when there is none, or when it was tampered with.
 */
export function createHistoryBaseline(root: string, folder: string): Baseline {
  const { subjects, problems } = readHistoryFolder(root, folder)
  const [first, ...more] = problems
  if (first !== undefined) throw new SchemasProblemError(first, ...more)
  const read = (file: string): ParsedSchema =>
    parseSchema(decodeSchemaText(file, readFileSync(join(root, file))))
  return {
    kind: 'history',
    ref: folder,
    commit: undefined,
    label: `history ${folder}`,
    problems: [],
    versionsOf: (_schema, subject) =>
      (subjects.get(subject)?.versions ?? []).map(({ version, file }) => ({
        label: `v${version}`,
        file,
        parsed: read(file),
        fileOf: () => file,
      })),
    isUnchanged(schema: LoadedSchema, subject) {
      const latest = subjects.get(subject)?.versions.at(-1)
      if (latest === undefined) return false
      const text = selfContainedText(schema.parsed)
      // What history record wrote is this very text; only what others wrote has to be understood first.
      return (
        readFileSync(join(root, latest.file), 'utf8').trimEnd() === text ||
        selfContainedText(read(latest.file)) === text
      )
    },
    lostSubjects: (present) =>
      [...subjects.values()]
        .filter(({ subject }) => !present.has(subject))
        .map(({ subject, versions }) => ({ subject, file: versions.at(-1)?.file ?? folder })),
  }
}
