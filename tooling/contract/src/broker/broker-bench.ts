import { randomUUID } from 'node:crypto'
import { createTopics, findCoordinator, initProducerId, listOffsets, metadata } from '@headwater/protocol'
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

/** No topic has this id. */
export const noTopicId = '00000000-0000-0000-0000-000000000000'

const patienceMs = 10_000

/** What facts about a broker stand on: connections to the broker that a request belongs to, fresh topics and names. */
export class BrokerBench {
  readonly cluster: ClusterUnderTest
  readonly #shared = new Map<string, Promise<RawClient>>()
  readonly #own: RawClient[] = []
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
    const opened = RawClient.open(address)
    this.#shared.set(address, opened)
    return opened
  }

  /** A connection of the fact's own, for what may cost it its life or keep it waiting. */
  async fresh(address: string = this.cluster.brokers[0]!, clientId?: string): Promise<RawClient> {
    const client = await RawClient.open(address, clientId)
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

  /** Makes a topic, and waits until every leader serves it: a real broker needs a moment after it has answered. */
  async topic({ partitions = 1, config = {} }: FactTopicOptions = {}): Promise<FactTopic> {
    const client = await this.client()
    const name = this.name('fact')
    const { topics } = await client.send(createTopics, 7, {
      topics: [
        {
          name,
          numPartitions: partitions,
          replicationFactor: this.cluster.replicationFactor,
          assignments: [],
          configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
        },
      ],
    })
    if (topics[0]!.errorCode !== 0) throw new Error(`no topic: ${topics[0]!.errorMessage}`)
    const topic = { name, id: topics[0]!.topicId }
    await this.settled(topic, partitions)
    return topic
  }

  /** Returns when every broker knows the topic and all leaders serve its partitions. */
  async settled(topic: FactTopic, partitions: number): Promise<void> {
    for (const address of this.cluster.brokers) {
      const client = await this.client(address)
      await until(`${topic.name} on ${address}`, async () => {
        const answer = await client.send(metadata, 12, { topics: [{ topicId: topic.id, name: null }] })
        const described = answer.topics[0]!
        return described.partitions.length === partitions &&
          described.partitions.every(({ errorCode, leaderId }) => errorCode === 0 && leaderId >= 0)
          ? true
          : undefined
      })
    }
    for (let partition = 0; partition < partitions; partition++) {
      const client = await this.leader(topic, partition)
      await until(`the leader of ${topic.name}-${partition}`, async () => {
        const { topics } = await client.send(listOffsets, 1, {
          replicaId: -1,
          topics: [{ name: topic.name, partitions: [{ partitionIndex: partition, timestamp: -1n }] }],
        })
        return topics[0]!.partitions[0]!.errorCode === 0 ? true : undefined
      })
    }
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
