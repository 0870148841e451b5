import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Logger } from '@headwater/base'
import type { IntakeMetrics } from '@headwater/metrics'
import { ByteBudget } from './byte-budget.ts'
import { describeFailure } from './describe-failure.ts'
import { refusal, type IntakeAnswer } from './intake-answer.ts'
import type { Readiness } from './readiness.ts'

/** Bounds of the HTTP side. */
export interface ServerOptions {
  readonly maxBodyBytes: number
  /** Proxies whose word about the sender's address counts. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined
  readonly logger: Logger
  /** Once it drains, every answer asks its sender to close the connection. */
  readonly readiness: Pick<Readiness, 'draining'>
  /** Hears of every answer. Default: nobody does. */
  readonly metrics?: Pick<IntakeMetrics, 'onResponse'> | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by routes that take messages: what the request log says about them. */
    messageId: string | undefined
    /** What its route does with it; `undefined` before, and where nothing is waited for. */
    handled: Promise<unknown> | undefined
  }
}

/** A slow sender holds a connection no longer than this; 30 MiB at 4 Mbit/s take as long. */
const requestTimeoutMs = 60_000
const maxConnections = 2048
/** Request bodies in memory, at the least. */
const minBudget = 67_108_864

/**
 * The HTTP server without its routes: bounded in connections, time and memory, bodies as raw bytes, one log line a
 * request that holds no address, no header and no body.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { maxBodyBytes, trustedProxies = [], logger, readiness, metrics } = options
  const server = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: requestTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 100 },
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
  })
  server.server.maxConnections = maxConnections
  takeRawBodies(server)
  boundMemory(server, new ByteBudget(Math.max(minBudget, 4 * maxBodyBytes)), maxBodyBytes)
  logRequests(server, logger)
  countResponses(server, metrics)
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (readiness.draining) void reply.header('connection', 'close')
    done(null, payload)
  })
  server.setNotFoundHandler((_request, reply) => {
    answer(reply, refusal(404, 'invalid', { code: 'NOT_FOUND', message: 'there is nothing here' }))
  })
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    if ((error.statusCode ?? 500) >= 500) {
      logger.error(describeFailure(error), 'a request failed')
      answer(
        reply,
        refusal(500, 'failed', { code: 'INTERNAL', message: 'the intake failed; try again later' }),
      )
      return
    }
    answer(reply, refused(error, maxBodyBytes))
  })
  return server
}

/** How often connections are looked at that became idle while the server closes. */
const idleCheckMs = 50

/** Takes no more connections, answers what is in, and cuts what is not done within `timeoutMs`. */
export async function stopServer(server: FastifyInstance, timeoutMs: number): Promise<void> {
  // Node closes connections that are idle now; one whose answer is just under way would stay for its keep-alive time.
  const idle = setInterval(() => server.server.closeIdleConnections(), idleCheckMs)
  const cut = setTimeout(() => server.server.closeAllConnections(), timeoutMs)
  try {
    await server.close()
  } finally {
    clearInterval(idle)
    clearTimeout(cut)
  }
}

/** Sends an answer as JSON. */
export function answer(reply: FastifyReply, { status, body, retryAfterSeconds }: IntakeAnswer): void {
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds)
  void reply.code(status).send(body)
}

function refused({ statusCode = 400, code, message }: FastifyError, maxBodyBytes: number): IntakeAnswer {
  if (statusCode === 413) {
    const text = `the body is larger than ${maxBodyBytes} bytes (INTAKE_MAX_BODY_BYTES)`
    return refusal(413, 'too-large', { code: 'BODY_TOO_LARGE', message: text })
  }
  return refusal(statusCode, 'invalid', { code, message })
}

/** Senders name all kinds of types, or none; what they send is taken as it is. */
function takeRawBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

function boundMemory(server: FastifyInstance, budget: ByteBudget, maxBodyBytes: number): void {
  server.addHook('onRequest', (request, reply, done) => {
    const returnBytes = budget.take(announcedBytes(request, maxBodyBytes))
    if (returnBytes === undefined) {
      const message = 'too many messages are on their way in: come back'
      answer(reply, refusal(503, 'unavailable', { code: 'OVERLOADED', message }))
      return
    }
    // Comes for every response, also where the sender went away in the middle; what is in goes on to Kafka even so.
    reply.raw.once('close', () => void Promise.allSettled([request.handled]).then(returnBytes))
    done()
  })
  rememberHandling(server)
}

function rememberHandling(server: FastifyInstance): void {
  server.decorateRequest('handled', undefined)
  server.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = function (request, reply) {
      const handled: unknown = handler.call(this, request, reply)
      if (handled instanceof Promise) request.handled = handled
      return handled
    }
  })
}

function announcedBytes({ headers }: FastifyRequest, maxBodyBytes: number): number {
  if (headers['transfer-encoding'] !== undefined) return maxBodyBytes
  // Above the limit it is refused before it is read.
  return Math.min(Number(headers['content-length'] ?? 0), maxBodyBytes)
}

function logRequests(server: FastifyInstance, logger: Logger): void {
  server.decorateRequest('messageId', undefined)
  server.addHook('onResponse', (request, reply, done) => {
    const fields = {
      method: request.method,
      // The pattern, never the URL: a query can hold addresses.
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      ...(request.messageId !== undefined && { message_id: request.messageId }),
    }
    if (reply.statusCode >= 500) logger.warn(fields, 'request')
    else if (probes.has(fields.route)) logger.debug(fields, 'request')
    else logger.info(fields, 'request')
    done()
  })
}

function countResponses(server: FastifyInstance, metrics: ServerOptions['metrics']): void {
  if (metrics === undefined) return
  server.addHook('onResponse', (request, reply, done) => {
    metrics.onResponse({ route: request.routeOptions.url ?? 'unknown', status: reply.statusCode })
    done()
  })
}

/** What machines ask every few seconds. */
const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])
