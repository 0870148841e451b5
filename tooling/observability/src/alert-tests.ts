import { stringify } from 'yaml'
import type { AlertDefinition, AlertTest, FiringAlert } from './alert-definition.ts'
import { alertDefinitions } from './alert-definitions.ts'
import { annotationsOf } from './alert-rules.ts'

/** The tests of the rules file, for `promtool test rules`. */
export function alertTests(): string {
  const tests = alertDefinitions.flatMap((alert) => alert.tests.map((test) => toPromtool(alert, test)))
  const head = [
    '# What promtool tests of alerts.yml: each alert at least once firing and once not. Generated together with it.',
    '# Run: promtool test rules alerts_test.yml',
  ]
  const file = { rule_files: ['alerts.yml'], evaluation_interval: '1m', tests }
  return `${head.join('\n')}\n${stringify(file, { lineWidth: 0, singleQuote: true })}`
}

function toPromtool(alert: AlertDefinition, { series, at, fires }: AlertTest) {
  return {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      { eval_time: at, alertname: alert.name, exp_alerts: fires.map((each) => expected(alert, each)) },
    ],
  }
}

function expected(alert: AlertDefinition, { labels, value }: FiringAlert) {
  const shown = Object.entries(annotationsOf(alert)).map(([name, text]) => [name, fill(text, labels, value)])
  return { exp_labels: { severity: alert.severity, ...labels }, exp_annotations: Object.fromEntries(shown) }
}

/** What Prometheus is expected to make of an annotation. */
function fill(text: string, labels: FiringAlert['labels'], value = ''): string {
  return text
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? '')
    .replaceAll(/\{\{ \$value[^}]*\}\}/g, value)
}
