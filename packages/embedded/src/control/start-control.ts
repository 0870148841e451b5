import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isHeadwaterError, silentLogger, toError, type Logger } from '@headwater/base'
import type { EmbeddedKafka } from '../embedded-kafka.ts'
import { ControlEndpoint } from './control-endpoint.ts'
import { ControlFailure } from './control-failure.ts'
import { findControlRoute } from './find-control-route.ts'
import { OrderedFaults } from './ordered-faults.ts'
import { readJson } from './read-json.ts'

/** How {@link startControl} is set up. */
export interface StartControlOptions {
  /**
   * 0 takes a free one.
   *
   * @defaultValue 0
   */
  readonly port?: number | undefined
  /**
   * Bodies above this many bytes are refused with 413.
   *
   * @defaultValue 65536
   */
  readonly maxBodyBytes?: number | undefined
  /**
   * Hears of what goes wrong inside.
   *
   * @defaultValue says nothing
   */
  readonly logger?: Logger | undefined
}

interface Control {
  readonly kafka: EmbeddedKafka
  readonly faults: OrderedFaults
  readonly maxBodyBytes: number
  readonly logger: Logger
}

/**
 * Starts an HTTP endpoint that orders faults and looks into a cluster, for programs in any language. It listens on
 * 127.0.0.1 only and has no password, so it refuses what a web page sends. It does not end with the cluster: close it
 * yourself.
 *
 * @throws an error of the operating system for a taken port
 */
export async function startControl(
  kafka: EmbeddedKafka,
  options: StartControlOptions = {},
): Promise<ControlEndpoint> {
  const { port = 0, maxBodyBytes = 65_536, logger = silentLogger } = options
  const control = { kafka, faults: new OrderedFaults(kafka), maxBodyBytes, logger }
  const server = createServer((request, response) => {
    serve(request, response, control).catch((error: unknown) => {
      // The client went away: nobody is left to tell.
      logger.debug({ err: toError(error) }, 'a control request ended without an answer')
      response.destroy()
    })
  })
  // A sender that dawdles shall not keep a connection for minutes.
  server.requestTimeout = 10_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return new ControlEndpoint(server)
}

async function serve(request: IncomingMessage, response: ServerResponse, control: Control): Promise<void> {
  const { method = 'GET', url = '/' } = request
  try {
    assertNoWebPage(request)
    const [path = '/', query = ''] = url.split('?', 2)
    const { handler, params } = findControlRoute(method, path)
    const body = await readJson(request, control.maxBodyBytes)
    const answer = await handler({ ...control, params, query: new URLSearchParams(query), body })
    send(response, answer.status, answer.body)
  } catch (error) {
    const failure = toFailure(error)
    if (failure.status === 500) control.logger.error({ err: toError(error) }, 'a control handler failed')
    // What was not read to its end cannot be followed by another request.
    if (!request.complete) response.setHeader('connection', 'close')
    request.resume()
    send(response, failure.status, { error: { code: failure.code, message: failure.message } })
  }
}

/**
 * A page in a browser on this computer could send requests here, too, straight away (it then names its origin) or by a
 * host name of its own that it points here.
 */
function assertNoWebPage({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '')
  if (headers.origin === undefined && ['127.0.0.1', 'localhost'].includes(host)) return
  throw new ControlFailure(
    403,
    'FORBIDDEN',
    'only programs on this computer may ask, as 127.0.0.1 or localhost',
  )
}

/** The codes of the embedded Kafka that say that something is not there, or is there already. */
const statusOf: Readonly<Record<string, number>> = {
  UNKNOWN_BROKER: 404,
  UNKNOWN_TOPIC_OR_PARTITION: 404,
  NO_REGISTRY: 404,
  TOPIC_ALREADY_EXISTS: 409,
  ELIGIBLE_LEADERS_NOT_AVAILABLE: 409,
}

function toFailure(error: unknown): ControlFailure {
  if (error instanceof ControlFailure) return error
  if (isHeadwaterError(error))
    return new ControlFailure(statusOf[error.code] ?? 400, error.code, error.message)
  return new ControlFailure(500, 'INTERNAL', toError(error).message)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = body === undefined ? '' : `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
  })
  response.end(text)
}
