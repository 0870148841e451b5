import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock, Logger } from '@headwater/base'
import { AccessRules } from '../access/access-rules.ts'
import { Retention } from '../log/retention.ts'
import type { BrokerConfig } from './broker-config.ts'
import { Life } from './life.ts'
import { pictureOf, type MetadataView } from './metadata-view.ts'
import { Partition } from './partition.ts'
import { assertAssignment, assertPartitionCount, assignReplicas } from './replica-assignment.ts'
import { Refusal } from './refusal.ts'
import { Topic } from './topic.ts'
import { TopicConfig } from './topic-config.ts'
import { assertNoCollision, assertTopicName } from './topic-name.ts'
import { Traffic } from './traffic.ts'

/** What the cluster knows of a broker. */
export interface ClusterNode {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly alive: boolean
}

/** What a topic shall be; what is left out is the broker's default. */
export interface NewTopic {
  readonly name: string
  readonly partitions?: number | undefined
  readonly replicationFactor?: number | undefined
  /** Brokers by partition, instead of the two numbers. */
  readonly assignment?: readonly (readonly number[])[] | undefined
  readonly config?: Iterable<readonly [string, string]> | undefined
  readonly internal?: boolean | undefined
}

/** What makes a cluster. */
export interface ClusterOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly config: BrokerConfig
  /** Bytes of all logs together, whatever their topics allow. */
  readonly maxLogBytes: number
}

/** What all brokers of a cluster agree on: brokers, topics, leaders and the ids that are given out. */
export class Cluster {
  /** 16 random bytes in URL-safe base 64, as Kafka writes its ids. */
  readonly id: string = randomBytes(16).toString('base64url')
  readonly clock: Clock
  readonly logger: Logger
  readonly config: BrokerConfig
  /** Ends when the cluster closes. */
  readonly life: Life = new Life()
  /** What clients may not do. */
  readonly rules: AccessRules = new AccessRules()
  /** What clients have done. */
  readonly traffic: Traffic = new Traffic()
  /** Takes old records out of the logs. */
  readonly retention: Retention
  readonly #nodes = new Map<number, ClusterNode>()
  readonly #topics = new Map<string, Topic>()
  readonly #topicsById = new Map<string, Topic>()
  /** What brokers tell that shall not hear of what happens. */
  readonly #staleViews = new Map<number, MetadataView>()
  #controller = -1
  #nextProducerId = 0n

  constructor(options: ClusterOptions) {
    this.clock = options.clock
    this.logger = options.logger
    this.config = options.config
    this.retention = new Retention({
      clock: options.clock,
      maxLogBytes: options.maxLogBytes,
      checkIntervalMs: options.config['log.retention.check.interval.ms'],
      topics: () => this.#topics.values(),
    })
  }

