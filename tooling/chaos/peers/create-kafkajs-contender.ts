import net from 'node:net'
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import type { Contender, ContenderOptions, OpenContender } from '../src/contender.ts'
import { installedVersion } from './installed-version.ts'
import type { SendIdiom } from './send-idiom.ts'
import { createTickGroups } from './tick-groups.ts'
import { toMessage, toTopicMessages, type TransactionRecord } from './topic-messages.ts'
import { TransactionRunner } from './transaction-runner.ts'

/** Kafka's own answer deadline (`request.timeout.ms`), and kafkajs's default. */
const requestTimeoutMs = 30_000
const retryFromMs = 100
const retryUpToMs = 1000

/** kafkajs with the settings that its documents name for the safest delivery. */
export function createKafkajsContender({ name, sendsAtOnce }: SendIdiom): Contender {
  return {
    name,
    version: installedVersion('kafkajs'),
    open: (options) => openKafkajs(options, sendsAtOnce),
  }
}

async function openKafkajs(
  options: ContenderOptions,
  sendsAtOnce: SendIdiom['sendsAtOnce'],
): Promise<OpenContender> {
  const sockets = new Set<net.Socket>()
  let closed = false
  const kafka = new Kafka({
    clientId: 'chaos-kafkajs',
    brokers: options.bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
    // Its default of 1 s gives up on brokers that are only slow.
    connectionTimeout: 10_000,
    // An answer may take as long as the delivery may, but no longer than Kafka waits by default.
    requestTimeout: Math.min(requestTimeoutMs, options.deliveryTimeoutMs),
    // kafkajs has no delivery timeout: as many retries as fit into it, at back-offs like Kafka's own (100 ms to 1 s).
    // Set here and not on the producer, for otherwise the retries of connections and metadata end after nine seconds.
    retry: {
      initialRetryTime: retryFromMs,
      maxRetryTime: retryUpToMs,
      retries: retriesWithin(options.deliveryTimeoutMs),
    },
    // kafkajs's own factory, and the sockets remembered: disconnect() leaves some behind (its issue 1438).
    socketFactory: ({ host, port, onConnect }) => {
      const socket = net.connect({ host, port }, onConnect)
      socket.setKeepAlive(true, 60_000)
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      if (closed) socket.destroy(new Error('this producer has been closed'))
      return socket
    },
  })
  const createProducer = async (): Promise<Producer> => {
    const producer = kafka.producer({
      // "Ensures that each message is written exactly once"; acks is then all, which is also the default of send().
      idempotent: true,
      // "The producer must have a max in flight requests of 1" (Transactions.md), the only advice there is.
      maxInFlightRequests: 1,
      // The one that is compatible with Java's: murmur2.
      createPartitioner: Partitioners.DefaultPartitioner,
      // A topic that chaos deletes must not come back with the broker's defaults.
      allowAutoTopicCreation: false,
      // No transaction may be ended by the coordinator before the delivery timeout has passed.
      transactionTimeout: Math.max(60_000, options.deliveryTimeoutMs),
      ...(options.transactionalId === undefined ? {} : { transactionalId: options.transactionalId }),
    })
    await producer.connect()
    return producer
  }
  const runner = await TransactionRunner.open<Producer, TransactionRecord>({
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
    // kafkajs makes no batches: its advice for many records is many messages in one send() (or sendBatch()). 500 is
    // where it is fastest; it gets slower with the square of the records of one partition in one call.
    send: createTickGroups({
      maxRecords: 500,
      groupsAtOnce: sendsAtOnce,
      send: (topic, records) =>
        runner.producer.send({ topic, messages: records.map((record) => toMessage(record)) }),
    }),
    transaction: (records) => runner.run(records),
    close: async () => {
      await runner.close()
      closed = true
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The number of retries whose back-offs, doubling up to their limit, add up to the time given. */
function retriesWithin(deliveryTimeoutMs: number): number {
  let retries = 1
  let waitMs = retryFromMs
  for (let totalMs = waitMs; totalMs < deliveryTimeoutMs; totalMs += waitMs) {
    retries += 1
    waitMs = Math.min(waitMs * 2, retryUpToMs)
  }
  return retries
}
