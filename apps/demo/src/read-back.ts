import { randomUUID } from 'node:crypto'
import { HeadwaterError } from '@headwater/base'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import type { FoundRecord } from './delivery-ledger.ts'
import { readLogPosition, type LogPosition } from './log-position.ts'
import type { RecordDigest } from './record-digest.ts'

/** What is read, and with what. */
export interface ReadBackOptions {
  readonly kafka: Kafka
  readonly topics: readonly string[]
  /** Where the run began: what stood there before is somebody else's. */
  readonly from: LogPosition
  readonly digest: RecordDigest
  /** Hears how many records have been read so far. */
  readonly onProgress: (read: number) => void
  readonly signal: AbortSignal
}

/** Without a new record for so long, something is wrong that waiting does not mend. */
const stallMs = 30_000

/** Reads with a kafkajs consumer all that the logs have got since `from`, by topic, partition and offset. */
export async function readBack(options: ReadBackOptions): Promise<readonly FoundRecord[]> {
  const { kafka, topics, from, signal } = options
  const unread = missingPartitions(from, await readLogPosition(kafka, topics))
  if (unread.size === 0) return []
  const groupId = `headwater-demo-${randomUUID()}`
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, maxBytesPerPartition: 4 * 1024 * 1024 })
  const records: FoundRecord[] = []
  const end = Promise.withResolvers<void>()
  const stalled = setInterval(() => {
    if (records.length === before) end.reject(stall(unread.size))
    before = records.length
  }, stallMs)
  let before = -1
  const abort = (): void => end.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // A coordinator that is still loading is a crash to kafkajs, after which it starts again by itself.
    if (!payload.restart) end.reject(payload.error)
  })
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        records.push(...(await readBatch(batch, options)))
        options.onProgress(records.length)
        const last = unread.get(`${batch.topic}/${batch.partition}`)
        if (last !== undefined && BigInt(batch.lastOffset()) >= last) {
          unread.delete(`${batch.topic}/${batch.partition}`)
        }
        if (unread.size === 0) end.resolve()
      },
    })
    for (const [topic, partitions] of from) {
      for (const [partition, offset] of partitions) {
        if (offset > 0n) consumer.seek({ topic, partition, offset: String(offset) })
      }
    }
    await end.promise
  } finally {
    clearInterval(stalled)
    signal.removeEventListener('abort', abort)
    await consumer.disconnect()
    await deleteGroup(kafka, groupId)
  }
  return records.sort(inLogOrder)
}

/** The last offset to read, by partitions that have got something. */
function missingPartitions(from: LogPosition, to: LogPosition): Map<string, bigint> {
  const missing = new Map<string, bigint>()
  for (const [topic, ends] of to) {
    for (const [partition, end] of ends) {
      if (end > (from.get(topic)?.get(partition) ?? 0n)) missing.set(`${topic}/${partition}`, end - 1n)
    }
  }
  return missing
}

async function readBatch(
  { topic, partition, messages }: EachBatchPayload['batch'],
  { from, digest }: ReadBackOptions,
): Promise<FoundRecord[]> {
  const start = from.get(topic)?.get(partition) ?? 0n
  const found: FoundRecord[] = []
  for (const { offset, key, value, headers } of messages) {
    if (BigInt(offset) < start) continue
    found.push({
      topic,
      partition,
      offset: BigInt(offset),
      key: key?.toString() ?? null,
      sha256: value === null ? undefined : await digest(topic, value, headers ?? {}),
    })
  }
  return found
}

/** A cluster that somebody uses should not collect the groups of demos. */
async function deleteGroup(kafka: Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    await admin.deleteGroups([groupId])
  } finally {
    await admin.disconnect()
  }
}

function stall(partitions: number): HeadwaterError {
  const message = `no record came for ${stallMs / 1000} s, ${partitions} partitions are not read to their end`
  return new HeadwaterError('READ_BACK_STALLED', message, { retriable: true })
}

function inLogOrder(a: FoundRecord, b: FoundRecord): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition || Number(a.offset - b.offset)
}
