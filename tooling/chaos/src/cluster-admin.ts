import kafkajs from 'kafkajs'
import { setTimeout as delay } from 'node:timers/promises'

/** A partition as the cluster sees it now. */
export interface PartitionView {
  readonly partition: number
  /** -1 for none. */
  readonly leader: number
  readonly isr: readonly number[]
}

/** The replicas that a partition shall have, the preferred leader first. */
export interface WantedReplicas {
  readonly partition: number
  readonly replicas: readonly number[]
}

const pollMs = 200
/** Looks in a row that must agree: a broker that has just come back may still tell of yesterday. */
const agreeing = 3

/** What chaos asks of and orders from the cluster, past the proxies; each call connects anew, since brokers come and go. */
export class ClusterAdmin {
  readonly #brokers: readonly string[]

  constructor(brokers: readonly string[]) {
    this.#brokers = brokers
  }

  async createTopics(topics: readonly string[], partitions: number): Promise<void> {
    const configEntries = [
      { name: 'min.insync.replicas', value: '2' },
      { name: 'unclean.leader.election.enable', value: 'false' },
    ]
    await this.#run((admin) =>
      admin.createTopics({
        topics: topics.map((topic) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: 3,
          configEntries,
        })),
        waitForLeaders: false,
      }),
    )
    await this.untilInSync(topics)
  }

  /** Resolves when no broker that is asked knows the topics any more. */
  async deleteTopics(topics: readonly string[]): Promise<void> {
    await this.#run((admin) => admin.deleteTopics({ topics: [...topics] }))
    await this.#until(`${topics.join(', ')} are gone`, async (admin) => {
      const present = await admin.listTopics()
      return topics.every((topic) => !present.includes(topic))
    })
  }

  async partitionsOf(topic: string): Promise<readonly PartitionView[]> {
    const { topics } = await this.#run((admin) => admin.fetchTopicMetadata({ topics: [topic] }))
    return (topics[0]?.partitions ?? []).map(({ partitionId, leader, isr }) => ({
      partition: partitionId,
      leader,
      isr,
    }))
  }

  /** Resolves when every partition has a leader and three replicas in sync. */
  async untilInSync(topics: readonly string[]): Promise<void> {
    await this.#until(`${topics.join(', ')} are in sync`, async (admin) => {
      const metadata = await admin.fetchTopicMetadata({ topics: [...topics] })
      return metadata.topics.every(
        ({ partitions }) =>
          partitions.length > 0 && partitions.every(({ leader, isr }) => leader >= 0 && isr.length === 3),
      )
    })
  }

  /** Moves partitions and resolves when all of them have arrived. */
  async reassign(topic: string, wanted: readonly WantedReplicas[]): Promise<void> {
    const partitionAssignment = wanted.map(({ partition, replicas }) => ({
      partition,
      replicas: [...replicas],
    }))
    await this.#run((admin) =>
      admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }], timeout: 10_000 }),
    )
    const partitions = wanted.map(({ partition }) => partition)
    await this.#until(`${topic} is reassigned`, async (admin) => {
      const moving = await admin.listPartitionReassignments({ topics: [{ topic, partitions }] })
      return moving.topics.every((one) => one.partitions.length === 0)
    })
  }

  async #run<T>(ask: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
    const kafka = new kafkajs.Kafka({
      brokers: [...this.#brokers],
      clientId: 'chaos-admin',
      logLevel: kafkajs.logLevel.NOTHING,
      connectionTimeout: 2000,
      requestTimeout: 10_000,
      retry: { initialRetryTime: 200, retries: 8 },
    })
    const admin = kafka.admin()
    try {
      await admin.connect()
      return await ask(admin)
    } finally {
      await admin.disconnect()
    }
  }

  async #until(what: string, isSo: (admin: kafkajs.Admin) => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 120_000
    let seen = 0
    let last: unknown
    while (seen < agreeing) {
      if (Date.now() > deadline)
        throw new Error(`After two minutes it is still not so that ${what}`, { cause: last })
      try {
        seen = (await this.#run(isSo)) ? seen + 1 : 0
      } catch (error) {
        // A broker that is down, or metadata that is just changing: what counts is whether it ever comes to rest.
        last = error
        seen = 0
      }
      await delay(pollMs)
    }
  }
}
