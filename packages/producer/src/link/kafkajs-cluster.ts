import { createRequire } from 'node:module'
import type { Duplex } from 'node:stream'
import { Kafka } from 'kafkajs'
import kafkajsPackage from 'kafkajs/package.json' with { type: 'json' }
import { LinkError } from './link.ts'

/**
 * The inside of kafkajs 2.2.4 as far as a Link touches it, and the only place that reaches for it. None of this is
 * public there, so the version is held exactly and every member is looked at before it is used.
 */

/** The only release whose inside is known here. */
const knownVersion = '2.2.4'

/** What kafkajs's loggers look like from within. */
export interface KafkajsLogger {
  readonly debug: KafkajsLine
  readonly info: KafkajsLine
  readonly warn: KafkajsLine
  readonly error: KafkajsLine
  readonly namespace: () => KafkajsLogger
}

type KafkajsLine = (message: string, extra?: Readonly<Record<string, unknown>>) => void

/** One request as `requestQueue.push` takes it. */
interface KafkajsRequest {
  readonly entry: {
    readonly apiKey: number
    readonly apiName: string
    readonly apiVersion: number
    readonly correlationId: number
    readonly resolve: (response: { readonly payload: Uint8Array | null }) => void
    readonly reject: (error: Error) => void
  }
  readonly expectResponse: boolean
  /** Called synchronously by `push`, since this queue is never limited and never throttled. */
  readonly sendRequest: () => void
}

/** kafkajs's RequestQueue: correlates answers with requests. */
interface KafkajsRequestQueue {
  readonly inflight: ReadonlyMap<number, unknown>
  logger: KafkajsLogger
  enforceRequestTimeout: boolean
  maxInFlightRequests: number | null
  push(request: KafkajsRequest): void
  fulfillRequest(response: { correlationId: number; payload: Uint8Array; size: number }): void
  maybeThrottle(throttleMs: number): void
  scheduleCheckPendingRequests(): void
}

/** What kafkajs asks a socket factory for. */
interface KafkajsSocketRequest {
  readonly host: string
  readonly port: number
  readonly ssl: unknown
  readonly onConnect: () => void
}

/** kafkajs's Connection: one socket, its frame parser and its queue. */
export interface KafkajsConnection {
  readonly host: string
  readonly port: number
  readonly clientId: string
  readonly ssl: unknown
  /** `process.hrtime()` of the moment when SASL was through. */
  readonly authenticatedAt: [number, number] | null
  /** Milliseconds, as kafkajs's own 64-bit integer; 0 for a session that never ends. */
  readonly sessionLifetime: { toString(): string }
  readonly requestQueue: KafkajsRequestQueue
  logger: KafkajsLogger
  sasl: object | null | undefined
  socketFactory: (request: KafkajsSocketRequest) => Duplex
  /** Set while an exchange of the oldest form of SASL is under way. */
  readonly authHandlers: object | null
  connectionTimeout: number
  reauthenticationThreshold: number
  nextCorrelationId(): number
  processData(data: Uint8Array): void
}

/** kafkajs's ConnectionPool: two connections to one broker, of which a Link uses the first. */
export interface KafkajsConnectionPool {
  readonly host: string
  readonly port: number
  readonly pool: readonly KafkajsConnection[]
  sasl: object | null | undefined
}

/** kafkajs's Broker: knows the handshake (TCP, TLS, ApiVersions, SASL). */
export interface KafkajsBroker {
  readonly versions: Readonly<
    Record<string, { readonly minVersion: number; readonly maxVersion: number }>
  > | null
  connect(): Promise<void>
}

/** kafkajs's Cluster, as a factory of connections and nothing more. */
export interface KafkajsCluster {
  readonly connectionPoolBuilder: {
    build(address?: { readonly host: string; readonly port: number }): Promise<KafkajsConnectionPool>
  }
  readonly brokerPool: {
    createBroker(options: {
      readonly connectionPool: KafkajsConnectionPool
      readonly logger: KafkajsLogger
      /** `null` makes the broker ask its own peer, instead of taking a seed's answer for everybody's. */
      readonly versions: null
    }): KafkajsBroker
  }
}

type CreateCluster = (options: {
  readonly maxInFlightRequests: null
  readonly allowAutoTopicCreation: boolean
}) => unknown

/**
 * Makes a cluster object from a `Kafka`, without any I/O.
 *
 * @throws {@link LinkError} `LINK_UNSUPPORTED_KAFKAJS` when it is not kafkajs 2.2.4.
 */
export function createKafkajsCluster(kafka: Kafka): KafkajsCluster {
  const version = versionOf(kafka)
  if (version !== knownVersion) {
    throw unsupported(
      version === undefined
        ? 'the Kafka object is of no kafkajs whose version can be told'
        : `the Kafka object is of kafkajs ${version}`,
    )
  }
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  )
  const createCluster: unknown = symbol && Reflect.get(kafka, symbol)
  if (typeof createCluster !== 'function') throw unsupported('its Kafka object makes no cluster')
  const cluster = (createCluster as CreateCluster)({
    maxInFlightRequests: null,
    allowAutoTopicCreation: false,
  })
  assertShape(cluster, 'Cluster', {
    'connectionPoolBuilder.build': 'function',
    'brokerPool.createBroker': 'function',
  })
  return cluster as KafkajsCluster
}

/**
 * The connection of a fresh pool, with its shape checked.
 *
 * @throws {@link LinkError} `LINK_UNSUPPORTED_KAFKAJS`
 */
export function kafkajsConnectionOf(pool: KafkajsConnectionPool): KafkajsConnection {
  const [connection] = pool.pool
  assertShape(connection, 'Connection', connectionShape)
  return connection as KafkajsConnection
}

const connectionShape = {
  'logger.namespace': 'function',
  'requestQueue.inflight.size': 'number',
  'requestQueue.push': 'function',
  'requestQueue.fulfillRequest': 'function',
  'requestQueue.maybeThrottle': 'function',
  'requestQueue.scheduleCheckPendingRequests': 'function',
  'requestQueue.enforceRequestTimeout': 'boolean',
  'sessionLifetime.toNumber': 'function',
  socketFactory: 'function',
  connectionTimeout: 'number',
  reauthenticationThreshold: 'number',
  nextCorrelationId: 'function',
  processData: 'function',
}

function assertShape(value: unknown, name: string, shape: Readonly<Record<string, string>>): void {
  for (const [path, type] of Object.entries(shape)) {
    let member = value
    for (const key of path.split('.')) member = (member as Record<string, unknown> | null | undefined)?.[key]
    if (typeof member !== type) throw unsupported(`its ${name} has no ${path} (a ${type})`)
  }
}

/** A user's own client may come from another copy of kafkajs than ours, and so from another release. */
function versionOf(kafka: Kafka): string | undefined {
  const require = createRequire(import.meta.url)
  for (let type = kafka.constructor; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    if (type === Kafka) return kafkajsPackage.version
    const source = Object.values(require.cache).find((module) => module?.exports === type)?.filename
    if (source === undefined) continue
    const { name, version } = createRequire(source)('../package.json') as { name: string; version: string }
    return name === 'kafkajs' ? version : undefined
  }
  return undefined
}

function unsupported(found: string): LinkError {
  return new LinkError(
    'LINK_UNSUPPORTED_KAFKAJS',
    `Headwater connects through the inside of kafkajs ${knownVersion}, but ${found}. Depend on exactly ` +
      `"kafkajs": "${knownVersion}" (npm ls kafkajs shows every copy), or pass plain connection settings.`,
    { sent: false },
  )
}
