import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from '@headwater/base'
import type { Config } from '@headwater/config'
import { childLogger, limitRepeats } from '@headwater/events'
import type { AnyRegistry } from '@headwater/metrics'
import type { CloseResult, Producer } from '@headwater/producer'
import { Registry } from 'prom-client'
import { createLogger } from './create-logger.ts'
import { openWorkflows } from './open-workflows.ts'
import { triggerRoute } from './trigger-route.ts'

/** What a program may bring along. */
export interface StartWorkflowServiceOptions {
  /** Default: a pino logger on standard error at the configured level. */
  readonly logger?: Logger | undefined
  /** Where the metrics go, which `/metrics` shows. Default: a registry of its own. */
  readonly registry?: AnyRegistry | undefined
  /**
   * Milliseconds that the start waits for the schema registry.
   *
   * @defaultValue 30000
   */
  readonly registryTimeoutMs?: number | undefined
}

/** A running service. */
export interface WorkflowService extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /**
   * Stops listening, answers the requests that are in, and closes the producer. Idempotent.
   *
   * @param options.timeoutMs - for all of it; what is not done then is cut. Default 10000.
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<CloseResult>
}

const maxBodyBytes = 262_144
const requestTimeoutMs = 30_000
const probeTimeoutMs = 2000

/**
 * Starts the HTTP service: one producer for all requests, opened once and closed with the server. It resolves when it
 * listens; brokers are not waited for, `/readyz` tells of them.
 *
 * @throws when the registry does not answer in time or the port is taken; nothing is left running.
 */
export async function startWorkflowService(
  config: Config,
  options: StartWorkflowServiceOptions = {},
): Promise<WorkflowService> {
  const { registryTimeoutMs = 30_000, registry = new Registry() } = options
  const logger = limitRepeats(options.logger ?? createLogger(config))
  const { producer, publisher } = await openWorkflows(config, {
    logger,
    registryTimeoutMs,
    metrics: registry,
  })
  const life: Life = { draining: false }
  const server = createServer(childLogger(logger, { component: 'http' }), life)
  triggerRoute(server, { publisher, ackTimeoutMs: config.intake.ackTimeoutMs })
  healthRoutes(server, producer, life)
  metricsRoute(server, registry)
  try {
    const url = await server.listen({ host: config.intake.host, port: config.intake.port })
    logger.info({ url, topic: config.topics.workflowEvents }, 'the workflow service listens')
    return toService(url, { server, producer, logger, life })
  } catch (thrown) {
    await producer.close({ timeoutMs: 0 })
    throw thrown
  }
}

interface Life {
  draining: boolean
}

function createServer(logger: Logger, life: Life): FastifyInstance {
  const server = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    // Parameters and bodies are taken as they are, or not at all.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    routerOptions: { maxParamLength: 250 },
  })
  server.addHook('onSend', (_request, reply, payload, done) => {
    // A connection that is kept alive would hold the end up.
    if (life.draining) void reply.header('connection', 'close')
    done(null, payload)
  })
  server.addHook('onError', (_request, _reply, error, done) => {
    if ((error.statusCode ?? 500) >= 500) logger.error({ err: error }, 'a request failed')
    done()
  })
  return server
}

/** `/healthz`: the process answers. `/readyz`: brokers do, too, and it does not drain. */
function healthRoutes(server: FastifyInstance, producer: Producer, life: Life): void {
  server.get('/healthz', () => ({ status: 'ok' }))
  server.get('/readyz', async (_request, reply) => {
    if (life.draining) return await reply.code(503).send({ ready: false, reasons: ['DRAINING'] })
    const { status, problems } = await producer.health({ timeoutMs: probeTimeoutMs })
    const ready = status !== 'not-ready'
    return await reply.code(ready ? 200 : 503).send({ ready, reasons: problems.map(({ code }) => code) })
  })
}

/** `/metrics`: what Prometheus reads. */
function metricsRoute(server: FastifyInstance, registry: AnyRegistry): void {
  server.get('/metrics', async (_request, reply) => {
    return await reply.type(registry.contentType).send(await registry.metrics())
  })
}

interface Running {
  readonly server: FastifyInstance
  readonly producer: Producer
  readonly logger: Logger
  readonly life: Life
}

function toService(url: string, { server, producer, logger, life }: Running): WorkflowService {
  let closing: Promise<CloseResult> | undefined
  const stop = async (timeoutMs: number): Promise<CloseResult> => {
    const startMs = performance.now()
    life.draining = true
    const cut = setTimeout(() => server.server.closeAllConnections(), timeoutMs)
    try {
      await server.close()
    } finally {
      clearTimeout(cut)
    }
    const leftMs = Math.max(0, timeoutMs - (performance.now() - startMs))
    const result = await producer.close({ timeoutMs: leftMs })
    logger.info({ undelivered: result.undelivered.length }, 'the workflow service closed')
    return result
  }
  const close: WorkflowService['close'] = ({ timeoutMs = 10_000 } = {}) => (closing ??= stop(timeoutMs))
  return {
    url,
    close,
    async [Symbol.asyncDispose]() {
      await close()
    },
  }
}
