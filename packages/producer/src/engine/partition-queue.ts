import type { BatchProducer, CompressionType } from '@headwater/protocol'
import { addToSequence, Batch } from './batch.ts'
import { BatchBuffers } from './batch-buffers.ts'
import type { Delivery } from './delivery.ts'
import type { PreparedRecord } from './prepared-record.ts'
import type { ResolvedOptions } from './resolve-options.ts'

/** Id and epoch under which a partition's batches are numbered. */
export interface SequenceOwner {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** What a partition can do next: write this batch, wait until a moment, or wait for something to happen. */
export type NextStep =
  | { readonly batch: Batch }
  | { readonly waitUntilMs: number }
  | { readonly needs: 'sequence-owner' | 'event' }

/**
 * After so long a silence a log may have forgotten the producer (Kafka: `producer.id.expiration.ms`, a day by default), and
 * would take any sequence; so what is written next goes the way of a first batch.
 */
const memoryMs = 60_000

const forEvent: NextStep = { needs: 'event' }
const forOwner: NextStep = { needs: 'sequence-owner' }

/**
 * The records of one partition from `send()` to their settlement, in order.
 *
 * Batches move from `pending` (never written, no sequence) to `unsettled` (written at least once, numbered without a
 * gap, in order). The rules that keep every record exactly once and in order are all in `next`:
 * - While a batch must be written again, only the oldest unsettled one may be, and nothing younger.
 * - While batches are in flight on one connection, none goes to another.
 * - After a gap (a numbered batch was given up or refused for good) nothing is numbered until all that was written is
 *   settled; then the partition goes on under a new epoch, sequence 0, which also shuts out any straggler.
 * - The first batch of a numbering, and the first after a long silence, travels alone until it is acknowledged.
 */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  /** Never written, oldest first; only the last may be open. */
  readonly pending: Batch[] = []
  /** Written and not settled, by rising sequence. */
  readonly unsettled: Batch[] = []
  /** The leader that holds the batches in flight. */
  inFlightLeader: number | undefined
  owner: SequenceOwner | undefined
  nextSequence = 0
  /** Why the numbering has to start anew, once nothing is unsettled. */
  gap: string | undefined
  /** Whether brokers no longer accept the owner's id, so that a new epoch of it would not help. */
  ownerRefused = false
  /** Whether a batch was acknowledged under the present numbering, and lately. */
  #confirmed = false
  /** Monotonic milliseconds at which the latest acknowledged batch was written. */
  #confirmedMs = 0
  readonly #options: ResolvedOptions
  /** Bytes at which a batch is full: it must fit into a request, and a record that is larger alone was refused. */
  readonly #batchBytes: number
  readonly #buffers: BatchBuffers
  /** Bytes of the latest full or sent batch: how much room to give the next. */
  #capacity = 512

  constructor(
    topic: string,
    partition: number,
    options: ResolvedOptions,
    buffers: BatchBuffers = new BatchBuffers(options),
  ) {
    this.topic = topic
    this.partition = partition
    this.#options = options
    this.#batchBytes = Math.min(options.batchSize, options.maxRequestSize)
    this.#buffers = buffers
  }

  get compressionType(): CompressionType {
    return this.#options.compressionType
  }

  get idle(): boolean {
    return this.pending.length === 0 && this.unsettled.length === 0
  }

