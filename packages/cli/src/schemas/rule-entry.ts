import type { CompatibilityMode } from '@headwater/avro'

/** Files of one state, by path; a text stands for itself, anything else is written as JSON. */
export type ExampleFiles = Readonly<Record<string, unknown>>

/** A change that a rule has something to say about; a test shows each one to the checker. */
export interface RuleExample {
  /** The level that it takes. @defaultValue `'BACKWARD'` */
  readonly mode?: CompatibilityMode
  /** Settings that it takes, as `headwater.schemas.yaml` has them. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Versions before the one that is replaced, oldest first. */
  readonly earlier?: readonly ExampleFiles[]
  /** What is replaced. */
  readonly before: ExampleFiles
  /** What the rule finds. */
  readonly after: ExampleFiles
  /** What it does not. */
  readonly fixed: ExampleFiles
}

/** What `headwater schemas explain` tells of a rule. */
export interface RuleEntry {
  /** One line: what happened. */
  readonly title: string
  /** Who is hurt, how, and why a registry does or does not say so. */
  readonly about: string
  /** What to do. */
  readonly fix: string
  /** `undefined` where it takes a registry to see it. */
  readonly example: RuleExample | undefined
}
