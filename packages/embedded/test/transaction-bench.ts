import {
  decodeBatch,
  fetch,
  findCoordinator,
  splitBatches,
  type DecodedBatch,
  type ResponseOf,
} from '@headwater/protocol'
import { expect } from 'vitest'
import { startKafka, type EmbeddedKafka, type StartKafkaOptions } from '../src/index.ts'
import { RawClient } from './raw-client.ts'
import { RawProducer, type Identity } from './raw-producer.ts'

type FetchedPartition = ResponseOf<typeof fetch>['responses'][number]['partitions'][number]

/** The isolation level of who reads what is committed. */
export const committed = 1

/** One broker with topics, producers and transactions for tests. */
export class TransactionBench {
  readonly kafka: EmbeddedKafka
  readonly client: RawClient
  #names = 0

  constructor(kafka: EmbeddedKafka, client: RawClient) {
    this.kafka = kafka
    this.client = client
  }

  static async start(options: StartKafkaOptions = {}): Promise<TransactionBench> {
    const kafka = await startKafka(options)
    const client = await RawClient.open(kafka.broker(1).port)
    for (const keyType of [0, 1]) await client.send(findCoordinator, 4, { keyType, coordinatorKeys: ['any'] })
    return new TransactionBench(kafka, client)
  }

  async close(): Promise<void> {
    this.client[Symbol.dispose]()
    await this.kafka.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  newName(prefix: string): string {
    return `${prefix}${this.#names++}`
  }

  newTopic(partitions: number = 1): string {
    const topic = this.newName('t')
    this.kafka.createTopic(topic, { partitions })
    return topic
  }

  /** A producer that nobody knows yet. */
  stranger(): RawProducer {
    return new RawProducer(this.client, this.newName('tx'))
  }

  /** A producer with an id. */
  async newProducer(): Promise<RawProducer> {
    const producer = this.stranger()
    await producer.init()
    return producer
  }

  /** A producer that has written to an open transaction. */
  async withOpen(topic: string, values: readonly string[]): Promise<RawProducer> {
    const producer = await this.newProducer()
    await producer.add(topic)
    await producer.produce(topic, values)
    return producer
  }

  /** Waits until the markers are written. */
  async settled({ transactionalId }: RawProducer, state: 'CompleteCommit' | 'CompleteAbort'): Promise<void> {
    await expect.poll(() => this.kafka.txn(transactionalId).state, { interval: 2 }).toBe(state)
  }

  /** Ends the transaction, markers and all. */
  async end(producer: RawProducer, commit: boolean): Promise<void> {
    expect(await producer.end(commit)).toBe(0)
    await this.settled(producer, commit ? 'CompleteCommit' : 'CompleteAbort')
  }

  async fetchFrom(
    topic: string,
    fetchOffset: bigint,
    isolationLevel: number,
    partitionMaxBytes = 1e6,
  ): Promise<FetchedPartition & { readonly batches: DecodedBatch[] }> {
    const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes }]
    const topics = [{ topic, partitions }]
    const answer = await this.client.send(fetch, 12, { maxWaitMs: 0, minBytes: 0, isolationLevel, topics })
    const one = answer.responses[0]!.partitions[0]!
    const batches = await Promise.all(splitBatches(one.records!).map((batch) => decodeBatch(batch)))
    return { ...one, batches }
  }

  async valuesOf(topic: string, isolation?: 'read_committed'): Promise<string[]> {
    return (await this.kafka.records(topic, { isolation })).map(({ value }) => String(value))
  }
}

/** Producer id and epoch alone. */
export function idOf({ producerId, producerEpoch }: RawProducer): Identity {
  return { producerId, producerEpoch }
}
