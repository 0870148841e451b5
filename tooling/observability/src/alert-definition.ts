import type { TimeScale } from './time-scale.ts'

/** How soon somebody has to look. */
type Severity =
  /** Now: messages are lost, refused or stuck. */
  | 'critical'
  /** Today: it works, and will not for long, or not well. */
  | 'warning'
  /** When there is time: something happened that explains other numbers. */
  | 'info'

/** An alert: its rule, its tests, and what the documents say about it. */
export interface AlertDefinition {
  readonly name: string
  readonly severity: Severity
  readonly expr: (time: TimeScale) => string
  /** How long it must hold before it fires. */
  readonly forSeconds: number
  /** One line, with the labels that tell which one it is. */
  readonly summary: string
  /** What to do, in two sentences; the document has the rest. */
  readonly description: string
  /** For the document: what it means that this fires. */
  readonly meaning: string
  /** For the document: what to look at and what to do, in this order. */
  readonly steps: readonly string[]
  /** At least one in which it fires, and one in which it does not. */
  readonly tests: readonly AlertTest[]
}

/** One test of an alert by promtool, in production's time. */
export interface AlertTest {
  /** Values a minute, in promtool's notation, by series. */
  readonly series: Readonly<Record<string, string>>
  /** When to look, since the beginning. */
  readonly at: string
  /** What fires then; nothing when it is empty. */
  readonly fires: readonly FiringAlert[]
}

/** One firing alert as a test expects it. */
export interface FiringAlert {
  /** Beside `severity`, which the alert gives. */
  readonly labels: Readonly<Record<string, string>>
  /** The value, as the annotations show it. Default: they do not show it. */
  readonly value?: string | undefined
}
