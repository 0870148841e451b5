import type { Timer } from '@headwater/base'
import type { KafkaErrorName } from '@headwater/protocol'
import { LinkError } from '../link/link.ts'
import { isUnavailable } from '../spool/unavailable-codes.ts'
import { Batch } from './batch.ts'
import type { Delivery } from './delivery.ts'
import { toRecord, type Intake } from './intake.ts'
import type { MetadataStore } from './metadata-store.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { optionsOfTopic } from './resolve-topics.ts'
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
  /** Why the partition's leader cannot be reached, if that is so. */
  obstacleOf(queue: PartitionQueue): Error | undefined
}

/** Why a record is given up. */
interface Reason {
  readonly code: 'DELIVERY_TIMEOUT' | 'ABORTED' | 'PRODUCER_CLOSED' | 'BEHIND_SPOOL'
  readonly message: string
  readonly cause?: unknown
}

/** A search for what is over may take this share of the time: when many wait, several ends are told together. */
const sweepShare = 0.2

/**
 * Ends records whose time is over, whose caller has lost interest, or whose producer closes; says of each whether it may
 * be in the log. One timer watches all deadlines.
 */
export class Expiry {
  readonly #context: ExpiryContext
  #timer: Timer | undefined
  #armedForMs = Infinity
  #restUntilMs = 0

  constructor(context: ExpiryContext) {
    this.#context = context
  }

  /** Something may end at this moment, monotonic milliseconds. */
  watch(dueMs: number): void {
    const atMs = Math.max(dueMs, this.#restUntilMs)
    if (atMs >= this.#armedForMs) return
    this.#timer?.cancel()
    this.#armedForMs = atMs
    const { clock } = this.#context.options
    const delayMs = Math.max(0, Math.ceil(atMs - clock.monotonic()))
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
      // Being settled at this very moment, and a hook that was told of a neighbour aborts the rest: too late.
      if (place.state === 'done') return
      const queue = this.#context.queues.find(place.topic, place.partition)
      if (queue !== undefined) this.#endBatch(queue, place, (one) => one === delivery, reason)
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
      if (metadata.known(send.record.topic) === undefined) this.#endWaiting(send, failure)
    }
  }

  /** Ends what was never written of a partition, or of all of a topic: it goes where a record before it went. */
  evict(topic: string, partition: number | undefined, row: object): void {
    const { waiting, queues } = this.#context
    const message = 'an older record of its partition went to the spool'
    const reason: Reason = { code: 'BEHIND_SPOOL', message }
    // Not those that come from other rows of the spool: these are older.
    const ends = ({ replayOf }: Delivery): boolean => replayOf === undefined || replayOf === row
    for (const send of waiting.all()) {
      const { record, delivery, place } = send
      if (record.topic !== topic || !ends(delivery)) continue
      if (partition === undefined || (place?.partition ?? record.partition) === partition)
        this.#endWaiting(send, { outcome: 'not-sent', retriable: true, ...reason })
    }
    for (const queue of queues.busy(topic)) {
      if (partition === undefined || queue.partition === partition) this.#endAbsent(queue, ends, reason)
    }
  }

  /** Ends what came from a spool, all of it or what was never written: it is still there. */
  endReplays(all: boolean): void {
    const { waiting, queues } = this.#context
    const reason: Reason = { code: 'PRODUCER_CLOSED', message: 'the producer is closed' }
    const ends = ({ replayOf }: Delivery): boolean => replayOf !== undefined
    for (const send of waiting.all())
      if (ends(send.delivery)) this.#endWaiting(send, { outcome: 'not-sent', ...reason })
    for (const queue of queues.allBusy()) {
      if (!all) this.#endAbsent(queue, ends, reason)
      else
        for (const batch of [...queue.unsettled, ...queue.pending]) this.#endBatch(queue, batch, ends, reason)
    }
  }

  /** Ends what is surely not in the log: never written, or refused every time. */
  #endAbsent(queue: PartitionQueue, ends: (delivery: Delivery) => boolean, reason: Reason): void {
    for (const batch of [...queue.unsettled, ...queue.pending])
      if (batch.state !== 'done' && !batch.uncertain) this.#endBatch(queue, batch, ends, reason)
  }

