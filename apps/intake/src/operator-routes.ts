import type { FastifyInstance } from 'fastify'
import type { AnyRegistry } from '@headwater/metrics'
import type { ReadinessAnswer } from './readiness.ts'

/** What operators and their machines look at. */
export interface OperatorParts {
  readonly registry: AnyRegistry
  readonly ready: () => Promise<ReadinessAnswer>
}

/** `/healthz` (the process answers), `/readyz` (send requests here), `/metrics` (Prometheus). */
export function operatorRoutes(server: FastifyInstance, { registry, ready }: OperatorParts): void {
  server.get('/healthz', () => ({ status: 'ok' }))
  server.get('/readyz', async (_request, reply) => {
    const state = await ready()
    return await reply.code(state.ready ? 200 : 503).send(state)
  })
  server.get('/metrics', async (_request, reply) => {
    return await reply.type(registry.contentType).send(await registry.metrics())
  })
}
