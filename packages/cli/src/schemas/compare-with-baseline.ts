import {
  checkEvolution,
  findEvolutionAdvice,
  findEvolutionFindings,
  type CompatibilityMode,
  type EvolutionFailure,
  type EvolutionFinding,
  type ParsedSchema,
} from '@headwater/avro'
import type { EarlierVersion } from './baseline.ts'
import { directionsOf } from './directions-of.ts'
import { isSameSchema } from './is-same-schema.ts'
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

/** What came of a comparison. */
export interface ComparisonResult {
  readonly findings: readonly ReportFinding[]
  /** The version before the newest that says the same as the schema. */
  readonly revertOf: EarlierVersion | undefined
}

/**
 * Applies the level to all versions and tells what breaks, then what is unwise about the step from the newest version.
 * What is the same with several versions is one finding that names them all. Each version is looked at once, newest
 * first: reading one may take a file.
 */
export function compareWithBaseline(comparison: Comparison): ComparisonResult {
  const { schema, versions, mode } = comparison
  const breaks = new Map<string, ReportFinding>()
  const later = new Map<string, ReportFinding>()
  const isTransitive = mode.endsWith('_TRANSITIVE')
  const newest = versions.at(-1)
  let revertOf: EarlierVersion | undefined
  for (const earlier of versions.toReversed()) {
    const { parsed } = earlier
    const { failures } = checkEvolution({ proposed: schema.parsed, previous: [parsed], mode })
    const found = failures.flatMap((failure) => toFindings(failure, earlier, parsed, comparison))
    for (const finding of found) addTo(isTransitive || earlier === newest ? breaks : later, finding)
    if (earlier !== newest && revertOf === undefined && isSameSchema(schema.parsed, parsed))
      revertOf = earlier
  }
  const laterFindings = toLater(later, breaks, comparison)
  const told = new Set(laterFindings.map(({ path }) => path))
  // A default that is gone is told by the older version that cannot do without it.
  const advice = findAdvice(comparison).filter(
    ({ ruleId, path }) => ruleId !== 'default-changed' || !told.has(path),
  )
  return { findings: [...breaks.values(), ...laterFindings, ...advice], revertOf }
}

/** What is unwise about the step from the newest version, or about a schema that is new. */
function findAdvice(comparison: Comparison): readonly ReportFinding[] {
  const { schema, versions, mode } = comparison
  if (mode === 'NONE') return []
  const earlier = versions.at(-1)
  const previous = earlier?.parsed
  const directions = directionsOf(mode)
  const proposed = schema.parsed
  const unsound = directions.flatMap((direction) =>
    previous === undefined ? [] : findEvolutionFindings({ proposed, previous, direction }),
  )
  return [
    ...unsound.filter(({ kind }) => kind === 'advice'),
    ...findEvolutionAdvice({ proposed, previous, directions }),
  ].flatMap((finding) => judge(finding, earlier, comparison))
}

function judge(
  finding: EvolutionFinding,
  earlier: EarlierVersion | undefined,
  comparison: Comparison,
): readonly ReportFinding[] {
  const severity = severityOf(finding.ruleId, comparison)
  return severity === 'off' ? [] : [toReportFinding(finding, { ...comparison, earlier, severity })]
}

function toFindings(
  failure: EvolutionFailure,
  earlier: EarlierVersion,
  previous: ParsedSchema,
  comparison: Comparison,
): readonly ReportFinding[] {
  const { direction } = failure
  const proposed = comparison.schema.parsed
  const findings = findEvolutionFindings({ proposed, previous, direction, answer: failure })
  return findings.flatMap((finding) => judge(finding, earlier, comparison))
}

/** One finding for what is the same with several versions. */
function addTo(findings: Map<string, ReportFinding>, finding: ReportFinding): void {
  const known = findings.get(finding.fingerprint) ?? { ...finding, versions: [] }
  const versions = [...new Set([...known.versions, ...finding.versions])]
  findings.set(finding.fingerprint, { ...known, versions })
}

/** What a level that looks at the newest version alone lets pass, although older ones have it. */
function toLater(
  later: ReadonlyMap<string, ReportFinding>,
  known: ReadonlyMap<string, ReportFinding>,
  comparison: Comparison,
): readonly ReportFinding[] {
  const severity = severityOf('not-transitive', comparison)
  if (severity === 'off') return []
  return [...later.values()]
    .filter(({ fingerprint }) => !known.has(fingerprint))
    .map((finding) => ({
      ...finding,
      ruleId: 'not-transitive',
      kind: 'advice',
      severity,
      javaType: null,
      javaLocation: null,
      javaMessage: null,
      fingerprint: fingerprintOf(['not-transitive', finding.fingerprint]),
      message: `${comparison.mode} looks at the newest version alone; with older ones this breaks (${finding.ruleId}). ${finding.message}`,
    }))
}
