import { randomUUID } from 'node:crypto'
import { createProducer } from '@headwater/producer'
import { Kafka, logLevel } from 'kafkajs'
import { endMark, isEndMark } from './end-mark.ts'

/**
 * The values that a `read_committed` kafkajs consumer finds in a topic, by partition and offset. Before it reads, a last
 * record is written to every partition, and it reads up to these: so a transaction that nobody ended shows as a failure.
 */
export async function committedValues(brokers: readonly string[], topic: string): Promise<readonly string[]> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'committed-values', logLevel: logLevel.NOTHING })
  const ends = await writeEnds(kafka, topic)
  const consumer = kafka.consumer({ groupId: `committed-${randomUUID()}`, maxWaitTimeInMs: 50 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const found: { readonly partition: number; readonly offset: bigint; readonly value: string }[] = []
  const { promise: complete, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => {
    const message = `${topic}: the ends of ${ends.size} partitions cannot be read within 20 s: a transaction is still open`
    reject(new Error(message))
  }, 20_000)
  try {
    // A coordinator that is still loading is a crash to kafkajs, after which it starts again by itself.
    consumer.on(consumer.events.CRASH, ({ payload }) => void (payload.restart || reject(payload.error)))
    consumer
      .run({
        eachMessage: ({ partition, message }) => {
          const value = message.value?.toString() ?? ''
          if (ends.delete(value)) {
            if (ends.size === 0) resolve()
          } else if (!isEndMark(value)) found.push({ partition, offset: BigInt(message.offset), value })
          return Promise.resolve()
        },
      })
      .catch(reject)
    await complete
  } finally {
    clearTimeout(timer)
    await consumer.disconnect()
  }
  return found
    .sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset))
    .map(({ value }) => value)
}

async function writeEnds(kafka: Kafka, topic: string): Promise<Set<string>> {
  const admin = kafka.admin()
  await admin.connect()
  const partitions = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  await using producer = createProducer({ kafka })
  const ends = partitions.map(({ partition }) => ({ partition, value: endMark() }))
  await Promise.all(ends.map(({ partition, value }) => producer.send({ topic, partition, value })))
  return new Set(ends.map(({ value }) => value))
}
