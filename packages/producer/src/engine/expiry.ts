import type { Timer } from '@headwater/base'
import type { KafkaErrorName } from '@headwater/protocol'
import { Batch } from './batch.ts'
import type { Delivery } from './delivery.ts'
import { toRecord, type Intake } from './intake.ts'
import type { MetadataStore } from './metadata-store.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Failure, Settlement } from './settlement.ts'
import type { TopicQueues } from './topic-queues.ts'
import type { WaitingSend, WaitingSends } from './waiting-sends.ts'

/** What giving up needs of its surroundings. */
export interface ExpiryContext {
  readonly options: ResolvedOptions
  readonly settlement: Settlement
  readonly waiting: WaitingSends
  readonly queues: TopicQueues
  readonly intake: Intake
  readonly metadata: MetadataStore
  /** Gives back what a batch held of the buffer. */
  release(batch: Batch): void
  wake(queue: PartitionQueue): void
}

/** Why a record is given up. */
interface Reason {
  readonly code: 'DELIVERY_TIMEOUT' | 'ABORTED' | 'PRODUCER_CLOSED'
  readonly message: string
  readonly cause?: unknown
}

/**
 * Ends records whose time is over, whose caller has lost interest, or whose producer closes; says of each whether it may
 * be in the log. One timer watches all deadlines.
 */
export class Expiry {
  readonly #context: ExpiryContext
  #timer: Timer | undefined
  #armedForMs = Infinity

  constructor(context: ExpiryContext) {
    this.#context = context
  }

  /** Something may end at this moment, monotonic milliseconds. */
  watch(dueMs: number): void {
    if (dueMs >= this.#armedForMs) return
    this.#timer?.cancel()
    this.#armedForMs = dueMs
    const { clock } = this.#context.options
    const delayMs = Math.max(0, Math.ceil(dueMs - clock.monotonic()))
    this.#timer = clock.schedule(delayMs, () => this.#sweep())
  }

  /** Nothing is left that could end. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#armedForMs = Infinity
  }

  /** The caller's signal was aborted. */
  abort(delivery: Delivery, cause: unknown): void {
    const reason: Reason = { code: 'ABORTED', message: 'the call was aborted', cause }
    const { place } = delivery
    if (place instanceof Batch) {
      const queue = this.#context.queues
        .allBusy()
        .find(({ unsettled, pending }) => unsettled.includes(place) || pending.includes(place))
      this.#endRecord(place, place.deliveries.indexOf(delivery), reason)
      if (queue !== undefined) this.#dropUnwanted(queue, place, reason.code)
    } else if (place !== undefined) {
      this.#endWaiting(place, { outcome: 'not-sent', ...reason })
    }
  }

  /** Ends everything that is left. */
  endAll(message: string): void {
    const reason: Reason = { code: 'PRODUCER_CLOSED', message }
    for (const send of this.#context.waiting.all()) this.#endWaiting(send, { outcome: 'not-sent', ...reason })
    for (const queue of this.#context.queues.allBusy()) {
      for (const batch of [...queue.unsettled, ...queue.pending])
        this.#endBatch(queue, batch, () => true, reason)
    }
  }

  /** Ends the sends whose topic nobody has described yet. */
  endWaiting(failure: Failure): void {
    const { waiting, metadata } = this.#context
    for (const send of waiting.all()) {
      if (metadata.topic(send.record.topic) === undefined) this.#endWaiting(send, failure)
    }
  }

  /** Ends batches that were never written, because no broker gives an id to number them with. */
  endUnsent(failure: Failure): void {
    for (const queue of this.#context.queues.allBusy()) {
      for (const batch of [...queue.pending]) {
        queue.remove(batch)
        batch.state = 'done'
        this.#context.release(batch)
        this.#context.settlement.failBatch(batch, failure)
      }
    }
  }

  #sweep(): void {
    this.stop()
    const nowMs = this.#context.options.clock.monotonic()
    const reason: Reason = { code: 'DELIVERY_TIMEOUT', message: 'the delivery timeout is over' }
    for (const send of this.#context.waiting.all()) {
      if (send.delivery.deadlineMs <= nowMs)
        this.#endWaiting(send, { outcome: 'not-sent', retriable: true, ...reason })
      else if (send.blockedUntilMs <= nowMs) this.#endWaiting(send, this.#context.intake.blockedFailure(send))
      else this.watch(Math.min(send.delivery.deadlineMs, send.blockedUntilMs))
    }
    const expired = (delivery: Delivery): boolean => delivery.deadlineMs <= nowMs
    for (const queue of this.#context.queues.allBusy()) {
      for (const batch of [...queue.unsettled, ...queue.pending]) {
        this.#endBatch(queue, batch, expired, reason)
        for (const delivery of batch.deliveries) if (!delivery.settled) this.watch(delivery.deadlineMs)
      }
    }
  }

  #endBatch(
    queue: PartitionQueue,
    batch: Batch,
    ends: (delivery: Delivery) => boolean,
    reason: Reason,
  ): void {
    for (const [index, delivery] of batch.deliveries.entries()) {
      if (!delivery.settled && ends(delivery)) this.#endRecord(batch, index, reason)
    }
    this.#dropUnwanted(queue, batch, reason.code)
  }

  #endRecord(batch: Batch, index: number, reason: Reason): void {
    this.#context.settlement.failOne(batch, index, failureOf(batch, reason))
  }

  /** A batch that nobody waits for any more is given up; if it was numbered, that leaves a gap. */
  #dropUnwanted(queue: PartitionQueue, batch: Batch, why: string): void {
    if (batch.wanted || batch.state === 'done') return
    const numbered = batch.producer !== undefined && queue.owner !== undefined
    batch.state = 'done'
    queue.remove(batch)
    if (numbered) queue.gap ??= why
    this.#context.release(batch)
    this.#context.wake(queue)
  }

  #endWaiting(send: WaitingSend, failure: Failure): void {
    const { record, delivery } = send
    this.#context.settlement.fail(delivery, failure, {
      topic: record.topic,
      partition: record.partition,
      record: () => toRecord(record),
    })
    this.#context.waiting.forget(send)
  }
}

/** Where a record of a batch stands when it is given up: the difference between a safe repeat and a possible double. */
function failureOf(batch: Batch, reason: Reason): Failure {
  if (batch.state === 'in-flight' || batch.uncertainAttempts > 0) {
    const message = `${reason.message}; the record was written and no answer came, so it may be in the log`
    return { ...reason, outcome: 'unknown', retriable: false, message }
  }
  if (batch.attempts === 0) {
    return {
      ...reason,
      outcome: 'not-sent',
      retriable: true,
      message: `${reason.message}; the record was never written`,
    }
  }
  const message = `${reason.message}; brokers refused the record for now with ${batch.lastRefusal}, so it is not in the log`
  if (reason.code !== 'DELIVERY_TIMEOUT') return { ...reason, outcome: 'not-sent', retriable: true, message }
  return {
    ...reason,
    code: batch.lastRefusal as KafkaErrorName,
    outcome: 'rejected',
    retriable: true,
    message,
  }
}
