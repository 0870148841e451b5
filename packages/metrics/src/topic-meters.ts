import type { DeliveryError, Outcome } from '@headwater/producer'
import type { ProducerMetricTable } from './producer-metric-table.ts'
import type { ExemplarLabels } from './series/exemplar.ts'
import { overflowLabel, type LabelValues } from './series/label-values.ts'
import type { RegisteredMetrics } from './series/registered-metrics.ts'

/** Counts and measures what happens in one topic. */
export interface TopicMeter {
  delivered(seconds: number): void
  spooled(seconds: number): void
  failed(error: DeliveryError, seconds: number): void
  late(outcome: Outcome): void
  retry(reason: string): void
  bytes(count: number): void
  batchingPoor(): void
  spoolEvent(event: string): void
  /** Names an example of a send that ended so. */
  exemplify(outcome: Outcome, seconds: number, exemplar: ExemplarLabels): void
}

/** What Kafka allows; a record that was refused for its topic's name must not become a time series. */
const topicName = /^(?!\.{1,2}$)[\w.-]{1,249}$/

/** One meter a topic, looked up once a record. */
export class TopicMeters {
  readonly #metrics: RegisteredMetrics<ProducerMetricTable>
  readonly #clientId: string
  readonly #values: LabelValues
  readonly #meters = new Map<string, TopicMeter>()

  constructor(metrics: RegisteredMetrics<ProducerMetricTable>, clientId: string, values: LabelValues) {
    this.#metrics = metrics
    this.#clientId = clientId
    this.#values = values
  }

  of(topic: string): TopicMeter {
    const known = this.#meters.get(topic)
    if (known !== undefined) return known
    const label = topicName.test(topic) ? this.#values.bound(topic) : overflowLabel
    let meter = this.#meters.get(label)
    if (meter === undefined) {
      meter = toMeter(this.#metrics, { client_id: this.#clientId, topic: label })
      this.#meters.set(label, meter)
    }
    return meter
  }
}

function toMeter(
  metrics: RegisteredMetrics<ProducerMetricTable>,
  labels: { readonly client_id: string; readonly topic: string },
): TopicMeter {
  const sent = metrics.messagesSent.series(labels)
  const duration = metrics.sendDuration.series({ ...labels, outcome: 'delivered' })
  const bytes = metrics.bytes.series(labels)
  const spooled = metrics.spooled.series(labels)
  const batchingPoor = metrics.batchingPoor.series(labels)
  return {
    delivered(seconds) {
      sent.inc()
      duration.observe(seconds)
    },
    spooled(seconds) {
      spooled.inc()
      metrics.sendDuration.observe({ ...labels, outcome: 'spooled' }, seconds)
    },
    failed({ code, outcome }, seconds) {
      metrics.messagesFailed.inc({ ...labels, error_kind: code, outcome })
      metrics.sendDuration.observe({ ...labels, outcome }, seconds)
    },
    late: (outcome) => metrics.lateOutcomes.inc({ ...labels, outcome }),
    retry: (reason) => metrics.retries.inc({ ...labels, reason }),
    bytes: (count) => bytes.inc(count),
    batchingPoor: () => batchingPoor.inc(),
    spoolEvent: (event) => metrics.spoolEvents.inc({ ...labels, event }),
    exemplify: (outcome, seconds, exemplar) =>
      metrics.sendDuration.series({ ...labels, outcome }).exemplify(seconds, exemplar),
  }
}
