import type { CompatibilityMode, ParsedSchema } from '@headwater/avro'
import type { ReportFinding } from './report.ts'
import type { LoadedSchema } from './schema-snapshot.ts'
import type { SchemasProblem } from './schemas-problem.ts'

/** An earlier version of a schema. */
export interface EarlierVersion {
  /** How reports call it: a short commit id, or `v3`. */
  readonly label: string
  /** Where it came from. */
  readonly file: string
  readonly parsed: ParsedSchema
  /** Which file of that state defines a full name. */
  fileOf(fullName: string): string | undefined
}

/** A subject of the baseline that the working tree no longer has. */
interface LostSubject {
  readonly subject: string
  readonly file: string
}

/** What the working tree is compared with. */
export interface Baseline {
  readonly kind: 'git' | 'git-log' | 'history' | 'registry'
  /** For people: `origin/main`. */
  readonly ref: string
  readonly commit: string | undefined
  /** For people: `1a2b3c4 (merge-base of origin/main)`. */
  readonly label: string
  /** What in the baseline could not be read; nothing to fail for where the new state is sound. */
  readonly problems: readonly SchemasProblem[]
  /** What kept versions from being compared that had to be; complete when all were asked for. */
  readonly failures?: readonly SchemasProblem[] | undefined
  /** The level where the baseline knows one; default: the configuration's. */
  readonly modeOf?: ((schema: LoadedSchema, subject: string) => CompatibilityMode) | undefined
  /** Findings of the baseline's own. */
  readonly remarksOn?: ((subject: string) => readonly ReportFinding[]) | undefined
  /** Earlier versions of a schema, oldest first; read when asked for, so that they need not all be in memory. */
  versionsOf(schema: LoadedSchema, subject: string): readonly EarlierVersion[]
  /** Whether the schema and all that it refers to is as it was. */
  isUnchanged(schema: LoadedSchema, subject: string): boolean
  /** Subjects that were there and whose file is gone; to be asked after all versions. */
  lostSubjects(subjects: ReadonlySet<string>): readonly LostSubject[]
}
