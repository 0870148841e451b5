import type { Attributes } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider, type MetricData } from '@opentelemetry/sdk-metrics'

interface Reading {
  readonly attributes: Attributes
  readonly value: unknown
}

interface ReadMetrics {
  readonly provider: MeterProvider
  /** What a metric says now. */
  readonly read: (name: string) => Promise<readonly Reading[]>
  /** All metrics, by name. */
  readonly metrics: () => Promise<ReadonlyMap<string, MetricData>>
  /** What a Prometheus server would be told. */
  readonly scrape: () => Promise<string>
}

/** The real SDK with the real exporter for Prometheus, read without a server. */
export function readMetrics(): ReadMetrics {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  const metrics = async () => {
    const { resourceMetrics, errors } = await exporter.collect()
    if (errors.length > 0) throw new AggregateError(errors, 'a metric could not be read')
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
    return new Map(all.map((metric) => [metric.descriptor.name, metric]))
  }
  return {
    provider,
    metrics,
    read: async (name) =>
      ((await metrics()).get(name)?.dataPoints ?? []).map(({ attributes, value }) => ({ attributes, value })),
    scrape: async () => new PrometheusSerializer().serialize((await exporter.collect()).resourceMetrics),
  }
}
