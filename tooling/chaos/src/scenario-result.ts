import type { LoadSummary } from './load-order.ts'
import type { Verdict } from './verify-log.ts'

/** What a scenario came to. */
export interface ScenarioResult {
  readonly scenario: string
  readonly seconds: number
  /** What happened and when, in words. */
  readonly happened: readonly string[]
  readonly clients: readonly ClientResult[]
}

/** What a scenario came to for one contender. */
export interface ClientResult {
  readonly client: string
  readonly version: string
  readonly verdict?: Verdict | undefined
  readonly summary?: LoadSummary | undefined
  /** The end of what the process said, when it ended by itself before its load did. */
  readonly crashed?: string | undefined
  /** Why the contender took no part. */
  readonly leftOut?: string | undefined
}

/** A scenario that could not be run, or not to its end, and why. */
export interface ScenarioFailure {
  readonly scenario: string
  readonly leftOut: string
}
