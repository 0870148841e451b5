import { DeliveryError, type DeliveryErrorCode, type FailedOutcome } from '../delivery-error.ts'
import type { Settled } from '../hooks.ts'
import type { ProducerRecord } from '../producer-record.ts'
import type { SendResult, UndeliveredRecord } from '../producer.ts'
import { LogReceipt } from '../receipt.ts'
import type { Batch } from './batch.ts'
import type { Delivery } from './delivery.ts'
import type { Fallback } from './fallback.ts'
import type { FlushTracker } from './flush-tracker.ts'
import type { HookRunner } from './hook-runner.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import type { ResolvedOptions } from './resolve-options.ts'

/** Why a record ends undelivered. */
export interface Failure {
  readonly code: DeliveryErrorCode
  readonly outcome: FailedOutcome
  readonly message: string
  readonly retriable?: boolean
  readonly cause?: unknown
  /** Whether the caller is to hear of it as it is, and no policy takes the record over. */
  readonly final?: boolean
}

/** Where a record was when it failed. */
interface FailedAt {
  readonly topic: string
  readonly partition?: number | undefined
  readonly attempts?: number | undefined
  /**
   * Makes the record; called only when somebody wants to see it.
   *
   * @param keep - whether it is kept beyond this turn of the event loop; it must not lie in the caller's memory then
   */
  readonly record: (keep?: boolean) => ProducerRecord
}

/** Records by how they ended, and the bytes delivered. */
type Counts = Record<
  'delivered' | 'spooled' | 'rejected' | 'notSent' | 'unknown' | 'deadLettered' | 'bytes',
  number
>

const counterByStatus: Readonly<Record<SendResult['status'], keyof Counts>> = {
  delivered: 'delivered',
  spooled: 'spooled',
  rejected: 'rejected',
  'not-sent': 'notSent',
  unknown: 'unknown',
  'dead-lettered': 'deadLettered',
}

/** Codes that say that nobody answered. */
const silence: ReadonlySet<string> = new Set(['DELIVERY_TIMEOUT', 'METADATA_TIMEOUT'])

/** Ends that the caller brought about. */
const byCaller: ReadonlySet<string> = new Set(['ABORTED', 'TRANSACTION_ABORTED'])

/** The one place where records end: tells those who wait, counts, and calls `onSettled`. */
export class Settlement {
  readonly counts: Counts = {
    delivered: 0,
    spooled: 0,
    rejected: 0,
    notSent: 0,
    unknown: 0,
    deadLettered: 0,
    bytes: 0,
  }
  readonly latency: LatencyHistogram = new LatencyHistogram()
  lastDeliveredAt: number | undefined
  /** The same moment on the monotonic clock. */
  lastDeliveredMs: number | undefined
  /** When a record was last given up because nobody answered, on the monotonic clock. */
  lastSilentMs: number | undefined
  /** Collects what fails from now on, for `close()`. */
  undelivered: UndeliveredRecord[] | undefined
  readonly #flushes: FlushTracker
  readonly #hooks: HookRunner
  readonly #options: ResolvedOptions
  readonly #fallbacks: readonly Fallback[]

  constructor(
    flushes: FlushTracker,
    hooks: HookRunner,
    options: ResolvedOptions,
    fallbacks: readonly Fallback[] = [],
  ) {
    this.#fallbacks = fallbacks
    this.#flushes = flushes
    this.#hooks = hooks
    this.#options = options
  }

  /** All records of a batch are in the log; those that were given up meanwhile get a late fate. */
  deliver(batch: Batch, baseOffset: bigint | undefined, logAppendTimeMs: number | undefined): void {
    const nowMs = this.#options.clock.monotonic()
    const { topic, partition, attempts, deliveries } = batch
    this.lastDeliveredAt = this.#options.clock.now()
    this.lastDeliveredMs = nowMs
    this.counts.bytes += batch.wireBytes
    const observed = this.#hooks.has('onSettled')
    for (let index = 0; index < deliveries.length; index++) {
      const delivery = deliveries[index]!
      const receipt = new LogReceipt({
        topic,
        partition,
        offset: baseOffset === undefined ? undefined : baseOffset + BigInt(index),
        timestamp: logAppendTimeMs ?? delivery.timestamp,
        attempts,
        latencyMs: nowMs - delivery.startMs,
      })
      const late = delivery.settled || delivery.replayOf !== undefined
      if (!late) {
        this.counts.delivered++
        this.latency.record(receipt.latencyMs)
        delivery.settle({ status: 'delivered', receipt })
        this.#flushes.settled(delivery.generation)
      } else delivery.settle({ status: 'delivered', receipt })
      if (observed) this.#hooks.run('onSettled', { status: 'delivered', receipt, late })
      if (delivery.traces.length > 0) {
        this.#hooks.end(delivery.traces, { status: 'delivered', receipt, late: delivery.tracesTold })
        delivery.tracesTold = true
      }
    }
  }

