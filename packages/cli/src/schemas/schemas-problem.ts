import { exitCodes } from './schemas-exit-code.ts'

/** Every kind of problem. */
export type SchemasProblemCode =
  | 'config-invalid'
  | 'no-schemas'
  | 'accepted-invalid'
  | 'subject-ambiguous'
  | 'baseline-missing'
  | 'baseline-shallow'
  | 'history-damaged'
  | 'git-failed'
  | 'registry-unreachable'
  | 'registry-unauthorized'
  | 'registry-failed'
  | 'registry-invalid'
  | 'registry-incompatible'
  | 'baseline-unreadable'
  | 'level-none'
  | 'schema-unreadable'
  | 'schema-too-large'
  | 'schema-bom'
  | 'schema-not-utf8'
  | 'schema-invalid'
  | 'duplicate-full-name'
  | 'reference-missing'
  | 'reference-cycle'

/** Something that keeps schemas from being compared: not a finding about them, and never passed over. */
export interface SchemasProblem {
  /** What kind of problem, for programs: `reference-missing`. */
  readonly code: SchemasProblemCode
  /** File at fault, relative to the working directory; `undefined` where it is none in particular. */
  readonly file: string | undefined
  /** From 1; `undefined` for the whole file. */
  readonly line: number | undefined
  readonly column: number | undefined
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

/** The exit code that each kind leads to. */
export const problemKinds: Readonly<Record<SchemasProblemCode, number>> = {
  'config-invalid': exitCodes.usage,
  'no-schemas': exitCodes.usage,
  'accepted-invalid': exitCodes.usage,
  'subject-ambiguous': exitCodes.usage,
  'baseline-missing': exitCodes.baseline,
  'baseline-shallow': exitCodes.baseline,
  'history-damaged': exitCodes.baseline,
  'git-failed': exitCodes.baseline,
  'registry-unreachable': exitCodes.baseline,
  'registry-unauthorized': exitCodes.baseline,
  'registry-failed': exitCodes.baseline,
  'registry-invalid': exitCodes.schema,
  'registry-incompatible': exitCodes.breaking,
  'baseline-unreadable': exitCodes.baseline,
  'level-none': exitCodes.baseline,
  'schema-unreadable': exitCodes.schema,
  'schema-too-large': exitCodes.schema,
  'schema-bom': exitCodes.schema,
  'schema-not-utf8': exitCodes.schema,
  'schema-invalid': exitCodes.schema,
  'duplicate-full-name': exitCodes.schema,
  'reference-missing': exitCodes.schema,
  'reference-cycle': exitCodes.schema,
}

/** Problems that end the work on one thing; whoever works on several collects them. */
export class SchemasProblemError extends Error {
  readonly problems: readonly SchemasProblem[]

  constructor(first: SchemasProblem, ...more: readonly SchemasProblem[]) {
    super(first.message)
    this.name = 'SchemasProblemError'
    this.problems = [first, ...more]
  }
}

/** A problem that has no place in a file. */
export function placelessProblem(code: SchemasProblemCode, message: string, fix: string): SchemasProblem {
  return { code, file: undefined, line: undefined, column: undefined, message, fix }
}
