import type { CompatibilityMode } from '@headwater/avro'
import type { ConfigSource } from '@headwater/config'
import { loadAcceptedFile, type AcceptedBreak } from './accepted-file.ts'
import { applyAccepted } from './apply-accepted.ts'
import type { Baseline } from './baseline.ts'
import type { BaselineOptions } from './baseline-options.ts'
import { checkBaseline } from './check-baseline.ts'
import { toPattern } from './find-schema-files.ts'
import { findSubjectProblems } from './find-subject-problems.ts'
import { loadAskedTree } from './load-asked-tree.ts'
import { loadWorkingTree } from './load-working-tree.ts'
import { openBaseline } from './open-baseline.ts'
import type { Report, ReportProblem, ReportResult } from './report.ts'
import { loadSchemasConfig } from './schemas-config.ts'
import { exitCodes, worstExitCode } from './schemas-exit-code.ts'
import {
  placelessProblem,
  problemKinds,
  SchemasProblemError,
  type SchemasProblem,
} from './schemas-problem.ts'
import type { SchemaSnapshot } from './schema-snapshot.ts'
import { createSubjectRules, type SubjectRules } from './subject-rules.ts'

/** A baseline and the working tree that was compared with it. */
export interface ComparedState {
  readonly baseline: Baseline
  readonly working: SchemaSnapshot
  /** How many results of the report came of it; they stand together, in the order of the baselines. */
  readonly resultCount: number
}

/** What `headwater schemas check` is told. */
export interface CheckSchemasOptions extends BaselineOptions {
  /** The working directory. */
  readonly root: string
  readonly env: ConfigSource
  /** Files, folders and patterns; what they refer to is looked at, too. Default: the configuration's. */
  readonly patterns: readonly string[]
  readonly configFile: string | undefined
  /** `git:<ref>` and the like, as `openBaseline` reads it. Default: the configuration's, else `git`. */
  readonly against: readonly string[]
  readonly mergeBase: boolean
  /** The level of all subjects, over the configuration. */
  readonly mode: CompatibilityMode | undefined
  /** Subjects by file, over the configuration. */
  readonly subjects?: ReadonlyMap<string, readonly string[]> | undefined
  readonly acceptedFile: string | undefined
  /** Whether unchanged schemas are compared, too. */
  readonly allFiles: boolean
  readonly failOn: 'break' | 'warning' | 'none'
  /** Is told of every baseline that was compared with. */
  readonly onCompared?: ((state: ComparedState) => void) | undefined
  /** Today in UTC, `YYYY-MM-DD`: the day that acceptances are held to. */
  readonly today: string
}

/**
 * Compares the schemas of the working tree with those of the baselines. Whatever goes wrong on the way becomes a
 * problem of the report, and the work goes on with the rest.
 */
export async function checkSchemas(options: CheckSchemasOptions): Promise<Report> {
  const problems: SchemasProblem[] = []
  const config = collect(problems, () => loadSchemasConfig(options.root, options.configFile))
  if (config === undefined) return toReport(options, [], [], 0, [], problems)
  const { root } = options
  const configured = config.schemas.map((pattern) => toPattern(root, pattern))
  const asked = options.patterns.map((pattern) => toPattern(root, pattern))
  const { snapshot: working, problems: found } = loadAskedTree(root, asked, configured)
  // What a schema referred to before may be none of those that it refers to now.
  const patterns = [...asked, ...configured]
  problems.push(...found)
  const rules = createSubjectRules(config, { mode: options.mode, subjects: options.subjects })
  problems.push(...findSubjectProblems([...working.schemas.values()], rules))
  for (const file of options.subjects?.keys() ?? []) {
    if (working.files.has(file)) continue
    const fix = 'give the path of a schema file, relative to the working directory'
    problems.push(
      placelessProblem('config-invalid', `--subject names ${file}, which is none of the schemas`, fix),
    )
  }
  const accepted =
    collect(problems, () => loadAcceptedFile(options.root, options.acceptedFile ?? config.accepted)) ??
    new Map<string, AcceptedBreak>()
  const against = options.against.length > 0 ? options.against : config.against
  const baselines: Baseline[] = []
  const results: ReportResult[] = []
  for (const name of against.length > 0 ? against : ['git']) {
    try {
      const baseline = await openBaseline(name, { ...options, config, patterns, rules, working })
      baselines.push(baseline)
      const { allFiles } = options
      const found = checkBaseline({
        baseline,
        working,
        rules,
        subjectsBeside: () => (asked.length === 0 ? new Set() : subjectsBeside(root, configured, rules)),
        allFiles,
        allowDelete: config.allowDelete,
        levels: config.rules,
      })
      results.push(...found.results.map((result) => withRemarks(result, baseline)))
      problems.push(...found.problems, ...(baseline.failures ?? []))
      options.onCompared?.({ baseline, working, resultCount: found.results.length })
    } catch (thrown) {
      if (!(thrown instanceof SchemasProblemError)) throw thrown
      problems.push(...thrown.problems)
    }
  }
  const judged = applyAccepted(results, accepted, options.today)
  return toReport(
    options,
    baselines,
    judged,
    working.schemas.size,
    baselines.flatMap((b) => b.problems),
    problems,
  )
}

