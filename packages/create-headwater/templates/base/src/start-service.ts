import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Config } from '@headwater/config'
import { createProducer, type CloseResult } from '@headwater/producer'
import { openCodec } from './open-codec.ts'
import { openPublisher } from './open-publisher.ts'
import { openRoutes } from './open-routes.ts'

/** A running service. */
export interface Service extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** Stops listening, answers what is in, delivers what was taken, and closes. Idempotent. */
  close(): Promise<CloseResult>
}

/** Milliseconds for the answers and for the delivery of what is left, each. */
const closeTimeoutMs = 10_000

/** Starts the service: one producer for all requests, opened once and closed after the last answer. */
export async function startService(config: Config): Promise<Service> {
  const codec = await openCodec(config)
  const producer = createProducer({ connection: config.connection, ...config.producer })
  const publisher = openPublisher(config, producer, codec)
  const { routes, close: closeRoutes } = openRoutes({ config, producer, codec, publisher })
  let closing: Promise<CloseResult> | undefined
  const server = createServer((request, response) => {
    // A connection that is kept alive after its last answer would hold the end up.
    response.once('close', () => closing && setImmediate(() => server.closeIdleConnections()))
    const path = request.url?.split('?')[0] ?? '/'
    const route = routes.get(path)
    if (route !== undefined) route(request, response)
    else response.writeHead(path === '/healthz' ? 200 : 404).end()
  })
  const { host, port } = config.intake
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (thrown) {
    await closeRoutes()
    await producer.close({ timeoutMs: 0 })
    throw thrown
  }
  const stop = async (): Promise<CloseResult> => {
    const cut = setTimeout(() => server.closeAllConnections(), closeTimeoutMs)
    const closed = once(server, 'close')
    server.close()
    await closed
    clearTimeout(cut)
    await closeRoutes()
    return await producer.close({ timeoutMs: closeTimeoutMs })
  }
  const close = (): Promise<CloseResult> => (closing ??= stop())
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close,
    async [Symbol.asyncDispose]() {
      await close()
    },
  }
}
