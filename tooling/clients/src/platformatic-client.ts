import {
  Admin,
  Consumer,
  Producer,
  stringDeserializers,
  stringSerializers,
  type ConsumeOptions,
  type Message,
  type ProducerOptions,
} from '@platformatic/kafka'
import { kindOf } from './error-kind.ts'
import type { LookBench } from './look-client.ts'
import { settle } from './settle.ts'

type StringConsumer = Consumer<string, string, string, string>
type StringMessage = Message<string, string, string, string>

/** How one reading differs from the others. */
interface ReadOptions extends Partial<Omit<ConsumeOptions<string, string, string, string>, 'topics'>> {
  readonly groupId?: string
}

/**
 * What a busy broker may take to load a group's coordinator, in tries of 100 ms. The client's own 3 tries are over
 * before a cluster that just started has made the topic of its groups' offsets.
 */
const patience = { retries: 100, retryDelay: 100 } as const

/** `@platformatic/kafka` as one look uses it: what is opened here is closed after the look. */
export class PlatformaticClient {
  readonly #bench: LookBench

  constructor(bench: LookBench) {
    this.#bench = bench
  }

  admin(): Admin {
    const admin = new Admin(this.#base)
    this.#bench.closeLater(() => admin.close())
    return admin
  }

  producer(
    options: Partial<ProducerOptions<string, string, string, string>> = {},
  ): Producer<string, string, string, string> {
    const producer = new Producer<string, string, string, string>({
      ...this.#base,
      serializers: stringSerializers,
      ...options,
    })
    this.#bench.closeLater(() => producer.close(true))
    return producer
  }

  consumer(groupId: string = this.#bench.name()): StringConsumer {
    const consumer = new Consumer<string, string, string, string>({
      ...this.#base,
      groupId,
      deserializers: stringDeserializers,
      autocommit: false,
      maxWaitTime: 50,
      sessionTimeout: 6000,
      rebalanceTimeout: 6000,
      heartbeatInterval: 200,
    })
    // A heartbeat that is under way when it closes fails, now and then, and would take the process with it.
    consumer.on('error', () => undefined)
    this.#bench.closeLater(() => consumer.close(true))
    return consumer
  }

  async topic(partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = this.#bench.name()
    const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
    const admin = this.admin()
    await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs })
    const ends = Array.from({ length: partitions }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp: -1n,
    }))
    // A real broker learns a little later that it leads.
    await settle(
      () => kindOf(admin.listOffsets({ topics: [{ name: topic, partitions: ends }] })),
      (kind) => kind === 'not refused',
    )
    return topic
  }

  /** A topic with the values '0', '1', ... in one partition. */
  async filledTopic(count: number): Promise<string> {
    const topic = await this.topic()
    const messages = Array.from({ length: count }, (_, at) => ({
      topic,
      value: String(at),
      timestamp: BigInt(1_700_000_000_000 + at),
    }))
    await this.producer().send({ messages, acks: -1 })
    return topic
  }

  /** Reads that many messages, commits them when it is in a named group, and leaves. */
  async read(topic: string, count: number, options: ReadOptions = {}): Promise<readonly StringMessage[]> {
    const { groupId, ...consume } = options
    const consumer = this.consumer(groupId)
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', ...consume })
    const seen: StringMessage[] = []
    for await (const message of stream) {
      seen.push(message)
      if (groupId !== undefined) await message.commit()
      if (seen.length === count) break
    }
    await stream.close()
    await consumer.close()
    return seen
  }

  async values(topic: string, count: number, options: ReadOptions = {}): Promise<readonly string[]> {
    return (await this.read(topic, count, options)).map(({ value }) => value)
  }

  get #base(): { clientId: string; bootstrapBrokers: string[]; retries: number; retryDelay: number } {
    return { clientId: 'platformatic', bootstrapBrokers: this.#bench.brokers, ...patience }
  }
}
