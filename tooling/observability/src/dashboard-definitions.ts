import type { Dashboard } from './dashboard.ts'
import { channelsDashboard } from './dashboards/channels-dashboard.ts'
import { producerDashboard } from './dashboards/producer-dashboard.ts'
import { schemasDashboard } from './dashboards/schemas-dashboard.ts'
import type { TimeScale } from './time-scale.ts'

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

/**
 * The expression as it is when Grafana has filled in what was chosen: everything.
 *
 * @param time - how long the minutes and the hour are that it looks back.
 */
export function withoutVariables(expression: string, time: TimeScale): string {
  return expression
    .replaceAll('$__rate_interval', time.range(300))
    .replaceAll('$__range', time.range(3600))
    .replaceAll(/\$[a-z_]+/g, '.*')
}
