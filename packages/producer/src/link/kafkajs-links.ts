import { HeadwaterError, type Clock, type ConnectionSettings, type Logger } from '@headwater/base'
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs'
import { formatBrokerAddress, isPort, parseBrokerAddress } from './broker-address.ts'
import { GuardedConnection } from './guarded-connection.ts'
import { createKafkajsCluster, type KafkajsCluster } from './kafkajs-cluster.ts'
import { KafkajsLink } from './kafkajs-link.ts'
import { LinkError, type BrokerAddress, type Link, type LinkFactory } from './link.ts'
import { toKafkajsSasl } from './own-sasl.ts'

const defaultConnectTimeoutMs = 10_000
const defaultClientId = 'headwater'

/** A user's `brokers` function may give other addresses each time; nobody has more to start from than this. */
const maxSeeds = 1000

/**
 * Makes Links out of kafkajs 2.2.4, which serves as a factory of one authenticated connection at a time and nothing
 * more. Does no I/O.
 *
 * @param options - plain settings, or the user's own kafkajs client, of which brokers, TLS, SASL, client id and socket
 * factory are taken; it is not changed and its own producers and consumers go on undisturbed
 * @throws HeadwaterError `INVALID_OPTIONS` for an address that is none
 * @throws {@link LinkError} `LINK_UNSUPPORTED_KAFKAJS`
 */
export function createKafkajsLinks(
  options: { readonly connection: ConnectionSettings } | { readonly kafka: Kafka },
  deps: { readonly logger: Logger; readonly clock: Clock },
): LinkFactory {
  if ('kafka' in options) {
    const cluster = createKafkajsCluster(options.kafka)
    return createFactory(cluster, () => seedsOf(cluster), defaultConnectTimeoutMs, deps)
  }
  const { connection } = options
  const seeds = connection.brokers.map(toSeed)
  if (seeds.length === 0) throw invalid('`brokers` is empty: name one broker at least, as host:port')
  const cluster = createKafkajsCluster(kafkaFor(connection))
  return createFactory(
    cluster,
    () => Promise.resolve(seeds),
    connection.connectTimeoutMs ?? defaultConnectTimeoutMs,
    deps,
  )
}

function createFactory(
  cluster: KafkajsCluster,
  seeds: LinkFactory['seeds'],
  connectTimeoutMs: number,
  deps: { readonly logger: Logger; readonly clock: Clock },
): LinkFactory {
  const connections = new Set<GuardedConnection>()
  let isClosed = false

  const assertOpen = (address: BrokerAddress): void => {
    if (!isClosed) return
    const message = `no connection to the broker at ${formatBrokerAddress(address)}: the producer is closed`
    throw new LinkError('LINK_CLOSED', message, { sent: false, retriable: false })
  }

  const open = async (address: BrokerAddress): Promise<Link> => {
    assertOpen(address)
    const pool = await cluster.connectionPoolBuilder.build({ host: address.host, port: address.port })
    assertOpen(address)
    const connection = new GuardedConnection(cluster, pool, address)
    connections.add(connection)
    void connection.closed.then(() => connections.delete(connection))
    await connection.connect(connectTimeoutMs, deps.clock)
    if (connection.fault !== undefined) throw connection.fault
    return new KafkajsLink(connection, deps)
  }

  const close = async (): Promise<void> => {
    isClosed = true
    const open = [...connections]
    for (const connection of open) {
      const message = `the connection to the broker at ${formatBrokerAddress(connection.address)} was closed with the producer`
      connection.destroy(new LinkError('LINK_CLOSED', message, { sent: false, retriable: false }))
    }
    await Promise.all(open.map(({ closed }) => closed))
  }

  return { seeds, open, close }
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

function toSeed(text: string): BrokerAddress {
  const address = parseBrokerAddress(text)
  if (address === undefined)
    throw invalid(`\`brokers\` names "${text}", which is not host:port (or [ipv6]:port)`)
  return address
}

/** kafkajs hands its list out one address a call and starts over at its end; it opens no socket for that. */
async function seedsOf(cluster: KafkajsCluster): Promise<readonly BrokerAddress[]> {
  const seeds = new Map<string, BrokerAddress>()
  while (seeds.size < maxSeeds) {
    const { host, port } = await cluster.connectionPoolBuilder.build()
    if (!host || !isPort(port)) throw invalid('the kafkajs client names a broker that is not host:port')
    const key = formatBrokerAddress({ host, port })
    if (seeds.has(key)) break
    seeds.set(key, { host, port })
  }
  return [...seeds.values()]
}

function invalid(message: string): HeadwaterError<'INVALID_OPTIONS'> {
  return new HeadwaterError('INVALID_OPTIONS', message)
}
