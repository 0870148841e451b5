import type { Baseline } from './baseline.ts'
import { compareWithBaseline } from './compare-with-baseline.ts'
import { findDeletion, findSetFindings } from './find-set-findings.ts'
import { orderFindings } from './order-findings.ts'
import type { ReportResult } from './report.ts'
import type { SeverityOptions } from './rule-severity.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import { SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'
import type { SubjectRules } from './subject-rules.ts'
import { withinStack } from './within-stack.ts'

/** What is compared with what. */
export interface CheckBaselineOptions {
  readonly baseline: Baseline
  readonly working: SchemaSnapshot
  readonly rules: SubjectRules
  /** Subjects of the schemas that are there and were not asked for; `undefined` when they cannot all be read. */
  readonly subjectsBeside: () => ReadonlySet<string> | undefined
  /** Whether unchanged schemas are compared, too. */
  readonly allFiles: boolean
  readonly allowDelete: boolean
  /** What the configuration says that rules count as. */
  readonly levels: SeverityOptions['levels']
}

/** What came of a baseline. */
export interface CheckedBaseline {
  readonly results: readonly ReportResult[]
  /** The schemas that are too deep to be compared, which have no result. */
  readonly problems: readonly SchemasProblem[]
}

/** Compares every schema of the working tree with its earlier versions, in the order of files; the lost ones follow. */
export function checkBaseline(options: CheckBaselineOptions): CheckedBaseline {
  const { baseline, working, rules } = options
  const schemas = [...working.schemas.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1))
  const problems: SchemasProblem[] = []
  const results = schemas.flatMap((schema) => {
    const check = (): ReportResult[] =>
      rules.subjectsOf(schema).map((subject) => checkOne(schema, subject, options))
    return unlessTooLarge(problems, () => withinStack(schema.file, check))
  })
  const subjects = new Set(schemas.flatMap((schema) => rules.subjectsOf(schema)))
  // A file that cannot be understood is a problem already; whether a type moved cannot be said while there is one.
  const isWhole = working.files.size === working.schemas.size
  const lost = isWhole ? findLost(subjects, options) : []
  const deleted = lost.map(({ subject, file }): ReportResult => ({
    baseline: baseline.ref,
    file,
    subject,
    mode: rules.modeOf(file),
    status: 'deleted',
    via: [],
    comparedWith: [],
    findings: options.allowDelete ? [] : [...findDeletion(subject, file, severityOptions(file, options))],
  }))
  return { results: [...results, ...deleted], problems }
}

/** A schema that cannot be followed is a problem of its own; the others are compared all the same. */
function unlessTooLarge(problems: SchemasProblem[], check: () => ReportResult[]): ReportResult[] {
  try {
    return check()
  } catch (thrown) {
    if (!(thrown instanceof SchemasProblemError)) throw thrown
    if (thrown.problems.some(({ code }) => code !== 'schema-too-large')) throw thrown
    problems.push(...thrown.problems)
    return []
  }
}

/** The subjects that no schema has any more. Which there are beside those that were asked for is read for that alone. */
function findLost(
  subjects: ReadonlySet<string>,
  { baseline, subjectsBeside }: CheckBaselineOptions,
): ReturnType<Baseline['lostSubjects']> {
  const lost = baseline.lostSubjects(subjects)
  if (lost.length === 0) return lost
  const beside = subjectsBeside()
  return beside === undefined ? [] : lost.filter(({ subject }) => !beside.has(subject))
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