  /** All records of a batch end undelivered. */
  failBatch(batch: Batch, failure: Failure): void {
    for (let index = 0; index < batch.deliveries.length; index++) this.failOne(batch, index, failure)
  }

  /** One record of a batch ends undelivered; a second end is its late fate, which may be kinder than the first. */
  failOne(batch: Batch, index: number, failure: Failure): void {
    this.fail(batch.deliveries[index]!, failure, {
      topic: batch.topic,
      partition: batch.partition,
      attempts: batch.attempts,
      record: (keep) => batch.recordAt(index, keep),
    })
  }

  /**
   * A record that is in no batch ends undelivered.
   *
   * @returns whether a policy takes it over.
   */
  fail(delivery: Delivery, failure: Failure, at: FailedAt): boolean {
    const error = new DeliveryError(failure.code, failure.message, {
      outcome: failure.outcome,
      topic: at.topic,
      partition: at.partition,
      attempts: at.attempts,
      retriable: failure.retriable,
      cause: failure.cause,
    })
    const late = delivery.settled
    const replayed = delivery.replayOf !== undefined
    const open = !late && failure.final !== true
    const fallback = open ? this.#fallbacks.find((one) => one.accepts(error, replayed)) : undefined
    if (fallback !== undefined) {
      const record = at.record(true)
      const tell = delivery.handOver()
      const { startMs, order } = delivery
      void fallback.take({ error, record, startMs, order }).then((result) => {
        if (result.error !== undefined && !replayed) this.undelivered?.push({ record, error: result.error })
        this.#end(delivery, result, () => record, tell)
      })
      return true
    }
    // What a policy takes over is looked after; whether brokers answer it will see.
    if (!late && silence.has(failure.code)) this.lastSilentMs = this.#options.clock.monotonic()
    if (!late && at.attempts !== undefined) this.#logGivenUp(error)
    const result = { status: failure.outcome, error }
    if (late) this.#report(delivery, result, at.record, late)
    else {
      // What was refused because the producer closes was never taken, so that closing has nothing to hand back.
      if (failure.final !== true && !replayed) this.undelivered?.push({ record: at.record(true), error })
      this.#end(delivery, result, at.record, delivery.handOver())
    }
    return false
  }

  /** A record that was taken is given up; who sent it without waiting hears of it nowhere else. */
  #logGivenUp(error: DeliveryError): void {
    const { topic, partition, code, outcome, attempts } = error
    if (byCaller.has(code)) return
    const fields = { err: error, topic, partition, code, outcome, attempts }
    this.#options.logger.warn(fields, 'records of a batch were given up')
  }

  #end(
    delivery: Delivery,
    result: SendResult,
    record: FailedAt['record'],
    tell: (result: SendResult) => void,
  ): void {
    if (delivery.replayOf !== undefined) {
      // Its sender was told when it was spooled; what is neither in the log nor refused goes back there unseen.
      tell(result)
      if (result.status !== 'not-sent' && result.status !== 'unknown')
        this.#report(delivery, result, record, true)
      else this.#endTraces(delivery, result, record)
      return
    }
    this.counts[counterByStatus[result.status]]++
    tell(result)
    this.#flushes.settled(delivery.generation)
    this.#report(delivery, result, record, false)
  }

  #report(delivery: Delivery, result: SendResult, record: () => ProducerRecord, late: boolean): void {
    const observed = this.#hooks.has('onSettled')
    if (!observed && delivery.traces.length === 0) return
    if (observed) this.#hooks.run('onSettled', toSettled(result, record, this.#latencyOf(delivery), late))
    this.#endTraces(delivery, result, record)
  }

  /** For those who trace a record, late is what comes after they were told. */
  #endTraces(delivery: Delivery, result: SendResult, record: () => ProducerRecord): void {
    if (delivery.traces.length === 0) return
    const late = delivery.tracesTold
    delivery.tracesTold = true
    this.#hooks.end(delivery.traces, toSettled(result, record, this.#latencyOf(delivery), late))
  }

  #latencyOf({ startMs }: Delivery): number {
    return this.#options.clock.monotonic() - startMs
  }
}

/** What observers are told. The record is made when they ask for it. */
function toSettled(
  result: SendResult,
  record: () => ProducerRecord,
  latencyMs: number,
  late: boolean,
): Settled {
  if (result.error === undefined) return { status: result.status, receipt: result.receipt, late }
  const { error } = result
  let made: ProducerRecord | undefined
  return {
    status: 'failed',
    error,
    get record() {
      return (made ??= record())
    },
    latencyMs,
    late,
  }
}
