import { HeadwaterError } from '@headwater/base'
import type { Cluster } from './cluster/cluster.ts'
import type { Topic } from './cluster/topic.ts'
import type { Faults } from './faults/faults.ts'
import type { Journal } from './faults/journal.ts'
import { readLog, type StoredRecord } from './log/read-log.ts'
import type { Broker, BrokerParts } from './network/broker.ts'
import type { EmbeddedRegistry } from './registry/registry.ts'
import type { TopicOptions } from './start-kafka-options.ts'

/** One broker of the cluster, to stop, start and freeze. */
export type BrokerControl = Pick<
  Broker,
  'id' | 'host' | 'port' | 'running' | 'start' | 'stop' | 'freeze' | 'thaw' | 'network'
>

/** One partition of the cluster, to look at and to move; it shows the present, whenever it is asked. */
export interface PartitionControl {
  readonly topic: string
  readonly index: number
  /** The brokers that hold it, the preferred leader first. */
  readonly replicas: readonly number[]
  /** The id of the broker that leads; -1 for none. */
  readonly leader: number
  /** Rises with every election. */
  readonly leaderEpoch: number
  /** The in-sync replicas. */
  readonly inSync: readonly number[]
  /** Elects another in-sync replica; throws `ELIGIBLE_LEADERS_NOT_AVAILABLE` for a broker that is none. */
  moveLeader(broker: number): void
}

/** Which records to read; see {@link EmbeddedKafka.records}. */
export interface RecordsOptions {
  /** Only this partition. Default: all, one after the other. */
  readonly partition?: number | undefined
}

/** A cluster that runs in this process, made by `startKafka`: what a test reads from it and does to it. */
export class EmbeddedKafka {
  readonly #brokers: readonly Broker[]
  readonly #cluster: Cluster
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
    { cluster, faults, journal }: BrokerParts,
  ) {
    this.#brokers = brokers
    this.#registry = registry
    this.#cluster = cluster
    this.faults = faults
    this.journal = journal
  }

  /** `host:port` of all brokers, with commas between, as clients' `bootstrap.servers` takes it. */
  get bootstrapServers(): string {
    return this.#brokers.map(({ host, port }) => `${host}:${port}`).join(',')
  }

  /** The schema registry's base URL. Throws `NO_REGISTRY` when none was asked for. */
  get registryUrl(): string {
    return this.registry.url
  }

  /** The schema registry, with faults of its own. Throws `NO_REGISTRY` when none was asked for. */
  get registry(): EmbeddedRegistry {
    if (this.#registry === undefined) {
      throw new HeadwaterError(
        'NO_REGISTRY',
        'there is no schema registry: start Kafka with `registry: true`',
      )
    }
    return this.#registry
  }

  /** The broker with that id; ids count from 1. */
  broker(id: number): BrokerControl {
    const broker = this.#brokers[id - 1]
    if (broker === undefined) {
      throw new HeadwaterError('UNKNOWN_BROKER', `no broker ${id}: ids go from 1 to ${this.#brokers.length}`)
    }
    return broker
  }

  /** A partition of a topic. */
  partition(topic: string, index: number): PartitionControl {
    const partition = this.#topic(topic).partitions[index]
    if (partition === undefined)
      throw unknownTopic(`partition ${index} of the topic ${JSON.stringify(topic)}`)
    // Not the partition itself: test runners copy what they compare, and a copy has no private fields.
    return {
      topic: partition.topic,
      index,
      replicas: partition.replicas,
      get leader() {
        return partition.leader
      },
      get leaderEpoch() {
        return partition.leaderEpoch
      },
      get inSync() {
        return partition.inSync
      },
      moveLeader: (broker) => partition.moveLeader(broker),
    }
  }

  /** Creates a topic. Throws with Kafka's name for the error, such as `TOPIC_ALREADY_EXISTS`. */
  createTopic(name: string, options: TopicOptions = {}): void {
    this.#cluster.createTopic({
      name,
      partitions: options.partitions,
      replicationFactor: options.replicationFactor,
      config: Object.entries(options.config ?? {}),
    })
  }

  /** The records that stand in the log of a topic now, by partition and offset. */
  records(topic: string, options: RecordsOptions = {}): Promise<StoredRecord[]> {
    const { partitions } = this.#topic(topic)
    const wanted =
      options.partition === undefined
        ? partitions
        : partitions.filter(({ index }) => index === options.partition)
    return readLog(wanted)
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
    if (topic === undefined) throw unknownTopic(`a topic ${JSON.stringify(name)}`)
    return topic
  }
}

function unknownTopic(what: string): HeadwaterError {
  return new HeadwaterError('UNKNOWN_TOPIC_OR_PARTITION', `there is no ${what}: create it first`)
}
