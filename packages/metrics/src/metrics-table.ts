import { codecMetricTable } from './codec-metric-table.ts'
import { deadLetterMetricTable } from './dead-letter-metrics.ts'
import { embeddedMetricTable } from './embedded-metric-table.ts'
import { intakeMetricTable } from './intake-metric-table.ts'
import type { MetricDefinition } from './metric-definition.ts'
import { producerGaugeTable } from './producer-gauge-table.ts'
import { producerMetricTable } from './producer-metric-table.ts'
import { producerTotalTable } from './producer-total-table.ts'
import { registryMetricTable } from './registry-metric-table.ts'

/** All metrics of this package, in the order of its README. */
export const metricDefinitions: readonly MetricDefinition[] = [
  producerMetricTable,
  producerTotalTable,
  producerGaugeTable,
  registryMetricTable,
  codecMetricTable,
  intakeMetricTable,
  deadLetterMetricTable,
  embeddedMetricTable,
].flatMap((table) => Object.values<MetricDefinition>({ ...table }))

/** All metrics as a Markdown table, which the README holds. */
export function metricsTable(): string {
  const rows = metricDefinitions.map(({ name, type, labels, unit, help, java }) => {
    const cells = [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      unit,
      help,
      java ?? '',
    ]
    return `| ${cells.join(' | ')} |`
  })
  const head =
    '| metric | type | labels | unit | meaning | Java producer |\n| --- | --- | --- | --- | --- | --- |'
  return [head, ...rows].join('\n')
}
