import type { ParsedSchema } from '@headwater/avro'
import type { Baseline, EarlierVersion } from './baseline.ts'
import { readHistoryFolder, type HistoryVersion } from './history-folder.ts'
import { isSameSchema } from './is-same-schema.ts'
import { readRecordedText, readRecordedVersion } from './read-recorded-version.ts'
import type { LoadedSchema } from './schema-snapshot.ts'
import { SchemasProblemError } from './schemas-problem.ts'
import { selfContainedText } from './self-contained-text.ts'

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
  // A schema is asked about several times in a row, and its newest version read once.
  let current: { readonly subject: string; readonly versions: readonly EarlierVersion[] } | undefined
  const versionsOf = (subject: string): readonly EarlierVersion[] => {
    if (current?.subject !== subject) {
      current = { subject, versions: toEarlierVersions(root, subjects.get(subject)?.versions ?? []) }
    }
    return current.versions
  }
  return {
    kind: 'history',
    ref: folder,
    commit: undefined,
    label: `history ${folder}`,
    problems: [],
    versionsOf: (_schema, subject) => versionsOf(subject),
    isUnchanged(schema: LoadedSchema, subject) {
      const newest = versionsOf(subject).at(-1)
      if (newest === undefined) return false
      // What history record wrote is this very text; only what others wrote has to be understood first.
      return (
        readRecordedText(root, newest.file).trimEnd() === selfContainedText(schema.parsed) ||
        isSameSchema(newest.parsed, schema.parsed)
      )
    },
    lostSubjects: (present) =>
      [...subjects.values()]
        .filter(({ subject }) => !present.has(subject))
        .map(({ subject, versions }) => ({ subject, file: versions.at(-1)?.file ?? folder })),
  }
}

/**
 * Versions that are read when somebody looks at them, and then let go: 40,000 of them are more than memory should hold.
 * The newest and the last one that was looked at stay, since they are looked at again.
 */
function toEarlierVersions(root: string, versions: readonly HistoryVersion[]): readonly EarlierVersion[] {
  const kept = new Map<'newest' | 'last', { readonly file: string; readonly parsed: ParsedSchema }>()
  const read = (file: string): ParsedSchema => {
    const slot = file === versions.at(-1)?.file ? 'newest' : 'last'
    const known = kept.get(slot)
    if (known?.file === file) return known.parsed
    const parsed = readRecordedVersion(root, file)
    kept.set(slot, { file, parsed })
    return parsed
  }
  return versions.map(({ version, file }) => ({
    label: `v${version}`,
    file,
    get parsed() {
      return read(file)
    },
    fileOf: () => file,
  }))
}