  /** All brokers, by rising id, also those that are stopped. */
  get nodes(): readonly ClusterNode[] {
    return [...this.#nodes.values()]
  }

  get topics(): readonly Topic[] {
    return [...this.#topics.values()]
  }

  /**
   * The broker that clients are told is the controller: the one that {@link Cluster.moveController} named, else the
   * first that lives. Any broker does its work.
   */
  get controllerId(): number {
    if (this.isAlive(this.#controller)) return this.#controller
    return this.nodes.find((node) => node.alive)?.id ?? -1
  }

  /** What a broker tells clients of the cluster. */
  viewOf(broker: number): MetadataView {
    return this.#staleViews.get(broker) ?? this
  }

  /** Lets a broker tell for good what it knows now, or the present again. */
  setStale(broker: number, stale: boolean): void {
    if (stale) this.#staleViews.set(broker, pictureOf(this))
    else this.#staleViews.delete(broker)
  }

  /** Names another controller. It is one as long as it lives. */
  moveController(broker: number): void {
    this.#controller = broker
  }

  node(id: number): ClusterNode | undefined {
    return this.#nodes.get(id)
  }

  readonly isAlive = (id: number): boolean => this.#nodes.get(id)?.alive === true

  topic(name: string): Topic | undefined {
    this.retention.look()
    return this.#topics.get(name)
  }

  topicById(id: string): Topic | undefined {
    this.retention.look()
    return this.#topicsById.get(id)
  }

  partition(topic: string, index: number): Partition | undefined {
    return this.topic(topic)?.partitions[index]
  }

  nodeStarted(id: number, host: string, port: number): void {
    this.#nodes.set(id, { id, host, port, alive: true })
    for (const partition of this.#partitions()) partition.brokerStarted(id, this.isAlive)
  }

  nodeStopped(id: number): void {
    const node = this.#nodes.get(id)
    if (node === undefined || !node.alive) return
    this.#nodes.set(id, { ...node, alive: false })
    this.#staleViews.delete(id)
    for (const partition of this.#partitions()) partition.brokerStopped(id, this.isAlive)
  }

  /** Producer ids count up from 0, as on a fresh Kafka; they are not given out in blocks. */
  takeProducerId(): bigint {
    return this.#nextProducerId++
  }

  /** Makes the topic as it would be, without keeping it; throws a {@link Refusal} where Kafka would refuse. */
  planTopic(wanted: NewTopic): Topic {
    const { name } = wanted
    assertTopicName(name)
    if (this.#topics.has(name)) throw new Refusal('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
    assertNoCollision(name, this.#topics.keys())
    const config = new TopicConfig(this.config, wanted.config ?? [])
    const assignment = this.#assignment(wanted)
    const partitions = assignment.map((replicas, index) => new Partition(name, index, replicas, this.isAlive))
    return new Topic(name, randomUUID(), wanted.internal ?? false, config, partitions)
  }

  createTopic(wanted: NewTopic): Topic {
    const topic = this.planTopic(wanted)
    this.#topics.set(topic.name, topic)
    this.#topicsById.set(topic.id, topic)
    return topic
  }

  deleteTopic(topic: Topic): void {
    this.#topics.delete(topic.name)
    this.#topicsById.delete(topic.id)
    for (const partition of topic.partitions) partition.delete()
  }

  /** Gives a topic more partitions, up to `count`. Throws a {@link Refusal} where Kafka would refuse. */
  growTopic(
    topic: Topic,
    count: number,
    assignment?: readonly (readonly number[])[],
    validateOnly: boolean = false,
  ): void {
    const before = topic.partitions.length
    if (count === before) throw new Refusal('INVALID_PARTITIONS', `Topic already has ${before} partition(s).`)
    if (count < before) {
      throw new Refusal(
        'INVALID_PARTITIONS',
        `The topic ${topic.name} currently has ${before} partition(s); ${count} would not be an increase.`,
      )
    }
    assertPartitionCount(count - before)
    const factor = topic.partitions[0]!.replicas.length
    if (assignment !== undefined) {
      if (assignment.length !== count - before) {
        throw new Refusal(
          'INVALID_REPLICA_ASSIGNMENT',
          `Attempted to add ${count - before} additional partition(s), but only ${assignment.length} assignment(s) were specified.`,
        )
      }
      assertAssignment(assignment, this.#nodes)
    }
    const added = assignment ?? assignReplicas(this.#nodeIds(), count - before, factor, before)
    if (validateOnly) return
    topic.addPartitions(
      added.map((replicas, at) => new Partition(topic.name, before + at, replicas, this.isAlive)),
    )
  }

  #assignment(wanted: NewTopic): readonly (readonly number[])[] {
    if (wanted.assignment !== undefined) {
      assertAssignment(wanted.assignment, this.#nodes)
      return wanted.assignment
    }
    const partitions = wanted.partitions ?? this.config['num.partitions']
    assertPartitionCount(partitions)
    const factor = wanted.replicationFactor ?? this.config['default.replication.factor']
    if (partitions < 1) {
      throw new Refusal(
        'INVALID_PARTITIONS',
        'Number of partitions was set to an invalid non-positive value.',
      )
    }
    if (factor < 1 || factor > this.#nodes.size) {
      throw new Refusal(
        'INVALID_REPLICATION_FACTOR',
        `Unable to replicate the partition ${factor} time(s): there are ${this.#nodes.size} broker(s).`,
      )
    }
    return assignReplicas(this.#nodeIds(), partitions, factor, 0)
  }

  #nodeIds(): number[] {
    return [...this.#nodes.keys()]
  }

  *#partitions(): Iterable<Partition> {
    for (const topic of this.#topics.values()) yield* topic.partitions
  }
}
