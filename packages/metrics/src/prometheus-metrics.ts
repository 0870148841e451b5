import { HeadwaterError } from '@headwater/base'
import type { ProducerHooks, Settled } from '@headwater/producer'
import type { Counter, Gauge } from 'prom-client'
import { deadLetterCounter, type DeadLetterCounter } from './dead-letter-metrics.ts'
import { LabelValues } from './label-values.ts'
import { ObservedProducers, type ObservedProducer, type Pulse } from './observed-producers.ts'
import { perRegistry } from './per-registry.ts'
import { producerGaugeTable } from './producer-gauge-table.ts'
import { producerMetricTable, type ProducerMetricTable } from './producer-metric-table.ts'
import { producerTotalTable } from './producer-total-table.ts'
import { registerMetrics, type AnyRegistry, type RegisteredMetrics } from './registered-metrics.ts'
import { TopicMeters, type TopicMeter } from './topic-meters.ts'

/** Options of {@link prometheusMetrics}. */
export interface PrometheusMetricsOptions {
  /**
   * The label `client_id`: the name of the service, the same for all its instances, never a random or per-process
   * one, which would make new time series with each start.
   */
  readonly clientId: string
  /**
   * How many topics get time series of their own; all others share the label value `other`.
   *
   * @defaultValue 100
   */
  readonly maxTopics?: number | undefined
}

/** A producer's way into a registry. */
export interface PrometheusMetrics {
  /** For the option `hooks` of `createProducer`: counters and histograms. */
  readonly hooks: ProducerHooks
  /** Has the gauges of a producer read whenever the registry is, until it is closed. Gives the producer back. */
  observe<Observed extends ObservedProducer>(producer: Observed): Observed
}

/** Codes that say "nobody answered": what `kafka_producer_connected` goes by, beside the connections themselves. */
const silence: ReadonlySet<string> = new Set(['DELIVERY_TIMEOUT', 'METADATA_TIMEOUT', 'CONNECTION_REFUSED'])

const producerMetricsOf = perRegistry(producerGaugeTable.connected.name, (registry) => {
  const onDeadLetter = deadLetterCounter(registry)
  const observed = new ObservedProducers()
  const metrics = registerMetrics(registry, producerMetricTable)
  registerMetrics(registry, producerGaugeTable, (key, gauge) => observed.collectGauge(key, gauge as Gauge))
  registerMetrics(registry, producerTotalTable, (key, total) => observed.collectTotal(key, total as Counter))
  return { metrics, observed, onDeadLetter }
})

/**
 * Prometheus metrics of a producer, in a registry of the caller: nothing goes to prom-client's global one. Several
 * calls on one registry share its metrics and differ by `client_id`.
 *
 * @throws HeadwaterError `METRIC_NAME_TAKEN` when the registry has metrics of these names from elsewhere,
 *   `INVALID_METRICS_OPTION`.
 */
export function prometheusMetrics(
  registry: AnyRegistry,
  options: PrometheusMetricsOptions,
): PrometheusMetrics {
  const { clientId, maxTopics = 100 } = options
  if (typeof clientId !== 'string' || clientId === '') {
    throw new HeadwaterError('INVALID_METRICS_OPTION', 'clientId is empty: give it the name of the service')
  }
  if (!Number.isSafeInteger(maxTopics) || maxTopics < 0) {
    throw new HeadwaterError('INVALID_METRICS_OPTION', `maxTopics: ${maxTopics} is not a count`)
  }
  const { metrics, observed, onDeadLetter } = producerMetricsOf(registry)
  const pulse: Pulse = { clientId, stalled: false }
  return {
    hooks: toHooks(
      metrics,
      new TopicMeters(metrics, clientId, new LabelValues(maxTopics)),
      pulse,
      onDeadLetter,
    ),
    observe(producer) {
      observed.add(producer, pulse)
      return producer
    },
  }
}

function toHooks(
  metrics: RegisteredMetrics<ProducerMetricTable>,
  topics: TopicMeters,
  pulse: Pulse,
  onDeadLetter: DeadLetterCounter,
): ProducerHooks {
  const client_id = pulse.clientId
  const batchRecords = metrics.batchRecords.labels({ client_id })
  const batchBytes = metrics.batchBytes.labels({ client_id })
  const compressionRatio = metrics.compressionRatio.labels({ client_id })
  const queueWait = metrics.queueWait.labels({ client_id })
  return {
    onSettled(settled) {
      const failed = settled.status === 'failed'
      const meter = topics.of(failed ? settled.error.topic : settled.receipt.topic)
      if (settled.late) meter.late(failed ? settled.error.outcome : settled.status)
      else settle(meter, settled)
      if (failed && settled.error.outcome === 'dead-lettered')
        onDeadLetter({ topic: settled.error.topic, disposition: 'producer-rejected' })
      // An answer that comes too late for its sender still shows that somebody is there.
      if (settled.status === 'delivered') pulse.stalled &&= !settled.late
      else if (settled.status === 'spooled') pulse.stalled = true
      else if (!settled.late && silence.has(settled.error.code)) pulse.stalled = true
    },
    onBatchSent(batch) {
      pulse.stalled = false
      topics.of(batch.topic).bytes(batch.bytes)
      batchRecords.observe(batch.records)
      batchBytes.observe(batch.bytes)
      if (batch.uncompressedBytes > 0) compressionRatio.observe(batch.bytes / batch.uncompressedBytes)
      queueWait.observe(batch.queuedMs / 1000)
      metrics.requestDuration.observe({ client_id, broker: batch.brokerId }, batch.requestMs / 1000)
    },
    onRetry: ({ topic, reason }) => topics.of(topic).retry(reason),
    onThrottle: ({ brokerId, throttleMs }) =>
      metrics.throttle.observe({ client_id, broker: brokerId }, throttleMs / 1000),
    onProducerIdRenewed: ({ reason }) => metrics.recreated.inc({ client_id, reason }),
    onBufferFull: ({ refused }) =>
      metrics.bufferFull.inc({ client_id, result: refused ? 'refused' : 'waited' }),
    onStateChange({ to }) {
      if (to === 'disconnected') metrics.disconnects.inc({ client_id })
    },
    onBatchingPoor: ({ topic }) => topics.of(topic).batchingPoor(),
    onSpool: ({ topic, event }) => topics.of(topic).spoolEvent(event),
    onTransaction({ result, durationMs }) {
      metrics.transactions.inc({ client_id, result })
      metrics.transactionDuration.observe({ client_id, result }, durationMs / 1000)
    },
  }
}

function settle(meter: TopicMeter, settled: Settled): void {
  if (settled.status === 'delivered') meter.delivered(settled.receipt.latencyMs / 1000)
  else if (settled.status === 'spooled') meter.spooled(settled.receipt.latencyMs / 1000)
  else meter.failed(settled.error, settled.latencyMs / 1000)
}
