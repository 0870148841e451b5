import {
  checkEvolution,
  type CompatibilityMode,
  type EvolutionDirection,
  type FieldNode,
  type ParsedSchema,
  type SchemaNode,
} from '@headwater/avro'
import { createHash } from 'node:crypto'
import type { EarlierVersion } from './baseline.ts'
import { ambiguousAlias, toRuleText } from './evolution-rule.ts'
import type { ReportFinding, ReportPlace } from './report.ts'
import { findRootCauses, type RootCause } from './root-cause.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'

/** A schema and the versions before it. */
export interface Comparison {
  readonly schema: LoadedSchema
  readonly subject: string
  readonly mode: CompatibilityMode
  /** Oldest first. */
  readonly versions: readonly EarlierVersion[]
  readonly working: SchemaSnapshot
  readonly severity: 'break' | 'warning'
}

/**
 * Applies the level to all versions and tells what breaks, root causes first. What is the same with several versions
 * is one finding that names them all.
 */
export function compareWithBaseline(comparison: Comparison): readonly ReportFinding[] {
  const { schema, versions, mode } = comparison
  const { failures } = checkEvolution({
    proposed: schema.parsed,
    previous: versions.map((v) => v.parsed),
    mode,
  })
  const findings = new Map<string, ReportFinding>()
  for (const failure of failures) {
    const earlier = versions[failure.previousIndex]!
    for (const finding of describeFailure(comparison, failure, earlier)) {
      const known = findings.get(finding.fingerprint)
      if (known === undefined) findings.set(finding.fingerprint, finding)
      else if (!known.versions.includes(earlier.label)) {
        findings.set(finding.fingerprint, { ...known, versions: [...known.versions, earlier.label] })
      }
    }
  }
  return [...findings.values()].toSorted(byPlace)
}

function describeFailure(
  comparison: Comparison,
  failure: ReturnType<typeof checkEvolution>['failures'][number],
  earlier: EarlierVersion,
): readonly ReportFinding[] {
  const { direction, exception, incompatibilities } = failure
  const { schema, subject, severity } = comparison
  if (exception !== undefined) {
    const text = ambiguousAlias(direction, exception)
    const root = placeOf(schema.parsed.root, schema.file)
    const java = { javaType: null, javaLocation: null, javaMessage: exception }
    const base = placeOf(earlier.parsed.root, earlier.file)
    const fingerprint = fingerprintOf([text.ruleId, subject, direction, exception])
    const common = { severity, direction, versions: [earlier.label], path: '', accepted: null }
    return [{ ...text, ...common, ...java, location: root, baseLocation: base, fingerprint }]
  }
  const [reader, writer] = inDirection(direction, schema.parsed, earlier.parsed)
  return incompatibilities
    .flatMap((incompatibility) => findRootCauses(reader, writer, incompatibility))
    .map((cause) => describeCause(comparison, cause, direction, earlier))
}

function describeCause(
  { schema, subject, severity, working }: Comparison,
  cause: RootCause,
  direction: EvolutionDirection,
  earlier: EarlierVersion,
): ReportFinding {
  const text = toRuleText(cause, direction)
  const path = cause.names.join('.')
  const readerNodes = cause.steps.map((step) => step.reader)
  const writerNodes = cause.steps.flatMap((step) => step.writer ?? [])
  const [ours, theirs] = inDirection(direction, readerNodes, writerNodes)
  return {
    ruleId: text.ruleId,
    severity,
    direction,
    versions: [earlier.label],
    path,
    location: lastPlace(ours, schema, working),
    baseLocation: lastPlace(theirs, earlier, earlier),
    message: text.message,
    fix: text.fix,
    javaType: cause.reported.type,
    javaLocation: cause.reported.location,
    javaMessage: cause.reported.message,
    fingerprint: fingerprintOf([text.ruleId, subject, direction, path, cause.leaf.message]),
    accepted: null,
  }
}

/** Backward: ours reads theirs. Forward: theirs reads ours. Its own inverse. */
function inDirection<T>(direction: EvolutionDirection, ours: T, theirs: T): readonly [T, T] {
  return direction === 'backward' ? [ours, theirs] : [theirs, ours]
}

/** A node of a shared type stands in the file that defines that type. */
function lastPlace(
  nodes: readonly (SchemaNode | FieldNode)[],
  schema: Pick<LoadedSchema, 'file' | 'parsed'>,
  state: Pick<SchemaSnapshot, 'fileOf'>,
): ReportPlace {
  const { referenced }: ParsedSchema = schema.parsed
  const owner = nodes.findLast((node) => 'fullName' in node)
  const isShared = owner !== undefined && 'fullName' in owner && referenced.has(owner.fullName)
  const file = isShared ? state.fileOf(owner.fullName) : undefined
  return placeOf(nodes.at(-1)!, file ?? schema.file)
}

function placeOf({ line, column }: SchemaNode | FieldNode, file: string): ReportPlace {
  return { file, line, column }
}

/** Names, never indexes or lines, so that a fingerprint outlives reformatting. */
export function fingerprintOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

function byPlace(a: ReportFinding, b: ReportFinding): number {
  const [left, right] = [a.location, b.location]
  if (left?.file !== right?.file) return (left?.file ?? '') < (right?.file ?? '') ? -1 : 1
  const lines = (left?.line ?? 0) - (right?.line ?? 0) || (left?.column ?? 0) - (right?.column ?? 0)
  return lines || (a.fingerprint < b.fingerprint ? -1 : 1)
}
