import type { AlertDefinition } from './alert-definition.ts'
import { capacityAlerts } from './alerts/capacity-alerts.ts'
import { deliveryAlerts } from './alerts/delivery-alerts.ts'
import { intakeAlerts } from './alerts/intake-alerts.ts'
import { schemaAlerts } from './alerts/schema-alerts.ts'
import { scrapeAlerts } from './alerts/scrape-alerts.ts'
import { spoolAlerts } from './alerts/spool-alerts.ts'

/** Alerts that belong together: a group of the rules file, a chapter of the document. */
export interface AlertGroup {
  /** As in the rules file. */
  readonly name: string
  /** As in the document. */
  readonly title: string
  readonly alerts: readonly AlertDefinition[]
}

/** All groups, the gravest first. */
export const alertGroups: readonly AlertGroup[] = [
  { name: 'headwater-delivery', title: 'Delivery', alerts: deliveryAlerts },
  {
    name: 'headwater-capacity',
    title: 'Room, retries and the spool',
    alerts: [...capacityAlerts, ...spoolAlerts],
  },
  { name: 'headwater-intake', title: 'The intake', alerts: intakeAlerts },
  { name: 'headwater-schemas', title: 'Schemas and transactions', alerts: schemaAlerts },
  { name: 'headwater-scrape', title: 'Prometheus itself', alerts: scrapeAlerts },
]

/** All alerts, in the order of their groups. */
export const alertDefinitions: readonly AlertDefinition[] = alertGroups.flatMap(({ alerts }) => alerts)