/** With paths on the command line only some of the schemas are looked at; those of the configuration are there, too. */
function subjectsBeside(
  root: string,
  configured: readonly string[],
  rules: SubjectRules,
): ReadonlySet<string> | undefined {
  const { snapshot } = loadWorkingTree(root, configured)
  if (snapshot.files.size > snapshot.schemas.size) return undefined
  return new Set([...snapshot.schemas.values()].flatMap((schema) => rules.subjectsOf(schema)))
}

/** The report of a check that could not begin. */
export function toFailedReport(problems: readonly SchemasProblem[]): Report {
  return toReport({ failOn: 'break' }, [], [], 0, [], problems)
}

function withRemarks(result: ReportResult, { remarksOn }: Baseline): ReportResult {
  const remarks = remarksOn?.(result.subject) ?? []
  return remarks.length === 0 ? result : { ...result, findings: [...result.findings, ...remarks] }
}

function collect<T>(problems: SchemasProblem[], work: () => T): T | undefined {
  try {
    return work()
  } catch (thrown) {
    if (!(thrown instanceof SchemasProblemError)) throw thrown
    problems.push(...thrown.problems)
    return undefined
  }
}

function toReport(
  { failOn }: Pick<CheckSchemasOptions, 'failOn'>,
  baselines: readonly Baseline[],
  results: readonly ReportResult[],
  schemas: number,
  warnings: readonly SchemasProblem[],
  problems: readonly SchemasProblem[],
): Report {
  const findings = results.flatMap((result) => result.findings)
  const open = findings.filter(({ accepted }) => accepted === null || accepted.expired)
  const breaks = open.filter(({ severity }) => severity === 'break').length
  const openWarnings = open.filter(({ severity }) => severity === 'warning').length
  const failing = failOn === 'none' ? 0 : failOn === 'break' ? breaks : breaks + openWarnings
  const codes = [
    ...problems.map(({ code }) => problemKinds[code]),
    failing > 0 ? exitCodes.breaking : exitCodes.ok,
  ]
  return {
    version: 1,
    tool: 'headwater',
    baselines: baselines.map(({ kind, ref, commit, label }) => ({
      kind,
      ref,
      commit: commit ?? null,
      label,
    })),
    summary: {
      schemas,
      compared: results.filter(({ comparedWith }) => comparedWith.length > 0).length,
      breaks,
      warnings: openWarnings,
      infos: open.length - breaks - openWarnings,
      accepted: findings.length - open.length,
      problems: problems.length,
      exitCode: worstExitCode(codes),
    },
    results: [...results],
    warnings: warnings.map(toReportProblem),
    problems: problems.map(toReportProblem),
  }
}

function toReportProblem({ code, file, line, column, message, fix }: SchemasProblem): ReportProblem {
  return { code, file: file ?? null, line: line ?? null, column: column ?? null, message, fix }
}
