import { HeadwaterError } from '@headwater/base'
import { Gauge, type Metric, type Registry, type RegistryContentType } from 'prom-client'
import type { CounterDefinition, HistogramDefinition, MetricDefinition } from '../metric-definition.ts'
import { LabelledCounter } from './labelled-counter.ts'
import { LabelledHistogram } from './labelled-histogram.ts'

/** A prom-client registry of either exposition format. */
export type AnyRegistry = Registry<RegistryContentType>

type MetricOf<Definition> =
  Definition extends HistogramDefinition<infer Label>
    ? LabelledHistogram<Label>
    : Definition extends CounterDefinition<infer Label>
      ? LabelledCounter<Label>
      : Definition extends MetricDefinition<infer Label>
        ? Gauge<Label>
        : never

/** The metrics of a table, by the name that code uses. */
export type RegisteredMetrics<Table> = { readonly [Key in keyof Table]: MetricOf<Table[Key]> }

/** Called whenever the registry is read, for those metrics of a table that take their values then. */
export type Collectors<Table> = {
  readonly [Key in keyof Table]?: (metric: MetricOf<Table[Key]>) => void
}

/**
 * Registers the metrics of a table.
 *
 * @throws HeadwaterError `METRIC_NAME_TAKEN`
 */
export function registerMetrics<Table extends { readonly [Key in keyof Table]: MetricDefinition }>(
  registry: AnyRegistry,
  table: Table,
  collectors: Collectors<Table> = {},
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
    register(registry, definition, collectors[key as keyof Table] as Collect | undefined),
  ])
  return Object.fromEntries(metrics) as RegisteredMetrics<Table>
}

type Collect = (metric: LabelledCounter | LabelledHistogram | Gauge) => void

function register(
  registry: AnyRegistry,
  definition: MetricDefinition,
  collect: Collect | undefined,
): LabelledCounter | LabelledHistogram | Gauge {
  const { name, help, labels, type, buckets = [] } = definition
  if (type === 'gauge') {
    return new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry as Registry],
      collect() {
        collect?.(this)
      },
    })
  }
  const metric =
    type === 'counter'
      ? new LabelledCounter({ ...definition, type }, collect)
      : new LabelledHistogram({ ...definition, type, buckets })
  // A registry asks no more of a metric than what these have: name, get and reset.
  registry.registerMetric(metric as unknown as Metric)
  return metric
}
