import { otelMetricDefinitions } from '@headwater/metrics/otel'

/** All metrics of `otelMetrics` as a Markdown table. */
export function otelMetricsTable(): string {
  const rows = otelMetricDefinitions.map(({ name, type, unit, attributes, description }) =>
    [
      `\`${name}\``,
      type,
      `\`${unit}\``,
      attributes.map((each) => `\`${each}\``).join(', '),
      description,
    ].join(' | '),
  )
  const head = ['metric', 'type', 'unit', 'attributes', 'meaning']
  return [head.join(' | '), head.map(() => '---').join(' | '), ...rows].map((row) => `| ${row} |`).join('\n')
}
