import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'

/** A record as an independent client found it in the log. */
export interface LoggedRecord {
  readonly partition: number
  readonly offset: bigint
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** Reads a topic from its beginning to its end with a plain kafkajs consumer, by partition and offset. */
export async function readTopic(brokers: readonly string[], topic: string): Promise<readonly LoggedRecord[]> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'log-reader', logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const missing = new Map(
    ends
      .filter(({ high, low }) => BigInt(high) > BigInt(low))
      .map(({ partition, high }) => [partition, BigInt(high)]),
  )
  const records: LoggedRecord[] = []
  if (missing.size === 0) return records
  const consumer = kafka.consumer({ groupId: `log-reader-${randomUUID()}`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    // A coordinator that is still loading is a crash to kafkajs, after which it starts again by itself.
    consumer.on(consumer.events.CRASH, ({ payload }) => void (payload.restart || reject(payload.error)))
    consumer
      .run({
        eachBatch: ({ batch }) => {
          for (const { offset, key, value, headers } of batch.messages) {
            records.push({
              partition: batch.partition,
              offset: BigInt(offset),
              key: key?.toString() ?? null,
              value: value?.toString() ?? null,
              headers: Object.fromEntries(
                Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]),
              ),
            })
          }
          const end = missing.get(batch.partition)
          if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= end) missing.delete(batch.partition)
          if (missing.size === 0) resolve()
          return Promise.resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  return records.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset))
}
