import { partitionForKey } from '@headwater/protocol'
import { BatchBuffers } from './batch-buffers.ts'
import type { Delivery } from './delivery.ts'
import type { TopicMetadata } from './metadata-store.ts'
import { PartitionQueue } from './partition-queue.ts'
import type { PreparedRecord } from './prepared-record.ts'
import type { ResolvedOptions } from './resolve-options.ts'

interface Topic {
  readonly queues: PartitionQueue[]
  /** Where records without a key go for a while: one batch of many is cheaper than many of one (KIP-480). */
  stickyPartition: number
  /** Bytes that went there; after `batchSize` it is another's turn, so that a slow sender reaches all (KIP-794). */
  stickyBytes: number
}

/** The partition queues of all topics, and the choice among them. */
export class TopicQueues {
  readonly #topics = new Map<string, Topic>()
  readonly #options: ResolvedOptions
  readonly #buffers: BatchBuffers

  constructor(options: ResolvedOptions) {
    this.#options = options
    this.#buffers = new BatchBuffers(options)
  }

  /** Encodes a record into the batch of its partition. */
  append(record: PreparedRecord, delivery: Delivery, metadata: TopicMetadata, nowMs: number): PartitionQueue {
    const topic = this.#topic(record.topic, metadata)
    const chosen = record.partition ?? this.#byPartitioner(record, metadata) ?? byKey(record, metadata)
    const partition = chosen ?? stickyPartition(topic, metadata)
    const queue = (topic.queues[partition] ??= new PartitionQueue(
      record.topic,
      partition,
      this.#options,
      this.#buffers,
    ))
    const { opened } = queue.append(record, delivery, nowMs)
    if (chosen === undefined) {
      topic.stickyBytes += record.sizeBound
      const behindOthers = opened && queue.pending.length + queue.unsettled.length > 1
      if (behindOthers || topic.stickyBytes >= this.#options.batchSize) moveOn(topic, metadata)
    }
    return queue
  }

  /** The queues of a topic that hold records. */
  busy(topicName: string): readonly PartitionQueue[] {
    return this.#topics.get(topicName)?.queues.filter((queue) => !queue.idle) ?? []
  }

  /** The queue of a partition that records went to. */
  find(topicName: string, partition: number): PartitionQueue | undefined {
    return this.#topics.get(topicName)?.queues[partition]
  }

  /** All queues of a topic, the empty ones, too. */
  of(topicName: string): readonly PartitionQueue[] {
    return this.#topics.get(topicName)?.queues.filter(() => true) ?? []
  }

  /** Forgets a topic; nothing of it may hold records. */
  forget(topicName: string): void {
    this.#topics.delete(topicName)
  }

  /** All queues that hold records. */
  allBusy(): readonly PartitionQueue[] {
    return [...this.#topics.keys()].flatMap((name) => this.busy(name))
  }

  #topic(name: string, metadata: TopicMetadata): Topic {
    let topic = this.#topics.get(name)
    if (topic === undefined) {
      topic = { queues: [], stickyPartition: anotherPartition(metadata, -1), stickyBytes: 0 }
      this.#topics.set(name, topic)
    }
    return topic
  }

  #byPartitioner(record: PreparedRecord, metadata: TopicMetadata): number | undefined {
    const partitionCount = metadata.partitions.length
    const { topic, key, headers } = record
    const chosen = this.#options.partitioner?.({ topic, key, headers, partitionCount })
    if (chosen === undefined || (Number.isInteger(chosen) && chosen >= 0 && chosen < partitionCount))
      return chosen
    throw new RangeError(`the partitioner chose ${String(chosen)} of ${partitionCount} partitions`)
  }
}

function byKey(record: PreparedRecord, metadata: TopicMetadata): number | undefined {
  return record.key === null ? undefined : partitionForKey(record.key, metadata.partitions.length)
}

/** Where the next record without a key goes: a partition that exists and has a leader, if any has. */
function stickyPartition(topic: Topic, metadata: TopicMetadata): number {
  const leaderId = metadata.partitions[topic.stickyPartition]?.leaderId ?? -1
  if (leaderId < 0) moveOn(topic, metadata)
  return topic.stickyPartition
}

function moveOn(topic: Topic, metadata: TopicMetadata): void {
  topic.stickyPartition = anotherPartition(metadata, topic.stickyPartition)
  topic.stickyBytes = 0
}

/** Any other partition, one with a leader if there is one. */
function anotherPartition(metadata: TopicMetadata, current: number): number {
  const all = metadata.partitions.map((_, partition) => partition)
  const others = all.filter((partition) => partition !== current)
  const led = others.filter((partition) => metadata.partitions[partition]!.leaderId >= 0)
  const choice = led.length > 0 ? led : others
  return choice[Math.floor(Math.random() * choice.length)] ?? 0
}
