import { silentLogger, systemClock } from '@headwater/base'
import { resolveBrokerConfig } from './cluster/broker-config.ts'
import { Cluster } from './cluster/cluster.ts'
import { EmbeddedKafka } from './embedded-kafka.ts'
import { Faults } from './faults/faults.ts'
import { Journal } from './faults/journal.ts'
import { GroupCoordinator } from './groups/group-coordinator.ts'
import { Broker } from './network/broker.ts'
import { Sasl } from './security/sasl.ts'
import { startRegistry } from './registry/registry.ts'
import { TransactionCoordinator } from './transactions/transaction-coordinator.ts'
import type { StartKafkaOptions } from './start-kafka-options.ts'

/** One gibibyte: more than a test writes, less than a computer has. */
const defaultMaxLogBytes = 1_073_741_824

/**
 * Starts a Kafka cluster in this process and resolves when it takes connections.
 *
 * @throws TypeError, RangeError - for options that mean nothing; an error of the operating system for a taken port
 */
export async function startKafka(options: StartKafkaOptions = {}): Promise<EmbeddedKafka> {
  const count = options.brokers ?? 1
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`brokers: ${count} is not a count above 0`)
  if (options.ports !== undefined && options.ports.length !== count) {
    throw new RangeError(`ports: ${options.ports.length} given for ${count} broker(s)`)
  }
  const maxLogBytes = options.maxLogBytes ?? defaultMaxLogBytes
  if (!(maxLogBytes > 0)) throw new RangeError(`maxLogBytes: ${maxLogBytes} is not a number above 0`)
  const clock = options.clock ?? systemClock
  const overrides = { 'default.replication.factor': Math.min(3, count), ...options.config }
  const config = resolveBrokerConfig(
    options.autoCreateTopics === undefined
      ? overrides
      : { ...overrides, 'auto.create.topics.enable': options.autoCreateTopics },
  )
  const logger = options.logger ?? silentLogger
  const cluster = new Cluster({ clock, logger, config, maxLogBytes })
  const journal = new Journal(clock)
  const faults = new Faults(journal)
  const groups = new GroupCoordinator(cluster)
  const transactions = new TransactionCoordinator({ cluster, groups, faults })
  const sasl = options.sasl && new Sasl(options.sasl, logger)
  const parts = { cluster, journal, faults, groups, transactions, sasl, tls: options.tls }
  const host = options.host ?? '127.0.0.1'
  const brokers = Array.from(
    { length: count },
    (_, at) => new Broker(at + 1, host, options.ports?.[at] ?? 0, parts),
  )
  const registry = options.registry
    ? await startRegistry({ host, logger, ...(options.registry === true ? {} : options.registry) })
    : undefined
  const kafka = new EmbeddedKafka(brokers, registry, parts)
  try {
    // One after the other, so that ids are in order wherever they are listed.
    for (const broker of brokers) await broker.start()
    for (const [name, topic] of Object.entries(options.topics ?? {})) kafka.createTopic(name, topic)
  } catch (error) {
    await kafka.close()
    throw error
  }
  return kafka
}
