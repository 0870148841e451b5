import type { Baseline } from './baseline.ts'
import { compareWithBaseline, fingerprintOf } from './compare-with-baseline.ts'
import type { ReportFinding, ReportResult } from './report.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import type { SubjectRules } from './subject-rules.ts'

/** What is compared with what. */
export interface CheckBaselineOptions {
  readonly baseline: Baseline
  readonly working: SchemaSnapshot
  readonly rules: SubjectRules
  /** Whether unchanged schemas are compared, too. */
  readonly allFiles: boolean
  readonly allowDelete: boolean
}

/** Compares every schema of the working tree with its earlier versions, in the order of files; the lost ones follow. */
export function checkBaseline(options: CheckBaselineOptions): readonly ReportResult[] {
  const { baseline, working, rules } = options
  const schemas = [...working.schemas.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const results = schemas.flatMap((schema) =>
    rules.subjectsOf(schema).map((subject) => checkOne(schema, subject, options)),
  )
  const subjects = new Set(results.map(({ subject }) => subject))
  // A file that cannot be understood is a problem already; whether a type moved cannot be said while there is one.
  const isWhole = working.files.size === working.schemas.size
  const lost = isWhole ? baseline.lostSubjects(subjects) : []
  return [
    ...results,
    ...lost.map(({ subject, file }): ReportResult => ({
      baseline: baseline.ref,
      file,
      subject,
      mode: rules.modeOf(file),
      status: 'deleted',
      via: [],
      comparedWith: [],
      findings: options.allowDelete ? [] : [deletion(subject, file)],
    })),
  ]
}

function checkOne(schema: LoadedSchema, subject: string, options: CheckBaselineOptions): ReportResult {
  const { baseline, working, rules } = options
  const mode = baseline.modeOf?.(schema, subject) ?? rules.modeOf(schema.file)
  const common = { baseline: baseline.ref, file: schema.file, subject, mode, via: [...schema.references] }
  const unchanged = baseline.isUnchanged(schema, subject)
  if (!options.allFiles && unchanged) {
    return { ...common, status: 'unchanged', comparedWith: [], findings: [] }
  }
  const versions = baseline.versionsOf(schema, subject)
  const severity = rules.isUnstable(schema.file) ? 'warning' : 'break'
  const findings = compareWithBaseline({ schema, subject, mode, versions, working, severity })
  return {
    ...common,
    status: versions.length === 0 ? 'added' : unchanged ? 'unchanged' : 'changed',
    comparedWith: comparedLabels(
      mode,
      versions.map(({ label }) => label),
    ),
    findings: [...findings],
  }
}

/** Newest first, and only the newest unless the level is transitive. */
function comparedLabels(mode: string, labels: readonly string[]): string[] {
  if (mode === 'NONE') return []
  return mode.endsWith('_TRANSITIVE') ? labels.toReversed() : labels.slice(-1)
}

function deletion(subject: string, file: string): ReportFinding {
  return {
    ruleId: 'schema-deleted',
    severity: 'break',
    direction: null,
    versions: [],
    path: '',
    location: null,
    baseLocation: { file, line: 1, column: 1 },
    message: `The schema of ${subject} is gone; the registry still has the subject, and consumers may read it.`,
    fix: 'keep the file until nobody reads the topic, or allow it: allowDelete: true in headwater.schemas.yaml, or accept the finding',
    javaType: null,
    javaLocation: null,
    javaMessage: null,
    fingerprint: fingerprintOf(['schema-deleted', subject]),
    accepted: null,
  }
}
