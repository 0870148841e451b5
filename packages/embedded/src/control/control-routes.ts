import { clusterRoutes } from './cluster-routes.ts'
import { ok, type ControlRoutes } from './control-handler.ts'
import { coordinatorRoutes } from './coordinator-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import { lookRoutes } from './look-routes.ts'

/** Everything that the control endpoint serves. */
export const controlRoutes: ControlRoutes = {
  'GET /': ({ kafka }) =>
    ok({ bootstrapServers: kafka.bootstrapServers, routes: Object.keys(controlRoutes) }),
  ...faultRoutes,
  ...clusterRoutes,
  ...coordinatorRoutes,
  ...lookRoutes,
}