  /** Ends batches that were never written, because no broker gives an id to number them with. */
  endUnnumbered(failure: Failure): void {
    for (const queue of this.#context.queues.allBusy()) {
      if (queue.owner !== undefined && !queue.ownerRefused) continue
      for (const batch of queue.pending.slice()) {
        queue.remove(batch)
        batch.state = 'done'
        this.#context.release(batch)
        this.#context.settlement.failBatch(batch, failure)
      }
    }
  }

  #sweep(): void {
    this.stop()
    const { options, waiting, queues, intake } = this.#context
    const nowMs = options.clock.monotonic()
    const reason: Reason = { code: 'DELIVERY_TIMEOUT', message: 'the delivery timeout is over' }
    const afterMsOf = (topic: string): number =>
      optionsOfTopic(options, topic).onUnavailable?.afterMs ?? Infinity
    const spoolsMs = ({ startMs, replayOf }: Delivery, afterMs: number): number =>
      replayOf === undefined ? startMs + afterMs : Infinity
    let nextMs = Infinity
    for (const send of waiting.all()) {
      const endsMs = Math.min(send.delivery.deadlineMs, send.blockedUntilMs)
      if (endsMs > nowMs) {
        const spoolMs = spoolsMs(send.delivery, afterMsOf(send.record.topic))
        if (spoolMs > nowMs) nextMs = Math.min(nextMs, endsMs, spoolMs)
        else if (!this.#endUnavailable(send)) nextMs = Math.min(nextMs, endsMs)
      } else if (send.delivery.deadlineMs <= nowMs) this.#endWaiting(send, this.#overdueFailure(send, reason))
      else this.#endWaiting(send, intake.blockedFailure(send))
    }
    const expired = (delivery: Delivery): boolean => delivery.deadlineMs <= nowMs
    for (const queue of queues.allBusy()) {
      const spoolAfterMs = afterMsOf(queue.topic)
      for (const batch of [...queue.unsettled, ...queue.pending]) {
        this.#endBatch(queue, batch, expired, reason)
        const unwritten = isUnwritten(batch)
        if (unwritten && spoolAfterMs < Infinity) {
          const message = `no broker took it within afterMs (${spoolAfterMs} ms)`
          // With one of its records goes the whole batch: those behind it must follow it in any case.
          if (
            batch.deliveries.some(
              (delivery) => !delivery.settled && spoolsMs(delivery, spoolAfterMs) <= nowMs,
            )
          )
            this.#endBatch(queue, batch, () => true, { code: 'DELIVERY_TIMEOUT', message })
        }
        for (const delivery of batch.deliveries) {
          if (delivery.settled) continue
          // What was written may turn out not to have been.
          const ownMs = spoolsMs(delivery, spoolAfterMs)
          const spoolMs = unwritten ? ownMs : Math.max(ownMs, nowMs + spoolAfterMs)
          nextMs = Math.min(nextMs, delivery.deadlineMs, spoolMs)
        }
      }
    }
    const endMs = options.clock.monotonic()
    this.#restUntilMs = endMs + (endMs - nowMs) / sweepShare
    if (nextMs < Infinity) this.watch(nextMs)
  }

