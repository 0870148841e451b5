import { randomUUID } from 'node:crypto'
import {
  createTopics,
  findCoordinator,
  initProducerId,
  listOffsets,
  metadata,
  type ResponseOf,
} from '@headwater/protocol'
import type { ClusterUnderTest } from '../cluster-under-test.ts'
import { RawClient } from './raw-client.ts'

/** A topic that a fact made for itself. */
export interface FactTopic {
  readonly name: string
  readonly id: string
}

/** How that topic shall be; as many replicas as the cluster gives. */
export interface FactTopicOptions {
  /** @defaultValue 1 */
  readonly partitions?: number
  readonly config?: Readonly<Record<string, string>>
}

type Described = ResponseOf<typeof metadata>['topics'][number]

/** No topic has this id. */
export const noTopicId = '00000000-0000-0000-0000-000000000000'

const patienceMs = 20_000

/** As many topics as a broker makes in one go without a fact noticing the time. */
const topicsInAdvance = 40

/** What facts about a broker stand on: connections to the broker that a request belongs to, fresh topics and names. */
export class BrokerBench {
  readonly cluster: ClusterUnderTest
  readonly #shared = new Map<string, Promise<RawClient>>()
  readonly #own: RawClient[] = []
  readonly #plainTopics: FactTopic[] = []
  readonly #addresses = new Map<number, string>()

  constructor(cluster: ClusterUnderTest) {
    this.cluster = cluster
  }

  /** A name that no other fact uses. */
  name(prefix: string): string {
    return `${prefix}-${randomUUID().slice(0, 13)}`
  }

  /** A shared connection to the first broker, or to the one at `address`; opened anew when it was lost. */
  async client(address: string = this.cluster.brokers[0]!): Promise<RawClient> {
    const known = await this.#shared.get(address)
    if (known !== undefined && !known.isClosed) return known
    const opened = RawClient.open(address, undefined, this.cluster.login)
    this.#shared.set(address, opened)
    return opened
  }

  /** A connection of the fact's own, for what may cost it its life or keep it waiting. */
  async fresh(address: string = this.cluster.brokers[0]!, clientId?: string): Promise<RawClient> {
    const client = await RawClient.open(address, clientId, this.cluster.login)
    this.#own.push(client)
    return client
  }

  /** `host:port` of a broker by its id. */
  async addressOf(broker: number): Promise<string> {
    if (!this.#addresses.has(broker)) {
      const { brokers } = await (await this.client()).send(metadata, 12, { topics: [] })
      for (const { nodeId, host, port } of brokers) this.#addresses.set(nodeId, `${host}:${port}`)
    }
    return this.#addresses.get(broker)!
  }

  /** `host:port` of the broker that leads a partition. */
  async leaderAddress(topic: FactTopic, partition = 0): Promise<string> {
    const { topics } = await (
      await this.client()
    ).send(metadata, 12, { topics: [{ topicId: topic.id, name: null }] })
    return this.addressOf(topics[0]!.partitions.find((one) => one.partitionIndex === partition)!.leaderId)
  }

  /** A shared connection to the broker that leads a partition. */
  async leader(topic: FactTopic, partition = 0): Promise<RawClient> {
    return this.client(await this.leaderAddress(topic, partition))
  }

  /** `host:port` of the broker that coordinates a group. */
  async coordinatorAddress(group: string): Promise<string> {
    const client = await this.client()
    const found = await until(`a coordinator of ${group}`, async () => {
      const answer = await client.send(findCoordinator, 2, { key: group, keyType: 0 })
      return answer.errorCode === 0 ? answer : undefined
    })
    return `${found.host}:${found.port}`
  }

