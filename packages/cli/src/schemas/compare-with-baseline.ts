import {
  checkEvolution,
  findEvolutionFindings,
  type CompatibilityMode,
  type EvolutionFailure,
  type EvolutionFinding,
} from '@headwater/avro'
import type { EarlierVersion } from './baseline.ts'
import type { ReportFinding } from './report.ts'
import { severityOf, type SeverityOptions } from './rule-severity.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import { fingerprintOf, toReportFinding } from './to-report-finding.ts'

/** A schema and the versions before it. */
export interface Comparison extends SeverityOptions {
  readonly schema: LoadedSchema
  readonly subject: string
  readonly mode: CompatibilityMode
  /** Oldest first. */
  readonly versions: readonly EarlierVersion[]
  readonly working: SchemaSnapshot
}

/**
 * Applies the level to all versions and tells what breaks, then what is unwise about the step from the newest version.
 * What is the same with several versions is one finding that names them all.
 */
export function compareWithBaseline(comparison: Comparison): readonly ReportFinding[] {
  const { schema, versions, mode } = comparison
  const previous = versions.map(({ parsed }) => parsed)
  const { failures } = checkEvolution({ proposed: schema.parsed, previous, mode })
  const findings = collect(failures, comparison)
  return [...findings, ...findLater(findings, comparison)]
}

/** One finding for what is the same with several versions. */
function collect(failures: readonly EvolutionFailure[], comparison: Comparison): readonly ReportFinding[] {
  const { schema, versions } = comparison
  const findings = new Map<string, ReportFinding>()
  for (const failure of failures) {
    const { direction, previousIndex } = failure
    const earlier = versions[previousIndex]!
    const found = findEvolutionFindings({
      proposed: schema.parsed,
      previous: earlier.parsed,
      direction,
      answer: failure,
    })
    for (const finding of found.flatMap((each) => judge(each, earlier, comparison))) {
      const known = findings.get(finding.fingerprint)
      const versionsSoFar = known?.versions ?? []
      if (versionsSoFar.includes(earlier.label)) continue
      findings.set(finding.fingerprint, {
        ...(known ?? finding),
        versions: [...versionsSoFar, earlier.label],
      })
    }
  }
  return [...findings.values()]
}

function judge(
  finding: EvolutionFinding,
  earlier: EarlierVersion | undefined,
  comparison: Comparison,
): readonly ReportFinding[] {
  const severity = severityOf(finding.ruleId, comparison)
  return severity === 'off' ? [] : [toReportFinding(finding, { ...comparison, earlier, severity })]
}

/** What a level that looks at the newest version alone lets pass, although older ones have it. */
function findLater(known: readonly ReportFinding[], comparison: Comparison): readonly ReportFinding[] {
  const { schema, versions, mode } = comparison
  const severity = severityOf('not-transitive', comparison)
  if (severity === 'off' || versions.length < 2 || mode === 'NONE' || mode.endsWith('_TRANSITIVE')) return []
  const { failures } = checkEvolution({
    proposed: schema.parsed,
    previous: versions.slice(0, -1).map(({ parsed }) => parsed),
    mode: `${mode}_TRANSITIVE` as CompatibilityMode,
  })
  const seen = new Set(known.map(({ fingerprint }) => fingerprint))
  return collect(failures, comparison)
    .filter(({ kind, fingerprint }) => kind === 'registry' && !seen.has(fingerprint))
    .map((finding) => ({
      ...finding,
      ruleId: 'not-transitive',
      kind: 'advice',
      severity,
      javaType: null,
      javaLocation: null,
      javaMessage: null,
      fingerprint: fingerprintOf(['not-transitive', finding.fingerprint]),
      message: `${mode} looks at the newest version alone; with older ones this breaks (${finding.ruleId}). ${finding.message}`,
    }))
}
