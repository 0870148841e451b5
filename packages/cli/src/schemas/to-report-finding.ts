import type { EvolutionFinding, FindingPlace, ParsedSchema } from '@headwater/avro'
import { createHash } from 'node:crypto'
import type { EarlierVersion } from './baseline.ts'
import type { ReportFinding, ReportPlace, ReportSeverity } from './report.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import type { SetRuleId } from './set-rule.ts'

/** What a finding was found with. */
export interface FindingContext {
  readonly schema: LoadedSchema
  readonly subject: string
  readonly working: SchemaSnapshot
  /** `undefined` where it is about the new schema alone. */
  readonly earlier: EarlierVersion | undefined
  readonly severity: ReportSeverity
}

/** A finding about two versions of a schema, with the files in which they stand. */
export function toReportFinding(finding: EvolutionFinding, context: FindingContext): ReportFinding {
  const { schema, subject, working, earlier, severity } = context
  const { ruleId, kind, direction, registry, symbols, message, detail, fix } = finding
  const path = finding.path.join('.')
  const [ours, theirs] =
    direction === 'forward' ? [finding.writer, finding.reader] : [finding.reader, finding.writer]
  return {
    ruleId,
    kind,
    severity,
    direction: direction ?? null,
    versions: earlier === undefined ? [] : [earlier.label],
    path,
    symbols,
    location: toReportPlace(ours, schema, working),
    pointer: ours?.pointer ?? null,
    baseLocation: earlier === undefined ? null : toReportPlace(theirs, earlier, earlier),
    basePointer: theirs?.pointer ?? null,
    message,
    detail: detail ?? null,
    fix,
    causes: finding.causes.map((cause) => {
      const {
        ruleId: inner,
        location,
        message: why,
        fix: mend,
        path: where,
      } = toReportFinding(cause, context)
      return { ruleId: inner, path: where, location, message: why, fix: mend }
    }),
    javaType: registry?.type ?? null,
    javaLocation: registry?.location ?? null,
    javaMessage: registry?.message ?? null,
    fingerprint: fingerprintOf([ruleId, subject, direction ?? '', path, finding.key]),
    accepted: null,
  }
}

/** A place in a shared type is one in the file that defines that type. */
function toReportPlace(
  place: FindingPlace | undefined,
  { file, parsed }: { readonly file: string; readonly parsed: ParsedSchema },
  state: Pick<SchemaSnapshot, 'fileOf'>,
): ReportPlace | null {
  if (place === undefined) return null
  const { line, column, definedIn } = place
  const shared =
    definedIn !== undefined && parsed.referenced.has(definedIn) ? state.fileOf(definedIn) : undefined
  return { file: shared ?? file, line, column }
}

/** What a finding about a set of schemas is made of; what is not given is null or empty. */
export interface SetFindingParts extends Partial<
  Pick<ReportFinding, 'versions' | 'location' | 'baseLocation'>
> {
  readonly ruleId: SetRuleId | 'server-verdict'
  readonly severity: ReportSeverity
  readonly message: string
  readonly fix: string
  /** What tells it from others of its rule, the subject first. */
  readonly key: readonly string[]
}

/** A finding that is not about what two versions say. */
export function toSetFinding({ key, ...parts }: SetFindingParts): ReportFinding {
  return {
    kind: 'set',
    direction: null,
    versions: [],
    path: '',
    symbols: [],
    location: null,
    pointer: null,
    baseLocation: null,
    basePointer: null,
    detail: null,
    causes: [],
    javaType: null,
    javaLocation: null,
    javaMessage: null,
    accepted: null,
    ...parts,
    fingerprint: fingerprintOf([parts.ruleId, ...key]),
  }
}

/** Names, never indexes or lines, so that a fingerprint outlives reformatting. */
export function fingerprintOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}
