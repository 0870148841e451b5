import { partitionForKey } from '@headwater/protocol'
import type { Delivery } from './delivery.ts'
import type { TopicMetadata } from './metadata-store.ts'
import { PartitionQueue } from './partition-queue.ts'
import type { PreparedRecord } from './prepared-record.ts'
import type { ResolvedOptions } from './resolve-options.ts'

interface Topic {
  readonly queues: PartitionQueue[]
  /** Where records without a key go until their batch is full or sent. */
  stickyPartition: number
}

/** The partition queues of all topics, and the choice among them. */
export class TopicQueues {
  readonly #topics = new Map<string, Topic>()
  readonly #options: ResolvedOptions

  constructor(options: ResolvedOptions) {
    this.#options = options
  }

  /** Encodes a record into the batch of its partition. */
  append(record: PreparedRecord, delivery: Delivery, metadata: TopicMetadata, nowMs: number): PartitionQueue {
    const topic = this.#topic(record.topic, metadata)
    const chosen = record.partition ?? this.#byPartitioner(record, metadata) ?? byKey(record, metadata)
    const partition = chosen ?? topic.stickyPartition
    const queue = (topic.queues[partition] ??= new PartitionQueue(record.topic, partition, this.#options))
    const { opened } = queue.append(record, delivery, nowMs)
    // The next records without a key start a batch elsewhere (KIP-480); this one gets what comes until it leaves.
    if (chosen === undefined && opened && queue.pending.length + queue.unsettled.length > 1) {
      topic.stickyPartition = anotherPartition(metadata, partition)
    }
    return queue
  }

  /** The queues of a topic that hold records. */
  busy(topicName: string): readonly PartitionQueue[] {
    return this.#topics.get(topicName)?.queues.filter((queue) => !queue.idle) ?? []
  }

  /** All queues that hold records. */
  allBusy(): readonly PartitionQueue[] {
    return [...this.#topics.keys()].flatMap((name) => this.busy(name))
  }

  #topic(name: string, metadata: TopicMetadata): Topic {
    let topic = this.#topics.get(name)
    if (topic === undefined) {
      topic = { queues: [], stickyPartition: anotherPartition(metadata, -1) }
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

/** Any other partition, one with a leader if there is one. */
function anotherPartition(metadata: TopicMetadata, current: number): number {
  const all = metadata.partitions.map((_, partition) => partition)
  const others = all.filter((partition) => partition !== current)
  const led = others.filter((partition) => metadata.partitions[partition]!.leaderId >= 0)
  const choice = led.length > 0 ? led : others
  return choice[Math.floor(Math.random() * choice.length)] ?? 0
}
