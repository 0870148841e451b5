import type { Dashboard } from './dashboard.ts'
import { channelsDashboard } from './dashboards/channels-dashboard.ts'
import { producerDashboard } from './dashboards/producer-dashboard.ts'
import { schemasDashboard } from './dashboards/schemas-dashboard.ts'

/** All dashboards; each is a file of its name in observability/grafana. */
export const dashboardDefinitions: readonly Dashboard[] = [
  producerDashboard,
  channelsDashboard,
  schemasDashboard,
]

/** Every expression in a dashboard, with those of its variables. */
export function dashboardExpressions({ rows, variables }: Dashboard): readonly string[] {
  const panels = rows.flatMap((row) => row.panels)
  return [
    ...variables.map(({ series }) => series),
    ...panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)),
  ]
}

/** The expression as it is when Grafana has filled in what was chosen, so that promtool can read it. */
export function withoutVariables(expression: string): string {
  return expression
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__range', '1h')
    .replaceAll(/\$[a-z_]+/g, '.*')
}
