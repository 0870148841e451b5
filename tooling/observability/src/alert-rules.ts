import { stringify } from 'yaml'
import type { AlertDefinition } from './alert-definition.ts'
import { alertGroups } from './alert-definitions.ts'
import { createTimeScale, type TimeScale } from './time-scale.ts'

/** Where the document is that says what to do; an alert's section has its name. */
const runbook = 'https://github.com/headwater-kafka/headwater/blob/main/docs/metrics.md'

/** The annotations of an alert; Prometheus fills in labels and value. */
export function annotationsOf({
  name,
  summary,
  description,
}: AlertDefinition): Readonly<Record<string, string>> {
  return { summary, description, runbook_url: `${runbook}#${name.toLowerCase()}` }
}

/**
 * The rules file for Prometheus.
 *
 * @param factor - of all times in it: 1 for production, 1/60 where minutes should be seconds.
 */
export function alertRules(factor = 1): string {
  const time = createTimeScale(factor)
  const groups = alertGroups.map(({ name, alerts }) => ({
    name,
    rules: alerts.map((alert) => toRule(alert, time)),
  }))
  const head = [
    '# Alerts for what Headwater measures. Generated: `pnpm --filter @headwater/observability generate` writes this file',
    '# from tooling/observability/src/alerts, where each alert stands with its tests and with what docs/metrics.md says.',
  ]
  return `${head.join('\n')}\n${stringify({ groups }, { lineWidth: 0, singleQuote: true })}`
}

function toRule(alert: AlertDefinition, time: TimeScale) {
  return {
    alert: alert.name,
    expr: alert.expr(time),
    // Without it the alert fires at the first evaluation.
    ...(alert.forSeconds > 0 && { for: time.range(alert.forSeconds) }),
    labels: { severity: alert.severity },
    annotations: annotationsOf(alert),
  }
}