  /** A topic of the fact's own. Plain ones are made in advance, many at once: one by one they take most of the time. */
  async topic({ partitions = 1, config = {} }: FactTopicOptions = {}): Promise<FactTopic> {
    const isPlain = partitions === 1 && Object.keys(config).length === 0
    if (!isPlain) return (await this.#create(1, partitions, config))[0]!
    const ready = this.#plainTopics.pop()
    if (ready !== undefined) return ready
    this.#plainTopics.push(...(await this.#create(topicsInAdvance, partitions, config)))
    return this.#plainTopics.pop()!
  }

  /** Returns when every broker knows the topic and all leaders serve its partitions. */
  settled(topic: FactTopic, partitions: number): Promise<void> {
    return this.#settled([topic], partitions)
  }

  async #create(
    count: number,
    numPartitions: number,
    config: Readonly<Record<string, string>>,
  ): Promise<FactTopic[]> {
    const client = await this.client()
    const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
    const { replicationFactor } = this.cluster
    const { topics } = await client.send(createTopics, 7, {
      topics: Array.from({ length: count }, () => ({
        name: this.name('fact'),
        numPartitions,
        replicationFactor,
        assignments: [],
        configs,
      })),
    })
    const refused = topics.find(({ errorCode }) => errorCode !== 0)
    if (refused !== undefined) throw new Error(`no topic: ${refused.errorMessage}`)
    const created = topics.map(({ name, topicId }) => ({ name, id: topicId }))
    await this.#settled(created, numPartitions)
    return created
  }

  /** A real broker needs a moment after it has answered that a topic is there. */
  async #settled(topics: readonly FactTopic[], partitions: number): Promise<void> {
    const byId = topics.map(({ id }) => ({ topicId: id, name: null }))
    let describedBy = ''
    const describedAt = async (address: string): Promise<readonly Described[] | undefined> => {
      const client = await this.client(address)
      const answer = await client.send(metadata, 12, { topics: byId })
      const isKnown = answer.topics.every(
        (topic) =>
          topic.partitions.length === partitions &&
          topic.partitions.every(({ errorCode, leaderId }) => errorCode === 0 && leaderId >= 0),
      )
      return isKnown ? answer.topics : undefined
    }
    for (const address of this.cluster.brokers) {
      await until(`topics on ${address}`, () => describedAt(address))
      describedBy = address
    }
    // Asked for anew each time: after a move a broker may name the old leader for a while, who will never lead again.
    await until('the leaders to lead', async () => {
      const described = await describedAt(describedBy)
      if (described === undefined) return undefined
      const leading = described.flatMap((topic) =>
        Array.from(
          Map.groupBy(topic.partitions, ({ leaderId }) => leaderId),
          ([leader, led]) => this.#leads(leader, topic.name!, led),
        ),
      )
      return (await Promise.all(leading)).every(Boolean) ? true : undefined
    })
  }

  /** Whether a broker knows that it leads these partitions. */
  async #leads(leader: number, name: string, led: Described['partitions']): Promise<boolean> {
    const client = await this.client(await this.addressOf(leader))
    const partitions = led.map(({ partitionIndex }) => ({ partitionIndex, timestamp: -1n }))
    const { topics } = await client.send(listOffsets, 1, { replicaId: -1, topics: [{ name, partitions }] })
    return topics.every((topic) => topic.partitions.every(({ errorCode }) => errorCode === 0))
  }

  /** A producer id that nobody else has. */
  async producerId(): Promise<bigint> {
    const client = await this.client()
    return until('a producer id', async () => {
      const answer = await client.send(initProducerId, 4, {
        transactionalId: null,
        transactionTimeoutMs: 60_000,
      })
      return answer.errorCode === 0 ? answer.producerId : undefined
    })
  }

  /** Ends the connections that facts took for themselves. */
  closeOwn(): void {
    for (const client of this.#own.splice(0)) client.close()
  }

  async close(): Promise<void> {
    this.closeOwn()
    for (const client of this.#shared.values()) (await client).close()
  }
}

/** Asks again and again until there is an answer; each question is a round trip, so this is no busy loop. */
export async function until<Found>(what: string, ask: () => Promise<Found | undefined>): Promise<Found> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    if (performance.now() > endMs) throw new Error(`waited ${patienceMs} ms in vain for ${what}`)
  }
}
