import { codecMetricTable } from './codec-metric-table.ts'
import type { CounterSeries } from './series/labelled-counter.ts'
import { LabelValues } from './series/label-values.ts'
import { perRegistry } from './series/per-registry.ts'
import { registerMetrics, type AnyRegistry } from './series/registered-metrics.ts'

type Operation = 'encode' | 'decode'

/** For the option `hooks` of codecs; they are `CodecHooks` of `@headwater/schemas`. */
export interface CodecMetrics {
  onOperation(done: {
    readonly operation: Operation
    readonly topic: string | undefined
    readonly bytes: number
  }): void
  onFailure(failure: {
    readonly operation: Operation
    readonly topic: string | undefined
    readonly error: Error & { readonly code?: unknown }
  }): void
  onSchemaWait(wait: {
    readonly reason: 'warm-up' | 'load'
    readonly durationMs: number
    readonly error: Error | undefined
  }): void
}

const maxTopics = 100
/** The label of a decode that was not told a topic. */
const unknownTopic = 'unknown'

interface TopicMeter {
  readonly count: CounterSeries
  readonly bytes: CounterSeries
}

const codecMetricsOf = perRegistry(codecMetricTable.operations.name, (registry): CodecMetrics => {
  const metrics = registerMetrics(registry, codecMetricTable)
  const topics = new LabelValues(maxTopics)
  const labelOf = (topic: string | undefined): string =>
    topic === undefined ? unknownTopic : topics.bound(topic)
  /** Looked up once a value; a topic that has no label of its own is looked up under the one that it shares. */
  const meters = { encode: new Map<string, TopicMeter>(), decode: new Map<string, TopicMeter>() }
  const meterOf = (operation: Operation, topic: string | undefined): TopicMeter => {
    const known = meters[operation].get(topic ?? unknownTopic)
    if (known !== undefined) return known
    const label = labelOf(topic)
    const meter = meters[operation].get(label) ?? {
      count: metrics.operations.series({ operation, topic: label, result: 'ok' }),
      bytes: metrics.bytes.series({ operation, topic: label }),
    }
    meters[operation].set(label, meter)
    return meter
  }
  return {
    onOperation({ operation, topic, bytes }) {
      const meter = meterOf(operation, topic)
      meter.count.inc()
      meter.bytes.inc(bytes)
    },
    onFailure({ operation, topic, error }) {
      const label = labelOf(topic)
      metrics.operations.inc({ operation, topic: label, result: 'failed' })
      const code = typeof error.code === 'string' ? error.code : error.name
      metrics.failures.inc({ operation, topic: label, code })
    },
    onSchemaWait({ reason, durationMs, error }) {
      metrics.schemaWait.observe({ reason, result: error === undefined ? 'ok' : 'failed' }, durationMs / 1000)
    },
  }
})

/**
 * Prometheus metrics of codecs, in a registry of the caller. Several calls on one registry share its metrics, and
 * several codecs add up. The first 100 topics have time series of their own; all others share the label value `other`.
 *
 * @throws HeadwaterError `METRIC_NAME_TAKEN` when the registry has metrics of these names from elsewhere.
 */
export function codecMetrics(registry: AnyRegistry): CodecMetrics {
  return codecMetricsOf(registry)
}
