import { otelGaugeTable, otelTotalTable } from './otel-gauge-table.ts'
import type { OtelMetricDefinition } from './otel-metric-definition.ts'
import { conventionMetricTable, oldMetricTable, producerOtelMetricTable } from './otel-metric-table.ts'

/** All metrics of `otelMetrics`, those of `messaging/dup` included, for documents and dashboards made by a program. */
export const otelMetricDefinitions: readonly OtelMetricDefinition[] = Object.values<OtelMetricDefinition>({
  ...conventionMetricTable,
  ...producerOtelMetricTable,
  ...otelGaugeTable,
  ...otelTotalTable,
}).concat(Object.values<OtelMetricDefinition>({ ...oldMetricTable }))
