import { HeadwaterError } from '@headwater/base'
import { Counter, Gauge, Histogram, type Registry, type RegistryContentType } from 'prom-client'
import type { MetricDefinition } from './metric-definition.ts'

/** A prom-client registry of either exposition format. */
export type AnyRegistry = Registry<RegistryContentType>

type MetricOf<Definition> = Definition extends {
  readonly type: infer Type
  readonly labels: readonly (infer Label)[]
}
  ? Type extends 'histogram'
    ? Histogram<Label & string>
    : Type extends 'counter'
      ? Counter<Label & string>
      : Gauge<Label & string>
  : never

/** The metrics of a table, by the name that code uses. */
export type RegisteredMetrics<Table> = { readonly [Key in keyof Table]: MetricOf<Table[Key]> }

/**
 * Registers the metrics of a table.
 *
 * @param collect - called for a counter or a gauge whenever the registry is read.
 * @throws HeadwaterError `METRIC_NAME_TAKEN`
 */
export function registerMetrics<Table extends { readonly [Key in keyof Table]: MetricDefinition }>(
  registry: AnyRegistry,
  table: Table,
  collect?: (key: keyof Table, metric: Counter | Gauge) => void,
): RegisteredMetrics<Table> {
  const taken = Object.values<MetricDefinition>(table).find(
    ({ name }) => registry.getSingleMetric(name) !== undefined,
  )
  if (taken !== undefined) {
    throw new HeadwaterError(
      'METRIC_NAME_TAKEN',
      `the registry has a metric ${taken.name} that is not from this copy of @headwater/metrics: use one copy, or a registry of its own and Registry.merge`,
    )
  }
  const metrics = Object.entries<MetricDefinition>(table).map(([key, definition]) => [
    key,
    toMetric(registry, definition, collect && ((metric) => collect(key as keyof Table, metric))),
  ])
  return Object.fromEntries(metrics) as RegisteredMetrics<Table>
}

function toMetric(
  registry: AnyRegistry,
  { name, help, labels, type, buckets }: MetricDefinition,
  collect: ((metric: Counter | Gauge) => void) | undefined,
): Counter | Gauge | Histogram {
  const settings = { name, help, labelNames: [...labels], registers: [registry as Registry] }
  switch (type) {
    case 'counter':
      return new Counter({
        ...settings,
        collect() {
          collect?.(this)
        },
      })
    case 'histogram':
      return new Histogram({ ...settings, buckets: [...(buckets ?? [])] })
    case 'gauge':
      return new Gauge({
        ...settings,
        collect() {
          collect?.(this)
        },
      })
  }
}
