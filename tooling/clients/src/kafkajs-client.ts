import {
  Kafka,
  logLevel,
  type Admin,
  type Consumer,
  type ConsumerConfig,
  type EachMessagePayload,
  type Producer,
  type ProducerConfig,
} from 'kafkajs'
import { kindOf } from './error-kind.ts'
import type { LookBench } from './look-client.ts'
import { settle } from './settle.ts'

/** Kafkajs as one look uses it: what is opened here is closed after the look. */
export class KafkajsClient {
  readonly #bench: LookBench
  readonly #kafka: Kafka

  constructor(bench: LookBench) {
    this.#bench = bench
    const retry = { initialRetryTime: 50, retries: 8 }
    this.#kafka = new Kafka({
      brokers: bench.brokers,
      clientId: 'kafkajs',
      logLevel: logLevel.NOTHING,
      retry,
    })
  }

  async admin(): Promise<Admin> {
    const admin = this.#kafka.admin()
    this.#bench.closeLater(() => admin.disconnect())
    await admin.connect()
    return admin
  }

  async producer(config: ProducerConfig = {}): Promise<Producer> {
    const producer = this.#kafka.producer(config)
    this.#bench.closeLater(() => producer.disconnect())
    await producer.connect()
    return producer
  }

  async consumer(topic: string, config: Partial<ConsumerConfig> = {}): Promise<Consumer> {
    const quick = { maxWaitTimeInMs: 50, heartbeatInterval: 200, rebalanceTimeout: 3000 }
    const consumer = this.#kafka.consumer({ groupId: this.#bench.name(), ...quick, ...config })
    this.#bench.closeLater(() => consumer.disconnect())
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    return consumer
  }

  async topic(numPartitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = this.#bench.name()
    const admin = await this.admin()
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: false })
    // A real broker learns a little later that it leads.
    await settle(
      () => kindOf(admin.fetchTopicOffsets(topic)),
      (kind) => kind === 'not refused',
    )
    return topic
  }

  /** A topic with the values '0', '1', ... in one partition. */
  async filledTopic(count: number): Promise<string> {
    const topic = await this.topic()
    const producer = await this.producer()
    const messages = Array.from({ length: count }, (_, at) => ({
      value: String(at),
      timestamp: String(1_700_000_000_000 + at),
    }))
    await producer.send({ topic, messages })
    return topic
  }

  /** Reads that many messages, then leaves the group. */
  async read(
    topic: string,
    count: number,
    config: Partial<ConsumerConfig> = {},
  ): Promise<readonly EachMessagePayload[]> {
    const consumer = await this.consumer(topic, config)
    const seen: EachMessagePayload[] = []
    const done = Promise.withResolvers<void>()
    await consumer.run({
      eachMessage: async (payload) => {
        if (seen.length < count) seen.push(payload)
        if (seen.length === count) done.resolve()
      },
    })
    await done.promise
    await consumer.disconnect()
    return seen
  }

  async values(
    topic: string,
    count: number,
    config: Partial<ConsumerConfig> = {},
  ): Promise<readonly string[]> {
    return (await this.read(topic, count, config)).map(({ message }) => String(message.value))
  }
}
