import type { Report, ReportFinding, ReportProblem, ReportResult } from './report.ts'
import { placelessProblem, SchemasProblemError, type SchemasProblem } from './schemas-problem.ts'

/** A finding and where it belongs: several results where a shared type is at fault. */
export interface FoundFinding {
  readonly finding: ReportFinding
  /** Each with that finding alone. */
  readonly results: readonly ReportResult[]
}

/**
 * The finding with a fingerprint.
 *
 * @throws SchemasProblemError when there is none; what kept schemas from being checked is named, too, for the finding
 * may be behind it.
 */
export function findByFingerprint(report: Report, fingerprint: string): FoundFinding {
  const results = report.results.flatMap((result) => {
    const findings = result.findings.filter((finding) => finding.fingerprint === fingerprint)
    return findings.length === 0 ? [] : [{ ...result, findings }]
  })
  const [finding] = results.flatMap(({ findings }) => findings)
  if (finding !== undefined) return { finding, results }
  const message = `no finding has the fingerprint ${fingerprint}`
  const fix = 'copy it from headwater schemas check, and compare with the same: --against and --mode'
  const missing = placelessProblem('config-invalid', message, fix)
  throw new SchemasProblemError(missing, ...report.problems.map(toProblem))
}

function toProblem(problem: ReportProblem): SchemasProblem {
  const { code, file, line, column, message, fix } = problem
  return {
    code: code as SchemasProblem['code'],
    file: file ?? undefined,
    line: line ?? undefined,
    column: column ?? undefined,
    message,
    fix,
  }
}
