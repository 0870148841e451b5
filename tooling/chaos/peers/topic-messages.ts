import type { ContenderRecord } from '../src/contender.ts'

/** A record of a transaction. */
export type TransactionRecord = Omit<ContenderRecord, 'partition'>

/** A record as kafkajs, and whoever copies its API, takes it: without its topic. */
export interface Message {
  key: string
  value: Buffer
  partition?: number
}

/** A new object each time, for some clients write into what they are given. */
export function toMessage({ key, value, partition }: ContenderRecord): Message {
  return partition === undefined ? { key, value } : { key, value, partition }
}

/** What `sendBatch()` takes: the messages of each topic, in the order of the records. */
export function toTopicMessages(
  records: readonly TransactionRecord[],
): { topic: string; messages: Message[] }[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, all]) => ({
    topic,
    messages: all.map((record) => toMessage(record)),
  }))
}
