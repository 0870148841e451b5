import {
  HeadwaterError,
  type Clock,
  type ConnectionSettings,
  type Credentials,
  type Logger,
} from '@headwater/base'
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs'
import { askCredentials } from './ask-credentials.ts'
import { formatBrokerAddress, isPort, parseBrokerAddress } from './broker-address.ts'
import { connectionProblems } from './connection-problems.ts'
import { defaultClientId } from './default-client-id.ts'
import { GuardedConnection } from './guarded-connection.ts'
import { createKafkajsCluster, type KafkajsCluster } from './kafkajs-cluster.ts'
import { KafkajsLink } from './kafkajs-link.ts'
import { LinkError, type BrokerAddress, type Link, type LinkFactory } from './link.ts'
import { toKafkajsSasl } from './own-sasl.ts'

const defaultConnectTimeoutMs = 10_000

/** A user's `brokers` function may give other addresses each time; nobody has more to start from than this. */
const maxSeeds = 1000

/**
 * Makes Links out of kafkajs 2.2.4, which serves as a factory of one authenticated connection at a time and nothing
 * more. Does no I/O.
 *
 * @param options - plain settings, or the user's own kafkajs client, of which brokers, TLS, SASL, client id and socket
 * factory are taken; it is not changed and its own producers and consumers go on undisturbed
 * @throws HeadwaterError `INVALID_OPTIONS` for settings that cannot work, naming every problem
 * @throws {@link LinkError} `LINK_UNSUPPORTED_KAFKAJS`
 */
export function createKafkajsLinks(
  options: { readonly connection: ConnectionSettings } | { readonly kafka: Kafka },
  deps: { readonly logger: Logger; readonly clock: Clock },
): LinkFactory {
  if ('kafka' in options && options.kafka !== undefined) {
    const cluster = createKafkajsCluster(options.kafka)
    return createFactory(deps, {
      seeds: () => seedsOf(cluster),
      clusterFor: () => cluster,
      mayChange: true,
      connectTimeoutMs: defaultConnectTimeoutMs,
    })
  }
  const { connection } = options as { readonly connection: ConnectionSettings }
  const problems = [...connectionProblems(connection)]
  if (problems.length > 0)
    throw new HeadwaterError('INVALID_OPTIONS', `the connection does not work: ${problems.join('; ')}`)
  const { credentials, connectTimeoutMs = defaultConnectTimeoutMs } = connection
  const seeds = connection.brokers.map((broker) => parseBrokerAddress(broker)!)
  const cluster = createKafkajsCluster(kafkaFor(connection))
  return createFactory(deps, {
    seeds: () => Promise.resolve(seeds),
    clusterFor: (given) => (given ? createKafkajsCluster(kafkaFor({ ...connection, ...given })) : cluster),
    credentials,
    mayChange: credentials !== undefined || connection.sasl?.mechanism === 'oauthbearer',
    connectTimeoutMs,
  })
}

/** Where connections of a factory go and what they are made with. */
interface Source {
  readonly seeds: LinkFactory['seeds']
  /** kafkajs's own factory, with the credentials of this connection if they are given for each. */
  readonly clusterFor: (credentials: Credentials | undefined) => KafkajsCluster
  readonly credentials?: ConnectionSettings['credentials']
  /** Whether the next connection may come with other credentials than the last. */
  readonly mayChange: boolean
  readonly connectTimeoutMs: number
}

function createFactory(
  deps: { readonly logger: Logger; readonly clock: Clock },
  { seeds, clusterFor, credentials, mayChange, connectTimeoutMs }: Source,
): LinkFactory {
  const { clock } = deps
  const connections = new Set<GuardedConnection>()
  const closing = new AbortController()
  let isProven = false

  const assertOpen = (address: BrokerAddress): void => {
    if (closing.signal.aborted) throw closedBefore(address)
  }

  const open = async (address: BrokerAddress): Promise<Link> => {
    assertOpen(address)
    const startedMs = clock.monotonic()
    const closed = closing.signal
    const given =
      credentials &&
      (await askCredentials(credentials, { address, timeoutMs: connectTimeoutMs, clock, closed }))
    const cluster = clusterFor(given)
    const pool = await cluster.connectionPoolBuilder.build({ host: address.host, port: address.port })
    assertOpen(address)
    const connection = new GuardedConnection(cluster, pool, address, deps.logger)
    connections.add(connection)
    void connection.closed.then(() => connections.delete(connection))
    try {
      await connection.connect(connectTimeoutMs, clock, startedMs)
    } catch (thrown) {
      throw isProven && mayChange ? untilTheyAreRotated(thrown) : thrown
    }
    if (connection.fault !== undefined) throw connection.fault
    isProven = true
    return new KafkajsLink(connection, deps)
  }

  const close = async (): Promise<void> => {
    closing.abort(new LinkError('LINK_CLOSED', 'the producer is closed', { sent: false, retriable: false }))
    const open = [...connections]
    for (const connection of open) {
      const message = `the connection to the broker at ${formatBrokerAddress(connection.address)} was closed with the producer`
      connection.destroy(new LinkError('LINK_CLOSED', message, { sent: false, retriable: false }))
    }
    await Promise.all(open.map(({ closed }) => closed))
  }

  return { seeds, open, close }
}

/**
 * Credentials that the brokers took before and refuse now are being changed: one side has the new ones, the other has
 * not yet. The next attempt asks for them again, so nothing is given up for it. Those that were never taken are wrong.
 */
function untilTheyAreRotated(thrown: unknown): unknown {
  if (!(thrown instanceof LinkError) || thrown.code !== 'LINK_AUTHENTICATION_FAILED') return thrown
  const message = `${thrown.message} Brokers took credentials of this producer before, so they are tried again.`
  return new LinkError(thrown.code, message, { sent: false, retriable: true, cause: thrown.cause })
}

function closedBefore(address: BrokerAddress): LinkError {
  const message = `no connection to the broker at ${formatBrokerAddress(address)}: the producer is closed`
  return new LinkError('LINK_CLOSED', message, { sent: false, retriable: false })
}

function kafkaFor(settings: ConnectionSettings): Kafka {
  const config: KafkaConfig = {
    brokers: [...settings.brokers],
    clientId: settings.clientId ?? defaultClientId,
    logLevel: logLevel.NOTHING,
    logCreator: () => () => undefined,
  }
  if (settings.tls) config.ssl = settings.tls
  if (settings.sasl) config.sasl = toKafkajsSasl(settings.sasl) as unknown as NonNullable<KafkaConfig['sasl']>
  return new Kafka(config)
}

/** kafkajs hands its list out one address a call and starts over at its end; it opens no socket for that. */
async function seedsOf(cluster: KafkajsCluster): Promise<readonly BrokerAddress[]> {
  const seeds = new Map<string, BrokerAddress>()
  while (seeds.size < maxSeeds) {
    const { host, port } = await cluster.connectionPoolBuilder.build()
    if (!host || !isPort(port)) {
      const message = 'the kafkajs client names a broker that is not host:port'
      throw new HeadwaterError('INVALID_OPTIONS', message)
    }
    const key = formatBrokerAddress({ host, port })
    if (seeds.has(key)) break
    seeds.set(key, { host, port })
  }
  return [...seeds.values()]
}
