import { deadLetterCounter, type DeadLetterFacts } from './dead-letter-metrics.ts'
import { intakeMetricTable } from './intake-metric-table.ts'
import { LabelValues } from './label-values.ts'
import { perRegistry } from './per-registry.ts'
import { registerMetrics, type AnyRegistry } from './registered-metrics.ts'

/** What became of a message that came in. */
export type IntakeOutcome =
  /** Its event is in Kafka. */
  | 'published'
  /** It was unreadable and is safe in the dead-letter topic. */
  | 'dead-lettered'
  /** Its sender has to fix something. */
  | 'invalid'
  /** It is not from whom it should be. */
  | 'unauthorised'
  /** The provider asked something that was no message, and was answered. */
  | 'handshake'
  /** It is larger than the intake allows. */
  | 'too-large'
  /** Kafka did not acknowledge in time; its sender was told to come back. */
  | 'unavailable'
  /** A fault of the intake's own. */
  | 'failed'

/** A message that was answered. */
export interface IntakeMessage {
  /** The channel that it came by, such as `email`. */
  readonly channel: string
  /** The kind of event that it became, such as `email.received`; bounded to 100 different ones. */
  readonly type: string
  readonly outcome: IntakeOutcome
  /** Seconds from the complete request to its answer. */
  readonly durationSeconds: number
}

/** What an intake reports. */
export interface IntakeMetrics {
  onMessage(message: IntakeMessage): void
  onDeadLetter(letter: DeadLetterFacts): void
}

const intakeMetricsOf = perRegistry(intakeMetricTable.messages.name, (registry): IntakeMetrics => {
  const onDeadLetter = deadLetterCounter(registry)
  const { messages, webhookDuration } = registerMetrics(registry, intakeMetricTable)
  const types = new LabelValues(100)
  return {
    onMessage({ channel, type, outcome, durationSeconds }) {
      messages.inc({ channel, type: types.bound(type), outcome })
      webhookDuration.observe({ channel, outcome }, durationSeconds)
    },
    onDeadLetter,
  }
})

/**
 * Prometheus metrics of an intake, in a registry of the caller. Several calls on one registry share its metrics.
 *
 * @throws HeadwaterError `METRIC_NAME_TAKEN` when the registry has metrics of these names from elsewhere.
 */
export function intakeMetrics(registry: AnyRegistry): IntakeMetrics {
  return intakeMetricsOf(registry)
}
