import { compatibilityPartitioner, ProduceAcks, Producer, stringSerializer } from '@platformatic/kafka'
import type { Contender, ContenderOptions, OpenContender } from '../src/contender.ts'
import { installedVersion } from './installed-version.ts'
import type { SendIdiom } from './send-idiom.ts'
import { createTickGroups } from './tick-groups.ts'
import { toMessage, type TransactionRecord } from './topic-messages.ts'
import { TransactionRunner } from './transaction-runner.ts'

/** Kafka's own answer deadline (`request.timeout.ms`), and this client's default. */
const requestTimeoutMs = 30_000
const retryDelayMs = 1000

type StringKeyProducer = Producer<string, Buffer, Buffer, Buffer>

/** @platformatic/kafka with the settings that its documents name for the safest delivery. */
export function createPlatformaticContender({ name, sendsAtOnce }: SendIdiom): Contender {
  return {
    name,
    version: installedVersion('@platformatic/kafka'),
    open: (options) => openPlatformatic(options, sendsAtOnce),
  }
}

async function openPlatformatic(
  options: ContenderOptions,
  sendsAtOnce: SendIdiom['sendsAtOnce'],
): Promise<OpenContender> {
  const createProducer = async (): Promise<StringKeyProducer> => {
    const producer: StringKeyProducer = new Producer({
      clientId: 'chaos-platformatic',
      bootstrapBrokers: options.bootstrapServers.split(','),
      serializers: { key: stringSerializer },
      // Makes acks all and one request in flight a connection (`maxInflights` 1), whatever else is asked for.
      idempotent: true,
      acks: ProduceAcks.ALL,
      // Java's murmur2; the default differs from it for half of all keys.
      partitioner: compatibilityPartitioner,
      // No delivery timeout either: as many retries, at the documented delay of one second, as fit into it.
      retryDelay: retryDelayMs,
      retries: Math.max(2, Math.ceil(options.deliveryTimeoutMs / retryDelayMs)),
      requestTimeout: Math.min(requestTimeoutMs, options.deliveryTimeoutMs),
      connectTimeout: 10_000,
      // What the broker may take for replication, and also what it takes for the timeout of a transaction (5 s by
      // default, less than any outage here). The other two clients ask for 30 s and 60 s.
      timeout:
        options.transactionalId === undefined
          ? requestTimeoutMs
          : Math.max(60_000, options.deliveryTimeoutMs),
      // A topic that chaos deletes must not come back with the broker's defaults.
      autocreateTopics: false,
      ...(options.transactionalId === undefined
        ? {}
        : {
            transactionalId: options.transactionalId,
            // Kafka's word for "none yet". Without it the client claims to be producer 0, and the broker refuses as
            // fenced whoever takes over a transactional id that another process had.
            producerId: -1n,
            producerEpoch: -1,
          }),
    })
    // Opened means connected, for every contender; the first send would connect it otherwise.
    await producer.metadata({ topics: [] })
    return producer
  }
  const runner = await TransactionRunner.open<StringKeyProducer, TransactionRecord>({
    create: createProducer,
    begin: async (producer) => {
      const transaction = await producer.beginTransaction()
      return {
        send: (records) => transaction.send({ messages: records.map((record) => ({ ...record })) }),
        commit: () => transaction.commit(),
        // Not cancel(), which only forgets: the next transaction would then commit these records too.
        abort: () => transaction.abort(),
      }
    },
    disconnect: (producer) => producer.close(true),
  })

  return {
    // send() makes no batches: the records of a tick go together. Its stream does, but it destroys itself on the first
    // batch that fails and says nothing about the records behind it, so it is not the safe way.
    send: createTickGroups({
      maxRecords: 500,
      groupsAtOnce: sendsAtOnce,
      send: (topic, records) =>
        runner.producer.send({ messages: records.map((record) => ({ topic, ...toMessage(record) })) }),
    }),
    transaction: (records) => runner.run(records),
    close: () => runner.close(),
  }
}
