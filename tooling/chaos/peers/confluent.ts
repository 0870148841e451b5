import librdkafka, { KafkaJS } from '@confluentinc/kafka-javascript'
import type { Contender, ContenderOptions, OpenContender } from '../src/contender.ts'
import { installedVersion } from './installed-version.ts'
import { toMessage, toTopicMessages, type TransactionRecord } from './topic-messages.ts'
import { TransactionRunner } from './transaction-runner.ts'

const packageName = '@confluentinc/kafka-javascript'

/** @confluentinc/kafka-javascript (librdkafka) by its promise API, with librdkafka's settings for the safest delivery. */
export const contender: Contender = {
  name: packageName,
  version: `${installedVersion(packageName)} (librdkafka ${librdkafka.librdkafkaVersion})`,
  open: openConfluent,
}

async function openConfluent(options: ContenderOptions): Promise<OpenContender> {
  const kafka = new KafkaJS.Kafka({
    kafkaJS: {
      clientId: 'chaos-confluent',
      brokers: options.bootstrapServers.split(','),
      logLevel: KafkaJS.logLevel.NOTHING,
      connectionTimeout: 10_000,
    },
  })
  const createProducer = async (): Promise<KafkaJS.Producer> => {
    const producer = kafka.producer({
      kafkaJS: {
        // In order and once; librdkafka keeps that with up to five requests in flight.
        idempotent: true,
        maxInFlightRequests: 5,
        acks: -1,
        // The promise API makes five retries of librdkafka's 2147483647, and waits up to 30 s between them; this is
        // librdkafka's own default again, so that the delivery timeout alone decides.
        retry: { retries: 2_147_483_647, initialRetryTime: 100, maxRetryTime: 1000 },
        // A topic that chaos deletes must not come back with the broker's defaults.
        allowAutoTopicCreation: false,
        ...(options.transactionalId === undefined
          ? {}
          : {
              transactionalId: options.transactionalId,
              // librdkafka wants it no shorter than the delivery timeout.
              transactionTimeout: Math.max(60_000, options.deliveryTimeoutMs),
            }),
      },
      // The one client beside ours that has it.
      'delivery.timeout.ms': options.deliveryTimeoutMs,
      // librdkafka's default.
      'linger.ms': 5,
      // Java's murmur2 for keyed records, also the default of the promise API.
      partitioner: 'murmur2_random',
    })
    await producer.connect()
    return producer
  }
  const runner = await TransactionRunner.open<KafkaJS.Producer, TransactionRecord>({
    create: createProducer,
    begin: async (producer) => {
      const transaction = await producer.transaction()
      return {
        send: (records) => transaction.sendBatch({ topicMessages: toTopicMessages(records) }),
        commit: () => transaction.commit(),
        abort: () => transaction.abort(),
      }
    },
    disconnect: (producer) => producer.disconnect(),
  })

  return {
    // One by one, since librdkafka makes the batches.
    send: async (record) => {
      await runner.producer.send({ topic: record.topic, messages: [toMessage(record)] })
    },
    transaction: (records) => runner.run(records),
    close: () => runner.close(),
  }
}
