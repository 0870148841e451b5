import { HeadwaterError } from '@headwater/base'
import type { AccessRule } from './access/access-rule.ts'
import type { Cluster } from './cluster/cluster.ts'
import { controlCoordinator, type CoordinatorControl } from './cluster/coordinator-control.ts'
import { controlPartition, type PartitionControl } from './cluster/partition-control.ts'
import type { Topic } from './cluster/topic.ts'
import type { EmbeddedStats } from './embedded-stats.ts'
import type { FaultScope } from './faults/fault-scope.ts'
import type { Faults } from './faults/faults.ts'
import type { Journal } from './faults/journal.ts'
import type { GroupCoordinator } from './groups/group-coordinator.ts'
import { readLog, type StoredRecord } from './log/read-log.ts'
import { formatAddress } from './network/format-address.ts'
import type { Broker, BrokerParts } from './network/broker.ts'
import type { EmbeddedRegistry } from './registry/registry.ts'
import type { TopicOptions } from './start-kafka-options.ts'
import { controlTransaction, type TransactionControl } from './transactions/transaction-control.ts'
import type { TransactionCoordinator } from './transactions/transaction-coordinator.ts'

/** One broker of the cluster, to stop, start and freeze. */
export type BrokerControl = Pick<
  Broker,
  | 'id'
  | 'host'
  | 'port'
  | 'running'
  | 'start'
  | 'stop'
  | 'freeze'
  | 'thaw'
  | 'network'
  | 'staleMetadata'
  | 'freshMetadata'
>

/** Which records to read; see {@link EmbeddedKafka.records}. */
export interface RecordsOptions {
  /** Only this partition. Default: all, one after the other. */
  readonly partition?: number | undefined
  /**
   * Whether records of open and aborted transactions are among them. Kafka: `isolation.level`.
   *
   * @defaultValue `'read_uncommitted'`
   */
  readonly isolation?: 'read_committed' | 'read_uncommitted' | undefined
}

/** A cluster that runs in this process, made by `startKafka`: what a test reads from it and does to it. */
export class EmbeddedKafka {
  readonly #brokers: readonly Broker[]
  readonly #cluster: Cluster
  readonly #groups: GroupCoordinator
  readonly #transactions: TransactionCoordinator
  /** What shall go wrong. */
  readonly faults: Faults
  /** What happened. */
  readonly journal: Journal
  readonly #registry: EmbeddedRegistry | undefined
  #closed: Promise<void> | undefined

  /** Use `startKafka`. */
  constructor(
    brokers: readonly Broker[],
    registry: EmbeddedRegistry | undefined,
    { cluster, faults, groups, journal, transactions }: BrokerParts,
  ) {
    this.#brokers = brokers
    this.#registry = registry
    this.#cluster = cluster
    this.#groups = groups
    this.#transactions = transactions
    this.faults = faults
    this.journal = journal
  }

  /** `host:port` of all brokers, with commas between, as clients' `bootstrap.servers` takes it. */
  get bootstrapServers(): string {
    return this.#brokers.map(({ host, port }) => formatAddress(host, port)).join(',')
  }

  /**
   * The schema registry's base URL.
   *
   * @throws HeadwaterError `NO_REGISTRY` when none was asked for
   */
  get registryUrl(): string {
    return this.registry.url
  }

  /**
   * The schema registry, with faults of its own.
   *
   * @throws HeadwaterError `NO_REGISTRY` when none was asked for
   */
  get registry(): EmbeddedRegistry {
    if (this.#registry === undefined) {
      throw new HeadwaterError(
        'NO_REGISTRY',
        'there is no schema registry: start Kafka with `registry: true`',
      )
    }
    return this.#registry
  }

  /**
   * The broker with that id; ids count from 1.
   *
   * @throws HeadwaterError `UNKNOWN_BROKER`
   */
  broker(id: number): BrokerControl {
    const broker = this.#brokers[id - 1]
    if (broker === undefined) {
      throw new HeadwaterError('UNKNOWN_BROKER', `no broker ${id}: ids go from 1 to ${this.#brokers.length}`)
    }
    return broker
  }

  /**
   * A partition of a topic.
   *
   * @throws HeadwaterError `UNKNOWN_TOPIC_OR_PARTITION`
   */
  partition(topic: string, index: number): PartitionControl {
    const partition = this.#topic(topic).partitions[index]
    if (partition === undefined)
      throw unknownTopic(`partition ${index} of the topic ${JSON.stringify(topic)}`)
    return controlPartition(partition)
  }

