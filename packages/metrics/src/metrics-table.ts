import { deadLetterMetricTable } from './dead-letter-metrics.ts'
import { intakeMetricTable } from './intake-metric-table.ts'
import type { MetricDefinition } from './metric-definition.ts'
import { producerGaugeTable } from './producer-gauge-table.ts'
import { producerMetricTable } from './producer-metric-table.ts'

/** All metrics of this package, in the order of its README. */
export const metricDefinitions: readonly MetricDefinition[] = Object.values<MetricDefinition>({
  ...producerMetricTable,
  ...producerGaugeTable,
  ...intakeMetricTable,
  ...deadLetterMetricTable,
})

/** All metrics as a Markdown table, which the README holds. */
export function metricsTable(): string {
  const rows = metricDefinitions.map(({ name, type, labels, help, java }) => {
    const cells = [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), help, java ?? '']
    return `| ${cells.join(' | ')} |`
  })
  const head = '| metric | type | labels | meaning | Java producer |\n| --- | --- | --- | --- | --- |'
  return [head, ...rows].join('\n')
}
