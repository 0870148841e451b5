import type { CompatibilityMode, EvolutionDirection } from '@headwater/avro'
import type { RuleId } from './rule-ids.ts'

/** A place in a file, relative to the working directory; line and column from 1. */
export interface ReportPlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** What a finding counts as: `break` fails, `warning` fails where `--fail-on warning` says so, `info` never does. */
export type ReportSeverity = 'break' | 'warning' | 'info'

/** One thing that is wrong, unwise or worth knowing about a change of a schema. */
export interface ReportFinding {
  /** A rule, or that a registry's own verdict is another one. */
  readonly ruleId: RuleId | 'server-verdict'
  /** `registry`: a registry refuses the schema for it. `advice`: it does not. `set`: it is about the set of schemas. */
  readonly kind: 'registry' | 'advice' | 'set'
  readonly severity: ReportSeverity
  /** Who fails: `backward` is a consumer on the new schema, `forward` one on the old; null for both or neither. */
  readonly direction: EvolutionDirection | null
  /** The earlier versions with which this is so, newest first. */
  readonly versions: readonly string[]
  /** Field names from the root; empty for the root itself. */
  readonly path: string
  /** The enum symbols that it is about. */
  readonly symbols: readonly string[]
  /** A place in the working tree; null when the file is gone. */
  readonly location: ReportPlace | null
  /** JSON pointer of that place in its file. */
  readonly pointer: string | null
  /** The place in the newest of these earlier versions. */
  readonly baseLocation: ReportPlace | null
  /** JSON pointer of that place in its file. */
  readonly basePointer: string | null
  readonly message: string
  /** What else helps to understand it, as what a registry prints instead. */
  readonly detail: string | null
  readonly fix: string
  /** What is wrong inside, where the finding stands for several things. */
  readonly causes: readonly ReportCause[]
  /** Avro Java's `SchemaIncompatibilityType`, as a registry reports it. */
  readonly javaType: string | null
  readonly javaLocation: string | null
  readonly javaMessage: string | null
  /** Stays the same when a schema is only reformatted. */
  readonly fingerprint: string
  readonly accepted: {
    readonly reason: string
    readonly expires: string | null
    readonly expired: boolean
  } | null
}

/** One of several things that a finding stands for. */
interface ReportCause {
  readonly ruleId: ReportFinding['ruleId']
  readonly path: string
  readonly location: ReportPlace | null
  readonly message: string
  readonly fix: string
}

/** What was found about one schema and one baseline. */
export interface ReportResult {
  /** The ref of one of the baselines. */
  readonly baseline: string
  readonly file: string
  readonly subject: string
  readonly mode: CompatibilityMode
  readonly status: 'added' | 'changed' | 'unchanged' | 'deleted'
  /** Files that it refers to, directly. */
  readonly via: readonly string[]
  /** Earlier versions, newest first. */
  readonly comparedWith: readonly string[]
  readonly findings: readonly ReportFinding[]
}

/** What kept a schema, or a version of the baseline, from being read. */
export interface ReportProblem {
  readonly code: string
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly message: string
  readonly fix: string
}

/** What `headwater schemas check` found. `report.schema.json` of this package describes it to other programs. */
export interface Report {
  readonly version: 1
  readonly tool: 'headwater'
  readonly baselines: readonly {
    readonly kind: 'git' | 'git-log' | 'history' | 'registry'
    readonly ref: string
    readonly commit: string | null
    readonly label: string
  }[]
  readonly summary: {
    /** Schema files that were understood. */
    readonly schemas: number
    /** Results that were compared with at least one earlier version. */
    readonly compared: number
    readonly breaks: number
    readonly warnings: number
    /** Findings that never fail. */
    readonly infos: number
    /** Findings that the accepted file covers; counted nowhere else. */
    readonly accepted: number
    readonly problems: number
    readonly exitCode: number
  }
  readonly results: readonly ReportResult[]
  /** What could not be read in a baseline; does not fail. */
  readonly warnings: readonly ReportProblem[]
  /** What kept schemas from being checked. */
  readonly problems: readonly ReportProblem[]
}
