import { toError } from '@headwater/base'
import {
  decodeResponse,
  encodeRequest,
  produce,
  type RequestInputOf,
  type ResponseOf,
} from '@headwater/protocol'
import { LinkError, type Link } from '../link/link.ts'
import type { Answers } from './answers.ts'
import type { Batch } from './batch.ts'
import type { BrokerConnections } from './broker-connections.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { WakeTimer } from './wake-timer.ts'

/** A broker that leads partitions: its window of requests, and who wants to use it. */
interface Leader {
  readonly id: number
  inFlight: number
  /** A quota asked for silence until then (monotonic milliseconds). */
  mutedUntilMs: number
  /** Partitions that may have something to write, longest waiting first. */
  readonly ready: Set<PartitionQueue>
}

/** One batch of a request that is being put together. */
interface Entry {
  readonly queue: PartitionQueue
  readonly batch: Batch
}

/** What the sender needs to know of its surroundings. */
export interface SenderContext {
  leaderOf(queue: PartitionQueue): number | undefined
  /** Whether open batches must not linger. */
  hurry(): boolean
  /** The partition's leader is not known, or not there. */
  onNoLeader(queue: PartitionQueue): void
  /** Whether a partition may be written to: with transactions not before it takes part in the one that is open. */
  admits(queue: PartitionQueue): boolean
  /** A partition needs an id or a new epoch; `true` when it has it now. */
  renewOwner(queue: PartitionQueue): boolean
  /** One request was written. */
  onWrite(entries: readonly { readonly batch: Batch }[]): void
  /** A batch is left without records. */
  onEmpty(queue: PartitionQueue, batch: Batch): void
}

/** Versions above have topic ids in place of names, which need metadata that older brokers do not give. */
const newestProduce = 12
/**
 * From v12 on a Produce request adds its partitions to the transaction by itself, where the cluster has the second version
 * of transactions (KIP-890). Ours are added by requests of their own, which every broker since 0.11 takes; so v11.
 */
const newestTransactionalProduce = 11
/** The broker should give up before we do, so that its answer still finds us. */
const brokerTimeoutShare = 0.9

type PartitionAnswer = ResponseOf<typeof produce>['responses'][number]['partitionResponses'][number]

/**
 * Writes batches to leaders: one queue a leader, a window of requests in flight, at most one batch of a partition in a
 * request. Which batch may go is the partition's own decision (`PartitionQueue.next`).
 */
export class Sender {
  readonly #options: ResolvedOptions
  readonly #connections: BrokerConnections
  readonly #answers: Answers
  readonly #context: SenderContext
  readonly #leaders = new Map<number, Leader>()
  readonly #queueTimer: WakeTimer<PartitionQueue>
  readonly #leaderTimer: WakeTimer<Leader>
  readonly #requestsUnderWay = new Set<Promise<void>>()
  #scheduled: NodeJS.Immediate | undefined
  #closed = false

  constructor(
    options: ResolvedOptions,
    connections: BrokerConnections,
    answers: Answers,
    context: SenderContext,
  ) {
    this.#options = options
    this.#connections = connections
    this.#answers = answers
    this.#context = context
    this.#queueTimer = new WakeTimer(options.clock, (queue) => this.wake(queue))
    this.#leaderTimer = new WakeTimer(options.clock, () => this.schedule())
  }

  get inFlight(): number {
    return this.#requestsUnderWay.size
  }

  /** A partition may have something to write. */
  wake(queue: PartitionQueue): void {
    if (this.#closed || queue.idle) return
    const leaderId = this.#context.leaderOf(queue)
    if (leaderId === undefined || leaderId < 0) {
      this.#context.onNoLeader(queue)
      return
    }
    this.#leader(leaderId).ready.add(queue)
    this.schedule()
  }

  #wakeAt(queue: PartitionQueue, dueMs: number): void {
    if (!this.#closed) this.#queueTimer.at(queue, dueMs)
  }

  /**
   * Writes what can be written, once this turn of the event loop is over: the sends of one turn, and those that an
   * answer sets free, then travel together.
   */
  schedule(): void {
    if (this.#scheduled !== undefined || this.#closed) return
    this.#scheduled = setImmediate(() => {
      this.#scheduled = undefined
      this.#drain()
    })
  }

