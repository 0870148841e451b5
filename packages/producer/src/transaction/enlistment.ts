import { addOffsetsToTxn, addPartitionsToTxn, errorCode, type ResponseOf } from '@headwater/protocol'
import type { PartitionQueue, SequenceOwner } from '../engine/partition-queue.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import type { Answered, Coordinator } from './coordinator.ts'
import { coordinatorVerdict } from './coordinator-verdict.ts'
import { decisiveCode } from './partition-codes.ts'

/** The newest version for clients; from v4 on brokers ask each other. */
const newestAddPartitions = 3
const newestAddOffsets = 3

/** What taking part needs, and whom it tells. */
export interface EnlistmentContext {
  readonly coordinator: Coordinator
  readonly options: ResolvedOptions
  readonly producer: SequenceOwner
  /** A partition takes part: its records may be written. */
  onAdded(queue: PartitionQueue): void
  /** The coordinator refuses; `refused` are the partitions because of which, if it is because of some. */
  onRefused(answered: Answered<never>, refused: readonly PartitionQueue[]): void
  /** A request may be under way that opens a transaction when it is read late. */
  onDoubt(reason: string): void
  /** Whether the transaction can only be aborted. */
  lost(): boolean
}

/**
 * What takes part in one transaction, as its coordinator knows it. No record is written before its partition was added:
 * else the coordinator would write no marker there, and the record would stay undecided for ever (KIP-98).
 */
export class Enlistment {
  /** Whether the coordinator has anything open: surely not, surely, or perhaps. */
  opened: 'no' | 'perhaps' | 'yes' = 'no'
  /** When the first request that opens it was made, monotonic milliseconds: its time at the coordinator begins later. */
  openedMs = 0
  readonly #context: EnlistmentContext
  readonly #added = new Set<PartitionQueue>()
  readonly #wanted = new Set<PartitionQueue>()
  readonly #groups = new Set<string>()
  #adding: Promise<void> | undefined

  constructor(context: EnlistmentContext) {
    this.#context = context
  }

  /** Whether a partition takes part. If not, it is added, with all others that want it by then. */
  has(queue: PartitionQueue): boolean {
    if (this.#added.has(queue)) return true
    if (!this.#context.lost()) {
      this.#wanted.add(queue)
      this.#adding ??= Promise.resolve().then(() => this.#addWanted())
    }
    return false
  }

  /** Resolves when no request is under way. */
  async settled(): Promise<void> {
    await this.#adding
  }

  /** Lets a group's offsets take part. */
  async addGroup(groupId: string, deadlineMs: number): Promise<Answered<typeof addOffsetsToTxn> | undefined> {
    if (this.#groups.has(groupId)) return undefined
    this.#begin()
    const answered = await this.#context.coordinator.ask({
      api: addOffsetsToTxn,
      newest: newestAddOffsets,
      request: () => ({ transactionalId: this.#id, ...this.#context.producer, groupId }),
      codeOf: ({ errorCode }) => errorCode,
      deadlineMs,
    })
    this.#learn(answered)
    if (answered.verdict === 'done') this.#groups.add(groupId)
    return answered
  }

  get #id(): string {
    return this.#context.options.transactionalId!
  }

  /** One request after the other, each with all that are wanted by then. */
  async #addWanted(): Promise<void> {
    const { coordinator, options, producer } = this.#context
    while (this.#wanted.size > 0 && !this.#context.lost()) {
      const queues = [...this.#wanted]
      this.#wanted.clear()
      let refused: PartitionQueue[] = []
      this.#begin()
      const answered = await coordinator.ask({
        api: addPartitionsToTxn,
        newest: newestAddPartitions,
        request: () => ({
          v3AndBelowTransactionalId: this.#id,
          v3AndBelowProducerId: producer.producerId,
          v3AndBelowProducerEpoch: producer.producerEpoch,
          v3AndBelowTopics: byTopic(queues),
        }),
        codeOf: (answer) => {
          refused = queues.filter((queue) => coordinatorVerdict(codeFor(queue, answer)) === 'refused')
          return decisiveCode(queues.map((queue) => codeFor(queue, answer)))
        },
        deadlineMs: options.clock.monotonic() + options.deliveryTimeoutMs,
        pointless: () => this.#context.lost(),
      })
      this.#learn(answered)
      if (answered.verdict !== 'done') {
        this.#context.onRefused(answered, refused)
        break
      }
      for (const queue of queues) {
        this.#added.add(queue)
        this.#context.onAdded(queue)
      }
    }
    // In the same turn as the last look: whoever comes from now on begins anew.
    this.#adding = undefined
  }

  #begin(): void {
    if (this.opened === 'no' && this.openedMs === 0) this.openedMs = this.#context.options.clock.monotonic()
  }

  #learn({ verdict, uncertain }: Pick<Answered<never>, 'verdict' | 'uncertain'>): void {
    if (uncertain) this.#context.onDoubt('a request that opens a transaction may be under way')
    if (verdict === 'done') this.opened = 'yes'
    else if (uncertain && this.opened === 'no') this.opened = 'perhaps'
  }
}

/** An answer that leaves a partition out proves nothing about it. */
function codeFor(
  { topic, partition }: PartitionQueue,
  answer: ResponseOf<typeof addPartitionsToTxn>,
): number {
  const results = answer.resultsByTopicV3AndBelow.find(({ name }) => name === topic)?.resultsByPartition
  const result = results?.find(({ partitionIndex }) => partitionIndex === partition)
  return result?.partitionErrorCode ?? errorCode.UNKNOWN_SERVER_ERROR
}

function byTopic(queues: readonly PartitionQueue[]): { name: string; partitions: number[] }[] {
  const topics = new Map<string, number[]>()
  for (const { topic, partition } of queues) {
    const partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, [partition])
    else partitions.push(partition)
  }
  return [...topics].map(([name, partitions]) => ({ name, partitions }))
}
