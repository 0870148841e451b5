import { createProducer, type Producer } from '@headwater/producer'
import { Kafka, logLevel } from 'kafkajs'
import { recordOf, type BenchRecord } from './workload.ts'

/** A client in one way of using it. */
export interface Contender {
  readonly name: string
  /** Records that one run sends, so that every run takes a few seconds. */
  readonly records: number
  readonly warmUp: number
  /** Sends so many records and resolves when all are acknowledged. */
  run(records: number): Promise<void>
  /** Sends one and waits, as a lone caller does. */
  one(n: number): Promise<unknown>
  close(): Promise<void>
}

/** Both sides get the same: acks all, idempotence, the same timeouts, no compression. */
const requestTimeoutMs = 30_000
const bulkSize = 500
const bulkOutstanding = 6
const awaitingCallers = 1000

/** Connects the four contenders of the issue: each client sending one by one, and in bulk. */
export async function connectContenders(
  brokers: readonly string[],
  topic: string,
): Promise<readonly Contender[]> {
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: 'bench',
    requestTimeout: requestTimeoutMs,
    logLevel: logLevel.NOTHING,
  })
  const theirs = kafka.producer({ idempotent: true })
  await theirs.connect()
  const ours = createProducer({ connection: { brokers, clientId: 'bench' }, requestTimeoutMs })
  await ours.ready()
  const closeTheirs = (): Promise<void> => theirs.disconnect()
  const closeOurs = async (): Promise<void> => void (await ours.close())
  const theirOne = (n: number): Promise<unknown> =>
    theirs.send({ topic, acks: -1, messages: [recordOf(topic, n)] })
  const ourOne = (n: number): Promise<unknown> => ours.send(recordOf(topic, n))
  return [
    {
      name: 'kafkajs send, one by one, 1,000 callers',
      records: 6_000,
      warmUp: 1_000,
      run: (records) => inParallel(awaitingCallers, records, 1, (n) => theirOne(n)),
      one: theirOne,
      close: closeTheirs,
    },
    {
      name: 'Headwater send, awaited by 1,000 callers',
      records: 150_000,
      warmUp: 20_000,
      run: (records) => inParallel(awaitingCallers, records, 1, (n) => ourOne(n)),
      one: ourOne,
      close: closeOurs,
    },
    {
      name: 'kafkajs send, batches of 500, 6 outstanding',
      records: 100_000,
      warmUp: 20_000,
      run: (records) =>
        inParallel(bulkOutstanding, records, bulkSize, (from) =>
          theirs.send({ topic, acks: -1, messages: slice(topic, from) }),
        ),
      one: theirOne,
      close: () => Promise.resolve(),
    },
    {
      ...bulkContender('Headwater sendMany of 500, 6 outstanding', ours, topic),
      close: () => Promise.resolve(),
    },
  ]
}

/** A producer of ours that sends in bulk; it is closed with the contender. */
export function bulkContender(name: string, producer: Producer, topic: string): Contender {
  return {
    name,
    records: 300_000,
    warmUp: 50_000,
    run: (records) =>
      inParallel(bulkOutstanding, records, bulkSize, async (from) => {
        const results = await producer.sendMany(slice(topic, from))
        const failed = results.find(({ status }) => status !== 'delivered')
        if (failed !== undefined && 'error' in failed) throw failed.error
      }),
    one: (n) => producer.send(recordOf(topic, n)),
    close: async () => void (await producer.close()),
  }
}

function slice(topic: string, from: number): BenchRecord[] {
  return Array.from({ length: bulkSize }, (_, i) => recordOf(topic, from + i))
}

/** So many workers, each sending the next piece as soon as its last one is acknowledged. */
async function inParallel(
  workers: number,
  records: number,
  step: number,
  send: (from: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    while (next < records) {
      const from = next
      next += step
      await send(from)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
}
