import type { Batch } from '../engine/batch.ts'
import { toRecord, type Intake } from '../engine/intake.ts'
import type { PartitionQueue } from '../engine/partition-queue.ts'
import type { Failure, Settlement } from '../engine/settlement.ts'
import type { TopicQueues } from '../engine/topic-queues.ts'
import type { WaitingSends } from '../engine/waiting-sends.ts'

/** What giving up the records of a transaction needs. */
export interface AbandonmentContext {
  readonly settlement: Settlement
  readonly waiting: WaitingSends
  readonly queues: TopicQueues
  readonly intake: Intake
  release(batch: Batch): void
}

/** Ends the records of a transaction that can only be aborted. All records that a producer holds are of that one. */
export class Abandonment {
  readonly #context: AbandonmentContext
  /** Why what comes back from a broker is not written again; undefined while it is. */
  #underWay: Failure | undefined

  constructor(context: AbandonmentContext) {
    this.#context = context
  }

  /** Ends what was never written. */
  endUnwritten(failure: Failure): void {
    const { waiting, queues, intake, settlement } = this.#context
    for (const send of waiting.all()) {
      const { delivery, record } = send
      if (delivery.settled || delivery.place !== send) continue
      waiting.forget(send)
      const { topic, partition } = record
      settlement.fail(delivery, failure, { topic, partition, record: () => toRecord(record) })
    }
    for (const queue of queues.allBusy()) this.endUnwrittenOf(queue, failure)
    intake.onMemory()
  }

  /** The same of one partition. */
  endUnwrittenOf(queue: PartitionQueue, failure: Failure): void {
    for (const batch of queue.pending.slice()) this.#end(queue, batch, failure)
  }

  /** Ends all but what is under way; and that as soon as it comes back without being in the log. */
  endAll(failure: Failure): void {
    this.#underWay = failure
    this.endUnwritten(failure)
    for (const queue of this.#context.queues.allBusy()) {
      for (const batch of queue.unsettled.slice()) {
        if (batch.state === 'retry') this.#endWritten(queue, batch, failure)
      }
    }
  }

  /** Ends a batch that came back without being in the log, when it is not to be written again. */
  abandon(queue: PartitionQueue, batch: Batch): boolean {
    if (this.#underWay === undefined) return false
    this.#endWritten(queue, batch, this.#underWay)
    return true
  }

  /** What comes back from now on is written again, where that helps. */
  over(): void {
    this.#underWay = undefined
  }

  #endWritten(queue: PartitionQueue, batch: Batch, failure: Failure): void {
    queue.gap ??= failure.code
    const uncertain = batch.uncertainAttempts > 0
    const message = `${failure.message}; the record was written and no answer came, so it may be in the log, where nobody will see it`
    this.#end(queue, batch, uncertain ? { ...failure, outcome: 'unknown', message } : failure)
  }

  #end(queue: PartitionQueue, batch: Batch, failure: Failure): void {
    if (batch.state === 'done') return
    batch.state = 'done'
    queue.remove(batch)
    this.#context.release(batch)
    this.#context.settlement.failBatch(batch, failure)
  }
}