  /** Resolves when every request that is under way now is answered, or its connection dead. */
  async answered(): Promise<void> {
    await Promise.all(this.#requestsUnderWay)
  }

  close(): void {
    this.#closed = true
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled)
    this.#queueTimer.close()
    this.#leaderTimer.close()
  }

  #leader(id: number): Leader {
    let leader = this.#leaders.get(id)
    if (leader === undefined) {
      leader = { id, inFlight: 0, mutedUntilMs: 0, ready: new Set() }
      this.#leaders.set(id, leader)
    }
    return leader
  }

  #drain(): void {
    for (const leader of this.#leaders.values()) {
      while (leader.ready.size > 0 && this.#writeOne(leader)) {
        // Each turn writes one request, until the window is full or nothing is ready.
      }
    }
  }

  /** Writes one request to a leader if it can take one and there is something to write. */
  #writeOne(leader: Leader): boolean {
    if (leader.inFlight >= this.#options.maxInFlightRequestsPerConnection) return false
    const nowMs = this.#options.clock.monotonic()
    if (leader.mutedUntilMs > nowMs) {
      this.#leaderTimer.at(leader, leader.mutedUntilMs)
      return false
    }
    const link = this.#usableLink(leader, nowMs)
    if (link === undefined) return false
    const entries = this.#collect(leader, nowMs)
    if (entries.length === 0) return false
    this.#write(leader, link, entries, nowMs)
    return true
  }

  #usableLink(leader: Leader, nowMs: number): Link | undefined {
    if (!this.#connections.knows(leader.id)) {
      // Named as a leader by another broker, before any list of brokers named it.
      for (const queue of leader.ready) this.#context.onNoLeader(queue)
      return undefined
    }
    const link = this.#connections.link(leader.id)
    if (typeof link === 'number') {
      this.#leaderTimer.at(leader, link)
      return undefined
    }
    if (link?.replaceAtMs === undefined || link.replaceAtMs > nowMs) return link
    // The session nears its end: let what is under way be answered, then go on over another connection.
    if (leader.inFlight === 0) {
      this.#connections.replace(link)
      this.schedule()
    }
    return undefined
  }

  #collect(leader: Leader, nowMs: number): Entry[] {
    const entries: Entry[] = []
    const hurry = this.#context.hurry()
    let bytes = 0
    // A copy: partitions leave the set and come back to its end on the way.
    for (const queue of Array.from(leader.ready)) {
      const batch = this.#nextBatch(leader, queue, nowMs, hurry)
      if (batch === undefined) {
        leader.ready.delete(queue)
        continue
      }
      if (entries.length > 0 && bytes + batch.wireBytes > this.#options.maxRequestSize) break
      bytes += batch.wireBytes
      entries.push({ queue, batch })
      // Behind the others, in case it has more.
      leader.ready.delete(queue)
      leader.ready.add(queue)
    }
    return entries
  }

  #nextBatch(leader: Leader, queue: PartitionQueue, nowMs: number, hurry: boolean): Batch | undefined {
    if (this.#context.leaderOf(queue) !== leader.id) {
      this.wake(queue)
      return undefined
    }
    // Asked before the batch is sealed: while the partition is being added it may grow.
    if (!this.#context.admits(queue)) return undefined
    let step = queue.next(nowMs, leader.id, hurry)
    if ('needs' in step && step.needs === 'sequence-owner' && this.#context.renewOwner(queue)) {
      step = queue.next(nowMs, leader.id, hurry)
    }
    if ('waitUntilMs' in step) this.#wakeAt(queue, step.waitUntilMs)
    if (!('batch' in step)) return undefined
    const { batch } = step
    if (batch.producer === undefined) {
      batch.dropSettled()
      if (batch.recordCount === 0) {
        this.#context.onEmpty(queue, batch)
        this.wake(queue)
        return undefined
      }
    }
    // Not only before the first write: the halves of a batch that was too large must be compressed anew.
    const ready = batch.compressWith(queue.compressionType, () => this.wake(queue))
    return ready === 'ready' ? batch : undefined
  }

  #write(leader: Leader, link: Link, entries: readonly Entry[], nowMs: number): void {
    const { acks, requestTimeoutMs, transactionalId } = this.#options
    const newest = transactionalId === undefined ? newestProduce : newestTransactionalProduce
    let version: number
    try {
      version = Math.min(link.pick(produce), newest)
    } catch (thrown) {
      const error = toLinkError(thrown)
      for (const { queue, batch } of entries) this.#answers.onImpossible(queue, batch, error)
      return
    }
    const topicData: Map<string, { index: number; records: Uint8Array }[]> = new Map()
    for (const { queue, batch } of entries) {
      const producer = batch.producer ?? queue.begin(batch)
      const records = batch.encode(producer, queue.compressionType)
      batch.state = 'in-flight'
      batch.attempts++
      batch.firstWrittenMs ??= nowMs
      batch.lastWrittenMs = nowMs
      queue.inFlightLeader = leader.id
      const partitions = topicData.get(batch.topic)
      const entry = { index: batch.partition, records }
      if (partitions === undefined) topicData.set(batch.topic, [entry])
      else partitions.push(entry)
    }
    const request: RequestInputOf<typeof produce> = {
      transactionalId: transactionalId ?? null,
      acks: acks === 'all' ? -1 : acks,
      timeoutMs: Math.max(1, Math.floor(requestTimeoutMs * brokerTimeoutShare)),
      topicData: [...topicData].map(([name, partitionData]) => ({ name, partitionData })),
    }
    this.#context.onWrite(entries)
    leader.inFlight++
    const body = encodeRequest(produce, version, request)
    const expectResponse = acks !== 0
    const underWay = link.send(produce, version, body, { timeoutMs: requestTimeoutMs, expectResponse }).then(
      (bytes) => this.#onAnswer(leader, link, entries, version, expectResponse ? bytes : undefined),
      (thrown: unknown) => this.#onFailure(leader, entries, thrown),
    )
    this.#requestsUnderWay.add(underWay)
    void underWay.finally(() => this.#requestsUnderWay.delete(underWay))
  }

  #onAnswer(
    leader: Leader,
    link: Link,
    entries: readonly Entry[],
    version: number,
    bytes: Uint8Array | undefined,
  ): void {
    leader.inFlight--
    this.schedule()
    if (bytes === undefined) {
      for (const { queue, batch } of entries) this.#answers.onUnanswered(queue, batch)
      return
    }
    let response: ResponseOf<typeof produce>
    try {
      response = decodeResponse(produce, version, bytes)
    } catch (thrown) {
      const error = toError(thrown)
      link.destroy(error)
      this.#lose(
        leader,
        entries,
        new LinkError('LINK_PROTOCOL_VIOLATION', 'a Produce answer cannot be read', {
          sent: true,
          cause: error,
        }),
      )
      return
    }
    this.#throttle(leader, response.throttleTimeMs)
    const answers = new Map<string, PartitionAnswer>()
    for (const topic of response.responses) {
      for (const answer of topic.partitionResponses) answers.set(`${topic.name}/${answer.index}`, answer)
    }
    const unanswered: Entry[] = []
    for (const entry of entries) {
      const answer = answers.get(`${entry.batch.topic}/${entry.batch.partition}`)
      if (answer === undefined) unanswered.push(entry)
      else this.#answers.onAnswer(entry.queue, entry.batch, answer, leader.id)
    }
    if (unanswered.length === 0) return
    // An answer that leaves partitions out proves nothing about them.
    const error = new LinkError('LINK_PROTOCOL_VIOLATION', 'a Produce answer leaves partitions out', {
      sent: true,
    })
    link.destroy(error)
    this.#lose(leader, unanswered, error)
  }

  #onFailure(leader: Leader, entries: readonly Entry[], thrown: unknown): void {
    leader.inFlight--
    this.schedule()
    this.#lose(leader, entries, toLinkError(thrown))
  }

  #lose(leader: Leader, entries: readonly Entry[], error: LinkError): void {
    for (const { queue, batch } of entries) this.#answers.onLost(queue, batch, error, leader.id)
  }

  #throttle(leader: Leader, throttleMs: number): void {
    if (throttleMs <= 0) return
    leader.mutedUntilMs = this.#options.clock.monotonic() + throttleMs
    this.#answers.onThrottle(leader.id, throttleMs)
  }
}

function toLinkError(thrown: unknown): LinkError {
  return thrown instanceof LinkError
    ? thrown
    : new LinkError('LINK_CLOSED', 'the connection failed', { sent: true, cause: thrown })
}
