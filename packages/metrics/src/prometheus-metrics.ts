import { HeadwaterError } from '@headwater/base'
import type { ProducerHooks } from '@headwater/producer'
import { deadLetterCounter } from './dead-letter-metrics.ts'
import { ObservedProducers, type ObservedProducer, type Pulse } from './observed-producers.ts'
import { producerGaugeTable } from './producer-gauge-table.ts'
import { toProducerHooks } from './producer-hooks.ts'
import { producerMetricTable } from './producer-metric-table.ts'
import { producerTotalTable } from './producer-total-table.ts'
import type { ExemplarSource } from './series/exemplar.ts'
import { cleanLabel, LabelValues } from './series/label-values.ts'
import { perRegistry } from './series/per-registry.ts'
import { registerMetrics, type AnyRegistry } from './series/registered-metrics.ts'
import { TopicMeters } from './topic-meters.ts'

/** Options of {@link prometheusMetrics}. */
export interface PrometheusMetricsOptions {
  /**
   * The label `client_id`: the name of the service, the same for all its instances, never a random or per-process
   * one, which would make new time series with each start. At most 249 characters, none of them a control character.
   */
  readonly clientId: string
  /**
   * How many topics get time series of their own; all others share the label value `other`.
   *
   * @defaultValue 100
   */
  readonly maxTopics?: number | undefined
  /**
   * Asked in every `send()` for the trace that it is part of: `() => trace.getActiveSpan()?.spanContext()`. A registry
   * that speaks OpenMetrics (`registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)`) shows it beside the bucket
   * that the duration of the send fell into. Default: none, and nothing is asked or kept.
   */
  readonly exemplar?: ExemplarSource | undefined
}

/** A producer's way into a registry. */
export interface PrometheusMetrics {
  /** For the option `hooks` of `createProducer`: counters and histograms. */
  readonly hooks: ProducerHooks
  /**
   * Has the gauges and totals of a producer read whenever the registry is, until it is closed; what it counted stays.
   * Gives the producer back.
   */
  observe<Observed extends ObservedProducer>(producer: Observed): Observed
}

const producerMetricsOf = perRegistry(producerGaugeTable.connected.name, (registry) => {
  const onDeadLetter = deadLetterCounter(registry)
  const observed = new ObservedProducers()
  const metrics = registerMetrics(registry, producerMetricTable)
  registerMetrics(registry, producerTotalTable, observed.totalCollectors())
  registerMetrics(registry, producerGaugeTable, observed.gaugeCollectors())
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
  const { clientId, maxTopics = 100, exemplar } = options
  assertOptions(clientId, maxTopics, exemplar)
  const { metrics, observed, onDeadLetter } = producerMetricsOf(registry)
  const pulse: Pulse = { clientId, stalled: false }
  const topics = new TopicMeters(metrics, clientId, new LabelValues(maxTopics))
  return {
    hooks: toProducerHooks({ metrics, topics, pulse, onDeadLetter, exemplar }),
    observe(producer) {
      observed.add(producer, pulse)
      return producer
    },
  }
}

function assertOptions(clientId: unknown, maxTopics: number, exemplar: unknown): void {
  if (typeof clientId !== 'string' || clientId === '') {
    throw new HeadwaterError('INVALID_METRICS_OPTION', 'clientId is empty: give it the name of the service')
  }
  if (cleanLabel(clientId) !== clientId) {
    throw new HeadwaterError(
      'INVALID_METRICS_OPTION',
      'clientId has over 249 characters, or control characters in it: give it the name of the service',
    )
  }
  if (!Number.isSafeInteger(maxTopics) || maxTopics < 0) {
    throw new HeadwaterError('INVALID_METRICS_OPTION', `maxTopics: ${maxTopics} is not a count`)
  }
  if (exemplar !== undefined && typeof exemplar !== 'function') {
    throw new HeadwaterError('INVALID_METRICS_OPTION', 'exemplar is not a function')
  }
}