  /** A send that waited for the cluster as long as it may before it goes to the disk, if the cluster is the reason. */
  #endUnavailable(send: WaitingSend): boolean {
    const { options, intake } = this.#context
    const failure = intake.blockedFailure(send, `afterMs (${options.onUnavailable?.afterMs} ms)`)
    if (!isUnavailable(failure, false)) return false
    this.#endWaiting(send, failure)
    return true
  }

  #endBatch(
    queue: PartitionQueue,
    batch: Batch,
    ends: (delivery: Delivery) => boolean,
    reason: Reason,
  ): void {
    const ending: number[] = []
    let othersWait = false
    for (const [index, delivery] of batch.deliveries.entries()) {
      if (delivery.settled) continue
      if (ends(delivery)) ending.push(index)
      else othersWait = true
    }
    if (ending.length === 0) return
    const obstacle = batch.attempts === 0 ? this.#context.obstacleOf(queue) : undefined
    const failure = failureOf(batch, { cause: obstacle, ...reason }, othersWait)
    // First the batch, then those who wait: a hook that is told may call back.
    if (!othersWait) this.#drop(queue, batch, reason.code)
    for (const index of ending) {
      if (!batch.deliveries[index]!.settled) this.#context.settlement.failOne(batch, index, failure)
    }
  }

  /** A batch that nobody waits for any more is given up; if it was numbered, that leaves a gap. */
  #drop(queue: PartitionQueue, batch: Batch, why: string): void {
    if (batch.producer !== undefined && queue.owner !== undefined) queue.gap ??= why
    batch.state = 'done'
    queue.remove(batch)
    this.#context.release(batch)
    this.#context.wake(queue)
  }

  /** A send whose topic nobody has described waits for that; why nobody did is worth more than that it took long. */
  #overdueFailure(send: WaitingSend, { code, message }: Reason): Failure {
    const { metadata, intake } = this.#context
    const { topic } = send.record
    // Brokers answered, and said what is wrong: that is no silence, and nothing that a spool could help.
    if (metadata.complaint(topic) !== undefined) return intake.blockedFailure(send)
    const failure = { code, outcome: 'not-sent', retriable: true } as const
    if (metadata.known(topic) !== undefined) return { ...failure, message }
    const unknown = `${message}, and no broker said what the topic ${topic} looks like`
    return { ...failure, message: unknown, cause: metadata.lastFailure }
  }

  #endWaiting(send: WaitingSend, failure: Failure): void {
    const { record, delivery } = send
    // Ended, or admitted to a batch, by what the end of another led to.
    if (delivery.settled || delivery.place !== send) return
    this.#context.waiting.forget(send)
    this.#context.settlement.fail(delivery, failure, {
      topic: record.topic,
      partition: send.place?.partition ?? record.partition,
      record: () => toRecord(record),
    })
    // It may have stood before others for whom there is enough.
    this.#context.intake.onMemory()
  }
}

/** Whether no byte of a batch ever reached a socket. */
function isUnwritten(batch: Batch): boolean {
  return batch.state !== 'done' && batch.attempts === 0 && !batch.uncertain
}

/** Where a record of a batch stands when it is given up: the difference between a safe repeat and a possible double. */
function failureOf(batch: Batch, reason: Reason, othersWait: boolean): Failure {
  // The same call may succeed later; not so with a signal that stays aborted, or on a producer that stays closed.
  const timedOut = reason.code === 'DELIVERY_TIMEOUT'
  if (batch.uncertain) {
    const message = `${reason.message}; the record was written and no answer came, so it may be in the log`
    return { ...reason, outcome: 'unknown', retriable: false, message }
  }
  if (othersWait && batch.producer !== undefined) {
    // Nothing can be taken out of a batch that has its numbers, and its other records are still tried.
    const message = `${reason.message}; the record shares a batch with others that are still tried, so it may yet be in the log`
    return { ...reason, outcome: 'unknown', retriable: false, message }
  }
  if (batch.attempts === 0) {
    const why = reason.cause instanceof LinkError ? `: ${reason.cause.message}` : ''
    const message = `${reason.message}; the record was never written${why}`
    return { ...reason, outcome: 'not-sent', retriable: timedOut || reason.code === 'BEHIND_SPOOL', message }
  }
  const message = `${reason.message}; brokers refused the record for now with ${batch.lastRefusal}, so it is not in the log`
  if (!timedOut) return { ...reason, outcome: 'not-sent', retriable: false, message }
  return {
    ...reason,
    code: batch.lastRefusal as KafkaErrorName,
    outcome: 'rejected',
    retriable: true,
    message,
  }
}
