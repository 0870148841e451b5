import type { ClusterPlan, NodePlan, TlsPlan } from './node-plan.ts'
import type { RealKafkaSasl, ResolvedRealKafkaOptions } from './real-kafka-options.ts'

/**
 * What makes a Kafka small and quick: few partitions of its own topics, no 128 MB buffer for the log cleaner, no wait
 * for group members who never come, a quick end, and a failover within seconds.
 */
const smallAndQuick: Readonly<Record<string, string>> = {
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  'log.cleaner.dedupe.buffer.size': '2097152',
  'log.segment.bytes': '67108864',
  // Followers that wait are kept until so many have come; with a thousand partitions each, they fill the heap.
  'fetch.purgatory.purge.interval.requests': '50',
  'controlled.shutdown.enable': 'false',
  // The first sweep for records older than `retention.ms` comes so long after the start, 30 s by default. Tests write
  // timestamps of their own, and records that are years old would be gone when it comes while a test still reads them.
  'log.initial.task.delay.ms': '7200000',
  'replica.lag.time.max.ms': '5000',
}

/**
 * How long a dead broker counts as alive. It is also how long a restart takes, since the controller lets a broker
 * back in only when its former session has ended; with nobody to fail over to, short is all that matters.
 */
const sessions = (nodes: 1 | 3): Readonly<Record<string, string>> => ({
  'broker.session.timeout.ms': nodes === 1 ? '2000' : '6000',
  'broker.heartbeat.interval.ms': '500',
})

const replication = (nodes: 1 | 3): Readonly<Record<string, string>> => {
  const replicas = String(nodes)
  const inSync = nodes === 1 ? '1' : '2'
  return {
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
  }
}

/** Double quotes and backslashes would end the value early in a JAAS line. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

function saslProperties(sasl: Required<RealKafkaSasl>): Record<string, string> {
  const prefix = `listener.name.sasl.${sasl.mechanism.toLowerCase()}.sasl.jaas.config`
  const users = Object.entries(sasl.users).map(([name, password]) => `user_${name}=${quoted(password)}`)
  return {
    'listener.name.sasl.sasl.enabled.mechanisms': sasl.mechanism,
    'listener.name.sasl.connections.max.reauth.ms': String(sasl.maxReauthMs),
    // SCRAM users live in the cluster's metadata (see storage.ts), those of PLAIN in this line.
    [prefix]:
      sasl.mechanism === 'PLAIN'
        ? `org.apache.kafka.common.security.plain.PlainLoginModule required ${users.join(' ')};`
        : 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  }
}

const tlsProperties = ({ keystoreFile, password }: TlsPlan): Readonly<Record<string, string>> => ({
  'listener.name.sasl.ssl.keystore.type': 'PKCS12',
  'listener.name.sasl.ssl.keystore.location': keystoreFile,
  'listener.name.sasl.ssl.keystore.password': password,
})

/** The properties of one node, by Kafka's names. */
export function toBrokerProperties(
  node: NodePlan,
  cluster: ClusterPlan,
  options: ResolvedRealKafkaOptions,
): Readonly<Record<string, string>> {
  const listeners: string[] = []
  const advertised: string[] = []
  const listen = (name: string, port: number | undefined, advertisedPort = port): void => {
    if (port === undefined) return
    listeners.push(`${name}://127.0.0.1:${port}`)
    advertised.push(`${name}://127.0.0.1:${advertisedPort}`)
  }
  if (node.isBroker) listen('PLAINTEXT', node.port)
  listen('SASL', node.saslPort)
  listen('PROXIED', node.proxyTargetPort, node.proxiedPort)
  if (node.isController) listeners.push(`CONTROLLER://127.0.0.1:${cluster.controllerPort}`)
  const roles = [node.isBroker && 'broker', node.isController && 'controller'].filter(Boolean)
  return {
    'process.roles': roles.join(','),
    'node.id': String(node.id),
    'controller.quorum.voters': `${cluster.controllerId}@127.0.0.1:${cluster.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: listeners.join(','),
    ...(node.isBroker && {
      'advertised.listeners': advertised.join(','),
      'inter.broker.listener.name': 'PLAINTEXT',
    }),
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,SASL:${
      cluster.tls === undefined ? 'SASL_PLAINTEXT' : 'SASL_SSL'
    }`,
    'log.dirs': node.logFolder,
    ...replication(options.nodes),
    ...smallAndQuick,
    ...sessions(options.nodes),
    ...(node.saslPort !== undefined && options.sasl && saslProperties(options.sasl)),
    ...(node.saslPort !== undefined && cluster.tls && tlsProperties(cluster.tls)),
    ...options.config,
  }
}

/** The text of a `.properties` file; backslashes and what is not ASCII are escaped as Java reads them. */
export function formatProperties(properties: Readonly<Record<string, string>>): string {
  const escape = (text: string): string =>
    text
      .replaceAll('\\', '\\\\')
      .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return Object.entries(properties)
    .map(([key, value]) => `${escape(key)}=${escape(value)}\n`)
    .join('')
}