  /** A transactional id, to look at and to slow down. */
  txn(transactionalId: string): TransactionControl {
    return controlTransaction(transactionalId, this.#transactions, this.#cluster, this.faults)
  }

  /**
   * Creates a topic.
   *
   * @throws HeadwaterError under Kafka's name for the error, such as `TOPIC_ALREADY_EXISTS`
   */
  createTopic(name: string, options: TopicOptions = {}): void {
    this.#cluster.createTopic({
      name,
      partitions: options.partitions,
      replicationFactor: options.replicationFactor,
      config: Object.entries(options.config ?? {}),
    })
  }

  /** Gives a topic more partitions. Throws `INVALID_PARTITIONS` unless the count grows. */
  growTopic(name: string, partitions: number): void {
    this.#cluster.growTopic(this.#topic(name), partitions)
  }

  /** Deletes a topic with its records and offsets; one of the same name that is created later has another id. */
  deleteTopic(name: string): void {
    this.#cluster.deleteTopic(this.#topic(name))
    this.#groups.topicDeleted(name)
  }

  /** Lets brokers name another broker as controller, as long as it runs. Throws `UNKNOWN_BROKER`. */
  moveController(broker: number): void {
    this.#cluster.moveController(this.broker(broker).id)
  }

  /**
   * Throttles Produce and Fetch as a quota does (KIP-219): each is answered, and nothing more is taken from its
   * connection for `ms` milliseconds. It lasts until it is lifted, and need not fire.
   */
  throttle(scope: FaultScope, ms: number): { readonly lift: () => void } {
    const orders = (['Produce', 'Fetch'] as const).map((api) =>
      this.faults.on(api, scope).throttle(ms).always().maybe(),
    )
    return {
      lift: () => {
        for (const order of orders) order.lift()
      },
    }
  }

  /**
   * Denies clients something: `deny({ topic: 'orders', operations: ['Write'] })`. They get Kafka's error for it:
   * TOPIC_, GROUP_, TRANSACTIONAL_ID_ or CLUSTER_AUTHORIZATION_FAILED. It lasts until it is lifted.
   */
  deny(rule: AccessRule): { readonly lift: () => void } {
    return { lift: this.#cluster.rules.deny(rule) }
  }

  /** The coordinator of a group. */
  group(groupId: string): CoordinatorControl {
    return controlCoordinator(this.#cluster, this.#groups.topic, groupId)
  }

  /** The records that stand in the log of a topic now, by partition and offset. */
  records(topic: string, options: RecordsOptions = {}): Promise<StoredRecord[]> {
    const { partitions } = this.#topic(topic)
    const wanted =
      options.partition === undefined
        ? partitions
        : partitions.filter(({ index }) => index === options.partition)
    return readLog(wanted, options.isolation === 'read_committed')
  }

  /** What was done since the start, and what is held now: cheap, and readable after the end, too. */
  stats(): EmbeddedStats {
    const { traffic, life } = this.#cluster
    return {
      closed: life.ended,
      brokersRunning: this.#brokers.filter(({ running }) => running).length,
      connections: this.#brokers.reduce((sum, { connectionCount }) => sum + connectionCount, 0),
      connectionsOpened: traffic.connectionsOpened,
      requests: Object.fromEntries(traffic.requests),
      recordsAppended: traffic.recordsAppended,
      bytesAppended: traffic.bytesAppended,
      recordsFetched: traffic.recordsFetched,
      bytesFetched: traffic.bytesFetched,
      faultsFired: this.faults.fired,
    }
  }

  /** Stops all brokers and the registry: every connection is cut, no timer is left. Orders of faults are void; gates open. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#cluster.life.end()
    await Promise.all([...this.#brokers.map((broker) => broker.stop()), this.#registry?.close()])
    this.faults.clear()
  }

  #topic(name: string): Topic {
    const topic = this.#cluster.topic(name)
    if (topic === undefined) throw unknownTopic(`topic ${JSON.stringify(name)}`)
    return topic
  }
}

function unknownTopic(what: string): HeadwaterError {
  return new HeadwaterError('UNKNOWN_TOPIC_OR_PARTITION', `there is no ${what}: create it first`)
}
