import type { Kafka } from 'kafkajs'

/** The next offset of every partition, by topic and partition. */
export type LogPosition = ReadonlyMap<string, ReadonlyMap<number, bigint>>

/** Where the logs of some topics end now. */
export async function readLogPosition(kafka: Kafka, topics: readonly string[]): Promise<LogPosition> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const ends = new Map<string, ReadonlyMap<number, bigint>>()
    for (const topic of topics) {
      const offsets = await admin.fetchTopicOffsets(topic)
      ends.set(topic, new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)])))
    }
    return ends
  } finally {
    await admin.disconnect()
  }
}
