import type { ParsedSchema } from '@headwater/avro'
import { checkSchemas, type CheckSchemasOptions, type ComparedState } from './check-schemas.ts'
import { findChanges } from './find-changes.ts'
import type { Report, ReportPlace, ReportResult } from './report.ts'
import type { ChangePlace, SchemaChange } from './schema-change.ts'

/** One difference between a schema and the version before it. */
export interface DiffChange {
  readonly kind: SchemaChange['kind']
  /** Whether no finding about its place says that it breaks somebody. */
  readonly safe: boolean
  /** Field names from the root; empty for the root itself. */
  readonly path: string
  readonly text: string
  /** A place in the working tree; where something is gone, what it was taken from. */
  readonly location: ReportPlace
  /** The place in the version before. */
  readonly baseLocation: ReportPlace
}

/** What check says of a schema, and all that changed. */
export interface DiffResult extends ReportResult {
  /** In the order of the schema. */
  readonly changes: readonly DiffChange[]
}

/** A report of `check` with all changes. */
export interface DiffReport extends Report {
  readonly results: readonly DiffResult[]
}

/** Makes the report of a check that fails for no finding, and adds what changed since the newest earlier version. */
export async function diffSchemas(options: CheckSchemasOptions): Promise<DiffReport> {
  const states: ComparedState[] = []
  const report = await checkSchemas({
    ...options,
    failOn: 'none',
    onCompared: (state) => void states.push(state),
  })
  const stateOf = states.flatMap((state) => Array.from({ length: state.resultCount }, () => state))
  const results = report.results.map((result, at) => ({ ...result, changes: changesOf(result, stateOf[at]) }))
  return { ...report, results }
}

function changesOf(result: ReportResult, state: ComparedState | undefined): readonly DiffChange[] {
  if (result.status !== 'changed') return []
  const schema = state?.working.schemas.get(result.file)
  if (state === undefined || schema === undefined) return []
  const newest = state.baseline.versionsOf(schema, result.subject).at(-1)
  if (newest === undefined) return []
  const breaking = new Set(
    result.findings.filter(({ severity }) => severity === 'break').map(({ path }) => path),
  )
  return findChanges(newest.parsed.root, schema.parsed.root).map(({ kind, path, text, before, after }) => ({
    kind,
    safe: !breaking.has(path.join('.')),
    path: path.join('.'),
    text,
    location: toPlace(after, schema, (name) => state.working.fileOf(name)),
    baseLocation: toPlace(before, newest, (name) => newest.fileOf(name)),
  }))
}

/** A node of a shared type stands in the file that defines that type. */
function toPlace(
  { node: { line, column }, definedIn }: ChangePlace,
  { file, parsed }: { readonly file: string; readonly parsed: ParsedSchema },
  fileOf: (fullName: string) => string | undefined,
): ReportPlace {
  const isShared = definedIn !== undefined && parsed.referenced.has(definedIn)
  return { file: (isShared ? fileOf(definedIn) : undefined) ?? file, line, column }
}
