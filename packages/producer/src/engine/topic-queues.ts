import { partitionForKey } from '@headwater/protocol'
import { catchRejection } from '../catch-rejection.ts'
import type { PartitionChoice } from '../partitioner/partitioner.ts'
import { StickyPartition } from '../partitioner/sticky-partition.ts'
import { BatchBuffers } from './batch-buffers.ts'
import type { Delivery } from './delivery.ts'
import type { TopicMetadata } from './metadata-store.ts'
import { PartitionQueue } from './partition-queue.ts'
import type { PreparedRecord } from './prepared-record.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { optionsOfTopic } from './resolve-topics.ts'

interface Topic {
  readonly options: ResolvedOptions
  readonly queues: PartitionQueue[]
  /** Where records without a key go. */
  readonly sticky: StickyPartition
  /** Where records go for which a partitioner allows some partitions, by these. */
  readonly stickyAmong: Map<string, StickyPartition>
}

/** Where a record goes. */
export interface Place {
  readonly partition: number
  /** For a record that might go elsewhere: who chose. */
  readonly sticky: StickyPartition | undefined
}

/** Different lists of partitions to remember a topic; a partitioner that gives more has its batches broken up. */
const maxLists = 1000

/** The partition queues of all topics, and the choice among them. */
export class TopicQueues {
  readonly #topics = new Map<string, Topic>()
  readonly #options: ResolvedOptions
  readonly #buffers: BatchBuffers

  constructor(options: ResolvedOptions) {
    this.#options = options
    this.#buffers = new BatchBuffers(options)
  }

  /**
   * Where a record goes.
   *
   * @param leadersOf - gives its topic's partitions as a record that may go anywhere is to see them; asked for no other
   * @throws whatever the caller's partitioner throws, and RangeError for an answer of it that is none.
   */
  place(
    record: PreparedRecord,
    metadata: TopicMetadata,
    leadersOf: (topic: TopicMetadata) => TopicMetadata['partitions'] = ({ partitions }) => partitions,
  ): Place {
    const topic = this.#topic(record.topic)
    const choice = record.partition ?? byPartitioner(topic, record, metadata) ?? byKey(record, metadata)
    if (typeof choice === 'number') return { partition: choice, sticky: undefined }
    const sticky = stickyOf(topic, choice)
    return { partition: sticky.current(leadersOf(metadata)), sticky }
  }

  /** Encodes a record into the batch of its partition. */
  append(
    record: PreparedRecord,
    delivery: Delivery,
    metadata: TopicMetadata,
    nowMs: number,
    place: Place = this.place(record, metadata),
  ): PartitionQueue {
    const topic = this.#topic(record.topic)
    const { partition, sticky } = place
    const queue = (topic.queues[partition] ??= new PartitionQueue(
      record.topic,
      partition,
      topic.options,
      this.#buffers,
    ))
    const { opened } = queue.append(record, delivery, nowMs)
    if (sticky !== undefined) {
      const behindOthers = opened && queue.pending.length + queue.unsettled.length > 1
      sticky.used(record.sizeBound, behindOthers, topic.options.batchSize, metadata.partitions)
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

  #topic(name: string): Topic {
    let topic = this.#topics.get(name)
    if (topic === undefined) {
      const options = optionsOfTopic(this.#options, name)
      topic = { options, queues: [], sticky: new StickyPartition(), stickyAmong: new Map() }
      this.#topics.set(name, topic)
    }
    return topic
  }
}

function byPartitioner(
  { options: { partitioner } }: Topic,
  { topic, key, headers }: PreparedRecord,
  { partitions }: TopicMetadata,
): PartitionChoice {
  if (partitioner === undefined) return undefined
  const partitionCount = partitions.length
  const choice = partitioner({ topic, key, headers, partitionCount })
  if (choice === undefined || isPartition(choice, partitionCount)) return choice
  const isList = Array.isArray(choice) && choice.length > 0
  if (isList && choice.every((one) => isPartition(one, partitionCount))) return choice
  // It is refused either way, and so nobody has to hear how it ends.
  if (catchRejection(choice, () => undefined))
    throw new TypeError('the partitioner gave a promise; it must choose synchronously')
  throw new RangeError(`the partitioner chose ${String(choice)} of ${partitionCount} partitions`)
}

function isPartition(choice: unknown, partitionCount: number): choice is number {
  return Number.isInteger(choice) && (choice as number) >= 0 && (choice as number) < partitionCount
}

function byKey(record: PreparedRecord, metadata: TopicMetadata): number | undefined {
  return record.key === null ? undefined : partitionForKey(record.key, metadata.partitions.length)
}

function stickyOf(topic: Topic, among: readonly number[] | undefined): StickyPartition {
  if (among === undefined) return topic.sticky
  const lists = topic.stickyAmong
  const name = among.join()
  let sticky = lists.get(name)
  if (sticky === undefined) {
    if (lists.size >= maxLists) lists.delete(lists.keys().next().value!)
    lists.set(name, (sticky = new StickyPartition([...among])))
  }
  return sticky
}
