import { claimChecksThrough, type ClaimChecks } from './claim-check-metrics.ts'
import { deadLetterCounter, type DeadLetterFacts } from './dead-letter-metrics.ts'
import { intakeMetricTable } from './intake-metric-table.ts'
import { askExemplar, type ExemplarSource } from './series/exemplar.ts'
import { LabelValues } from './series/label-values.ts'
import { perRegistry } from './series/per-registry.ts'
import { registerMetrics, type AnyRegistry } from './series/registered-metrics.ts'

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

/** One event of a message: a request may hold many. */
export interface IntakeEvent {
  /** The channel that it came by. */
  readonly channel: string
  /** `duplicate`: it was sent before, and was not sent again. */
  readonly kind: 'published' | 'dead-lettered' | 'duplicate'
}

/** An HTTP answer of the intake's server. */
export interface IntakeResponse {
  /** The pattern of the route, never the path: `/channels/email`. */
  readonly route: string
  readonly status: number
}

/** What an intake reports. */
export interface IntakeMetrics {
  onMessage(message: IntakeMessage): void
  onEvent(event: IntakeEvent): void
  onDeadLetter(letter: DeadLetterFacts): void
  onResponse(response: IntakeResponse): void
  /** The same claim-check store, watched: how long it takes, what it keeps and gives back, and when it fails. */
  watchClaimChecks<Ref>(store: ClaimChecks<Ref>): ClaimChecks<Ref>
}

/** Options of {@link intakeMetrics}. */
export interface IntakeMetricsOptions {
  /**
   * Asked with every message for the trace that it is part of: `() => trace.getActiveSpan()?.spanContext()`. A registry
   * that speaks OpenMetrics shows it beside the bucket that the duration of the request fell into. Default: none.
   */
  readonly exemplar?: ExemplarSource | undefined
}

const intakeMetricsOf = perRegistry(intakeMetricTable.messages.name, (registry) => ({
  onDeadLetter: deadLetterCounter(registry),
  metrics: registerMetrics(registry, intakeMetricTable),
  types: new LabelValues(100),
}))

/**
 * Prometheus metrics of an intake, in a registry of the caller. Several calls on one registry share its metrics.
 *
 * @throws HeadwaterError `METRIC_NAME_TAKEN` when the registry has metrics of these names from elsewhere.
 */
export function intakeMetrics(registry: AnyRegistry, options: IntakeMetricsOptions = {}): IntakeMetrics {
  const { metrics, types, onDeadLetter } = intakeMetricsOf(registry)
  const { exemplar } = options
  return {
    onMessage({ channel, type, outcome, durationSeconds }) {
      metrics.messages.inc({ channel, type: types.bound(type), outcome })
      const duration = metrics.webhookDuration.series({ channel, outcome })
      duration.observe(durationSeconds)
      const found = exemplar && askExemplar(exemplar)
      if (found !== undefined) duration.exemplify(durationSeconds, found)
    },
    onEvent: ({ channel, kind }) => metrics.events.inc({ channel, kind }),
    onDeadLetter,
    onResponse: ({ route, status }) => metrics.responses.inc({ route, status }),
    watchClaimChecks: (store) =>
      claimChecksThrough(store, { duration: metrics.claimCheckDuration, bytes: metrics.claimCheckBytes }),
  }
}