  /** Encodes a record into the open batch, or into a new one. */
  append(
    record: PreparedRecord,
    delivery: Delivery,
    nowMs: number,
  ): { readonly batch: Batch; readonly opened: boolean } {
    const last = this.pending.at(-1)
    if (last?.state === 'open') {
      if (last.tryAppend(record, delivery, this.#batchBytes)) return { batch: last, opened: false }
      this.#seal(last)
    }
    const batch = new Batch(this.topic, this.partition, nowMs, this.#buffers.take(this.#capacity))
    batch.tryAppend(record, delivery, this.#batchBytes)
    this.pending.push(batch)
    return { batch, opened: true }
  }

  /** What to do now. `hurry`: open batches do not linger (flush, close, or sends wait for memory). */
  next(nowMs: number, leader: number, hurry: boolean): NextStep {
    const oldest = this.unsettled[0]
    if (oldest !== undefined) {
      if (this.unsettled.some((batch) => batch.state === 'retry')) {
        if (oldest.state !== 'retry') return forEvent
        // A leader that is waited for keeps its batches; with none in flight any leader will do.
        if (this.#inFlightElsewhere(leader)) return forEvent
        return oldest.notBeforeMs > nowMs ? { waitUntilMs: oldest.notBeforeMs } : { batch: oldest }
      }
      if (this.gap !== undefined || this.#inFlightElsewhere(leader)) return forEvent
      if (this.unsettled.length >= this.#options.maxInFlightRequestsPerConnection) return forEvent
      // A log that knows nothing of a producer takes any sequence (Java: `ProducerAppendInfo.checkSequence`): if it
      // refused the first batch for now and took the second, the first could only follow behind it.
      if (this.owner !== undefined && !this.#confirmed) return forEvent
    }
    const batch = this.pending[0]
    if (batch === undefined) return forEvent
    if (oldest === undefined && nowMs - this.#confirmedMs >= memoryMs) this.#confirmed = false
    if (batch.state === 'open' && !hurry) {
      // Natural batching: with nothing to wait for a batch leaves at once, and grows while others are in flight.
      if (this.#options.lingerMs === 0 && oldest !== undefined) return forEvent
      const ripeMs = batch.createdMs + this.#options.lingerMs
      if (ripeMs > nowMs) return { waitUntilMs: ripeMs }
    }
    if (batch.notBeforeMs > nowMs) return { waitUntilMs: batch.notBeforeMs }
    if (this.#options.enableIdempotence && (this.owner === undefined || this.gap !== undefined))
      return forOwner
    if (batch.state === 'open') this.#seal(batch)
    return { batch }
  }

  /** Numbers a batch for its first write, and moves it among the unsettled. */
  begin(batch: Batch): BatchProducer {
    this.pending.shift()
    this.unsettled.push(batch)
    const producer: BatchProducer =
      this.owner === undefined
        ? { producerId: -1n, producerEpoch: -1, baseSequence: -1 }
        : {
            ...this.owner,
            baseSequence: this.nextSequence,
            transactional: this.#options.transactionalId === undefined ? undefined : true,
          }
    if (this.owner !== undefined) this.nextSequence = addToSequence(this.nextSequence, batch.recordCount)
    return producer
  }

  /** Goes on under another id or epoch; sequences start at 0. */
  renew(owner: SequenceOwner): void {
    this.owner = owner
    this.nextSequence = 0
    this.gap = undefined
    this.ownerRefused = false
    this.#confirmed = false
  }

  /** A batch was acknowledged: its numbering has begun in the log, and its memory is free. */
  confirm(batch: Batch): void {
    const { producer, attempts } = batch
    const { owner } = this
    // What was written more than once may still be in the hands of a socket that is being torn down.
    if (attempts === 1) this.#buffers.give(batch.releaseBuffer())
    if (producer === undefined || owner === undefined) return
    if (producer.producerId === owner.producerId && producer.producerEpoch === owner.producerEpoch) {
      this.#confirmed = true
      this.#confirmedMs = batch.lastWrittenMs
    }
  }

  /** The log is another one now (the topic was deleted and created again): numbering starts anew. */
  restart(why: string): void {
    if (this.owner !== undefined) this.gap ??= why
  }

  /** A written batch was lost or refused for now; it will be written again. */
  keepForRetry(batch: Batch, notBeforeMs: number): void {
    batch.state = 'retry'
    batch.notBeforeMs = notBeforeMs
    this.#freeLeader()
  }

  /** Takes a batch out: it is settled or given up. */
  remove(batch: Batch): void {
    for (const list of [this.unsettled, this.pending]) {
      const at = list.indexOf(batch)
      if (at >= 0) list.splice(at, 1)
    }
    this.#freeLeader()
  }

  /**
   * Puts a batch that is surely not in the log back before those that were never written, to be numbered anew; and those
   * behind it of which the same is known, for a log that knows nothing of the producer would take them without it.
   */
  requeue(batch: Batch, notBeforeMs: number): void {
    this.unsettled.splice(this.unsettled.indexOf(batch), 1)
    batch.notBeforeMs = notBeforeMs
    this.#putBack(batch)
    for (
      let last = this.unsettled.at(-1);
      last?.state === 'retry' && !last.uncertain;
      last = this.unsettled.at(-1)
    ) {
      this.unsettled.pop()
      this.#putBack(last)
    }
    this.#freeLeader()
  }

  /** Replaces a batch by its halves, in its place. */
  replace(batch: Batch, halves: readonly Batch[]): void {
    this.unsettled.splice(this.unsettled.indexOf(batch), 1, ...halves)
    this.#freeLeader()
  }

  #putBack(batch: Batch): void {
    batch.detach()
    // Others may have been put back before it: they are older or younger by the order in which they were opened.
    const before = this.pending.findIndex((other) => other.isYoungerThan(batch))
    this.pending.splice(before < 0 ? this.pending.length : before, 0, batch)
  }

  #freeLeader(): void {
    if (!this.unsettled.some((batch) => batch.state === 'in-flight')) this.inFlightLeader = undefined
  }

  #inFlightElsewhere(leader: number): boolean {
    return this.inFlightLeader !== undefined && this.inFlightLeader !== leader
  }

  #seal(batch: Batch): void {
    batch.state = 'sealed'
    // By powers of two: a buffer that is a little too small would double to twice what is needed.
    const rounded = 2 ** Math.ceil(Math.log2(batch.uncompressedBytes))
    this.#capacity = Math.max(512, Math.min(this.#batchBytes, rounded))
  }
}
