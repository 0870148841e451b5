import type { Baseline } from './baseline.ts'
import { compareWithBaseline } from './compare-with-baseline.ts'
import { findDeletion, findSetFindings } from './find-set-findings.ts'
import { orderFindings } from './order-findings.ts'
import type { ReportResult } from './report.ts'
import type { SeverityOptions } from './rule-severity.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import type { SubjectRules } from './subject-rules.ts'
import { withinStack } from './within-stack.ts'

/** What is compared with what. */
export interface CheckBaselineOptions {
  readonly baseline: Baseline
  readonly working: SchemaSnapshot
  readonly rules: SubjectRules
  /** Whether unchanged schemas are compared, too. */
  readonly allFiles: boolean
  readonly allowDelete: boolean
  /** What the configuration says that rules count as. */
  readonly levels: SeverityOptions['levels']
}

/** Compares every schema of the working tree with its earlier versions, in the order of files; the lost ones follow. */
export function checkBaseline(options: CheckBaselineOptions): readonly ReportResult[] {
  const { baseline, working, rules } = options
  const schemas = [...working.schemas.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const results = schemas.flatMap((schema) =>
    rules
      .subjectsOf(schema)
      .map((subject) => withinStack(schema.file, () => checkOne(schema, subject, options))),
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
      findings: options.allowDelete ? [] : [...findDeletion(subject, file, severityOptions(file, options))],
    })),
  ]
}

function checkOne(schema: LoadedSchema, subject: string, options: CheckBaselineOptions): ReportResult {
  const { baseline, working, rules } = options
  const mode = baseline.modeOf?.(schema, subject) ?? rules.modeOf(schema.file)
  const common = { baseline: baseline.ref, file: schema.file, subject, mode, via: [...schema.references] }
  const unchanged = baseline.isUnchanged(schema, subject)
  if (!options.allFiles && unchanged) {
    return { ...common, status: 'unchanged', comparedWith: [], findings: findMove(schema, subject, options) }
  }
  const versions = baseline.versionsOf(schema, subject)
  const severities = severityOptions(schema.file, options)
  const comparison = { schema, subject, mode, versions, working, baseline, ...severities }
  const { findings, revertOf } = compareWithBaseline(comparison)
  return {
    ...common,
    status: versions.length === 0 ? 'added' : unchanged ? 'unchanged' : 'changed',
    comparedWith: comparedLabels(
      mode,
      versions.map(({ label }) => label),
    ),
    findings: orderFindings([
      ...findings,
      ...findSetFindings({
        ...comparison,
        revertOf: unchanged ? undefined : revertOf,
        subjectsOf: rules.subjectsOf,
      }),
    ]),
  }
}

/** A schema that says the same may stand in another place, or have another subject. */
function findMove(
  schema: LoadedSchema,
  subject: string,
  options: CheckBaselineOptions,
): ReportResult['findings'] {
  const { baseline, rules, working } = options
  // Of the others the earlier versions say nothing about that, and reading them takes time.
  if (baseline.kind !== 'git') return []
  const versions = baseline.versionsOf(schema, subject)
  const severities = severityOptions(schema.file, options)
  const { subjectsOf } = rules
  return orderFindings(
    findSetFindings({
      schema,
      subject,
      versions,
      revertOf: undefined,
      baseline,
      working,
      subjectsOf,
      ...severities,
    }),
  )
}

function severityOptions(file: string, { rules, levels }: CheckBaselineOptions): SeverityOptions {
  return { levels, isUnstable: rules.isUnstable(file) }
}

/** Newest first, and only the newest unless the level is transitive. */
function comparedLabels(mode: string, labels: readonly string[]): string[] {
  if (mode === 'NONE') return []
  return mode.endsWith('_TRANSITIVE') ? labels.toReversed() : labels.slice(-1)
}
