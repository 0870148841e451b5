import { done, ok, pathNumber, type ControlRoutes } from './control-handler.ts'
import { orderRegistryFault, showRegistryFaults } from './order-registry-fault.ts'

/** What shall go wrong: in Kafka, and in the registry. */
export const faultRoutes: ControlRoutes = {
  'GET /faults': ({ faults }) => ok(faults.all()),
  'POST /faults': ({ faults, body }) => ({ status: 201, body: faults.add(body) }),
  'DELETE /faults': ({ kafka }) => {
    kafka.faults.clear()
    return done
  },
  'GET /faults/:id': ({ faults, params }) => ok(faults.one(pathNumber(params, 'id'))),
  'DELETE /faults/:id': ({ faults, params }) => {
    faults.lift(pathNumber(params, 'id'))
    return done
  },
  'POST /faults/:id/release': ({ faults, params }) => ok(faults.release(pathNumber(params, 'id'))),
  'GET /registry/faults': ({ kafka }) => ok(showRegistryFaults(kafka.registry.faults)),
  'POST /registry/faults': ({ kafka, body }) => ({
    status: 201,
    body: orderRegistryFault(kafka.registry.faults, body),
  }),
  'DELETE /registry/faults': ({ kafka }) => {
    kafka.registry.faults.clear()
    return done
  },
}
