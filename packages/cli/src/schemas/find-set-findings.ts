import { canonicalText, type ParsedSchema } from '@headwater/avro'
import type { Baseline, EarlierVersion } from './baseline.ts'
import type { ReportFinding, ReportPlace } from './report.ts'
import { severityOf, type SeverityOptions } from './rule-severity.ts'
import type { LoadedSchema, SchemaSnapshot } from './schema-snapshot.ts'
import type { SetRuleId } from './set-rule.ts'
import type { SubjectRules } from './subject-rules.ts'
import { toSetFinding, type SetFindingParts } from './to-report-finding.ts'
import { topicsInSchema } from './topics-in-schema.ts'

/** What is looked at beside what a schema says. */
export interface SetFindingOptions extends SeverityOptions {
  readonly schema: LoadedSchema
  readonly subject: string
  readonly baseline: Baseline
  /** Oldest first. */
  readonly versions: readonly EarlierVersion[]
  /** The version before the newest that says the same. */
  readonly revertOf: EarlierVersion | undefined
  readonly subjectsOf: SubjectRules['subjectsOf']
  readonly working: SchemaSnapshot
}

type Found = (Omit<SetFindingParts, 'severity'> & { readonly ruleId: SetRuleId }) | undefined

const rules: readonly ((options: SetFindingOptions) => Found)[] = [
  added,
  moved,
  subjectChanged,
  reverted,
  drifted,
]

/** What is worth knowing about where a schema comes from. */
export function findSetFindings(options: SetFindingOptions): readonly ReportFinding[] {
  return rules.flatMap((rule) => {
    const found = rule(options)
    return found === undefined ? [] : toFindings(found, options)
  })
}

/** A subject whose schema is gone. */
export function findDeletion(
  subject: string,
  file: string,
  options: SeverityOptions,
): readonly ReportFinding[] {
  const found: Found = {
    ruleId: 'schema-deleted',
    baseLocation: { file, line: 1, column: 1 },
    message: `The schema of ${subject} is gone; the registry still has the subject, and consumers may read it.`,
    fix: 'keep the file until nobody reads the topic, or allow it: allowDelete: true in headwater.schemas.yaml, or accept the finding',
    key: [subject],
  }
  return toFindings(found, options)
}

function toFindings(found: NonNullable<Found>, options: SeverityOptions): readonly ReportFinding[] {
  const severity = severityOf(found.ruleId, options)
  return severity === 'off' ? [] : [toSetFinding({ ...found, severity })]
}

function added({ schema, subject, versions }: SetFindingOptions): Found {
  if (versions.length > 0) return undefined
  return {
    ruleId: 'schema-added',
    location: placeOf(schema),
    message: `${subject} is new: there is nothing before it to compare it with.`,
    fix: 'nothing to do',
    key: [subject],
  }
}

function moved({ schema, subject, versions, baseline }: SetFindingOptions): Found {
  const newest = versions.at(-1)
  // Only a git baseline has the paths of the working tree, and only when it is not read from another folder.
  const hasPaths = baseline.kind.startsWith('git') && !baseline.ref.includes(':')
  if (!hasPaths || newest === undefined || newest.file === schema.file) return undefined
  return {
    ruleId: 'schema-moved',
    location: placeOf(schema),
    baseLocation: placeOf(newest),
    versions: [newest.label],
    message: `It was ${newest.file} and is taken for the same schema.`,
    fix: 'nothing to do if it is; if it is another schema, give its type another name',
    key: [subject, newest.file],
  }
}

function subjectChanged({ schema, subject, versions, baseline, subjectsOf }: SetFindingOptions): Found {
  const newest = versions.at(-1)
  if (newest === undefined || !baseline.kind.startsWith('git')) return undefined
  const fullName = 'fullName' in newest.parsed.root ? newest.parsed.root.fullName : undefined
  const before = subjectsOf({ file: newest.file, fullName, topics: topicsInSchema(newest.parsed) })
  if (before.includes(subject)) return undefined
  return {
    ruleId: 'subject-changed',
    location: placeOf(schema),
    baseLocation: placeOf(newest),
    versions: [newest.label],
    message: `Its subject was ${before.join(', ')} and is ${subject}: the registry begins anew there, and what ${before[0]} holds is checked no more.`,
    fix: `keep the subject: { match: ${JSON.stringify(schema.file)}, subject: ${JSON.stringify(before[0])} } under subjects.overrides`,
    key: [subject, ...before],
  }
}

function reverted({ schema, subject, revertOf: same }: SetFindingOptions): Found {
  if (same === undefined) return undefined
  return {
    ruleId: 'revert-of-version',
    location: placeOf(schema),
    baseLocation: placeOf(same),
    versions: [same.label],
    message: `It is ${same.label} again: a registry gives the id of that version back and checks nothing.`,
    fix: 'nothing to do if that is meant; consumers of what was written in between are not safe by it',
    key: [subject, same.label],
  }
}

/** A registry keeps with each version which versions of shared types it was made with. */
function drifted({ schema, subject, versions, baseline, working }: SetFindingOptions): Found {
  const newest = versions.at(-1)
  if (newest === undefined || baseline.kind !== 'registry') return undefined
  const { parsed } = newest
  const names = [...parsed.referenced].filter(
    (name) => schema.parsed.referenced.has(name) && textOf(parsed, name) !== textOf(schema.parsed, name),
  )
  const [first] = names
  if (first === undefined) return undefined
  const { line, column } = schema.parsed.types.get(first)!
  const pinned = newest.fileOf(first)
  return {
    ruleId: 'reference-drift',
    location: { file: working.fileOf(first) ?? schema.file, line, column },
    baseLocation: { file: pinned ?? newest.file, line: 1, column: 1 },
    versions: [newest.label],
    message: `${newest.label} of ${subject} in the registry was made with another ${names.join(', ')} than the files here: who takes it from there does not see the newer one.`,
    fix: `register ${names.join(', ')} first, then ${subject}: headwater schemas register does both in that order`,
    key: [subject, ...names],
  }
}

/** One type alone, the others by their names. */
function textOf(parsed: ParsedSchema, name: string): string {
  const others = new Set(parsed.types.keys())
  others.delete(name)
  return canonicalText({ ...parsed, root: parsed.types.get(name)!, referencedRoots: others })
}

function placeOf({ file, parsed }: Pick<LoadedSchema, 'file' | 'parsed'>): ReportPlace {
  const { line, column } = parsed.root
  return { file, line, column }
}
