import type { RouteParts, Routes } from './routes.ts'
import { takeOrders } from './take-orders.ts'

/** The paths of this service. */
export function openRoutes({ config, publisher }: RouteParts): Routes {
  return {
    routes: new Map([['/orders', takeOrders(publisher, config.intake.ackTimeoutMs)]]),
    close: () => Promise.resolve(),
  }
}
