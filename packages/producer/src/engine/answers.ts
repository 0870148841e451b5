import { errorCode, kafkaError, type KafkaErrorName } from '@headwater/protocol'
import type { BrokerAddress, LinkError } from '../link/link.ts'
import type { Batch } from './batch.ts'
import type { HookRunner } from './hook-runner.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { answerRule } from './produce-answer.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { retryBackoff } from './retry-backoff.ts'
import type { Settlement } from './settlement.ts'

/** What a broker says of one batch. */
export interface PartitionAnswer {
  readonly errorCode: number
  readonly baseOffset: bigint
  readonly logAppendTimeMs: bigint
  readonly errorMessage: string | null
  /** The records that the batch was refused for, where the broker names them (KIP-467). */
  readonly recordErrors: readonly {
    readonly batchIndex: number
    readonly batchIndexErrorMessage?: string | null | undefined
  }[]
  readonly currentLeader: { readonly leaderId: number; readonly leaderEpoch: number }
}

/** What follows from answers, for the engine. */
export interface AnswersContext {
  wake(queue: PartitionQueue): void
  /** Gives back what the batch held of the buffer; done before its records are settled, so that all numbers agree. */
  release(batch: Batch): void
  applyLeader(queue: PartitionQueue, leader: PartitionAnswer['currentLeader']): boolean
  refreshMetadata(): void
  addressOf(brokerId: number): BrokerAddress | undefined
  /** Ends a batch that came back without being in the log, if its transaction is being aborted; `false` if not. */
  abandon(queue: PartitionQueue, batch: Batch): boolean
}

/**
 * What happens to a batch once it was written: receipt, retry in place, rejection, or a new numbering. The rules for
 * each of Kafka's errors stand in `produce-answer.ts`.
 */
export class Answers {
  retries = 0
  readonly #options: ResolvedOptions
  readonly #settlement: Settlement
  readonly #hooks: HookRunner
  readonly #context: AnswersContext

  constructor(options: ResolvedOptions, settlement: Settlement, hooks: HookRunner, context: AnswersContext) {
    this.#options = options
    this.#settlement = settlement
    this.#hooks = hooks
    this.#context = context
  }

  /** A request with acks 0 was written: nobody will say more. */
  onUnanswered(queue: PartitionQueue, batch: Batch): void {
    this.#deliver(queue, batch, undefined, undefined)
  }

  /** The connection died before an answer came. */
  onLost(queue: PartitionQueue, batch: Batch, error: LinkError, brokerId: number): void {
    if (batch.state === 'done') return
    if (error.sent) batch.uncertainAttempts++
    else batch.attempts--
    this.#context.refreshMetadata()
    this.#retry(queue, batch, error.code, error.sent ? brokerId : undefined)
  }

  /** The broker's software cannot take the batch, today or tomorrow. */
  onImpossible(queue: PartitionQueue, batch: Batch, error: LinkError): void {
    this.#finish(queue, batch)
    if (batch.producer !== undefined && queue.owner !== undefined) queue.gap ??= error.code
    this.#settlement.failBatch(batch, {
      code: 'CONNECTION_REFUSED',
      outcome: batch.uncertainAttempts > 0 ? 'unknown' : 'not-sent',
      message: error.message,
      cause: error,
    })
  }

  onThrottle(brokerId: number, throttleMs: number): void {
    this.#options.logger.info({ brokerId, throttleMs }, 'a broker asks for a pause (quota)')
    this.#hooks.run('onThrottle', { brokerId, throttleMs })
  }

  onAnswer(queue: PartitionQueue, batch: Batch, answer: PartitionAnswer, brokerId: number): void {
    const { name } = kafkaError(answer.errorCode)
    if (batch.state === 'done') {
      this.#lateFate(batch, answer, name)
      return
    }
    if (answer.errorCode === 0) {
      this.#reportSent(batch, brokerId)
      const stamped = answer.logAppendTimeMs >= 0n ? Number(answer.logAppendTimeMs) : undefined
      this.#deliver(queue, batch, answer.baseOffset, stamped)
      return
    }
    const rule = answerRule(name, this.#options.enableIdempotence)
    if (rule.mayBeAppended === true) batch.uncertainAttempts++
    batch.lastRefusal = name
    if (rule.refresh === true && !this.#context.applyLeader(queue, answer.currentLeader)) {
      this.#context.refreshMetadata()
    }
    switch (rule.action) {
      case 'retry':
        return this.#retry(queue, batch, name, brokerId)
      case 'delivered':
        this.#reportSent(batch, brokerId)
        return this.#deliver(queue, batch, undefined, undefined)
      case 'split':
        return this.#split(queue, batch, answer, name, brokerId)
      case 'renumber':
      case 'new-id':
        if (rule.action === 'new-id') queue.ownerRefused = true
        return this.#renumber(queue, batch, name, brokerId)
      case 'reject':
        return this.#refuse(queue, batch, answer, name, brokerId)
    }
  }

  #deliver(
    queue: PartitionQueue,
    batch: Batch,
    baseOffset: bigint | undefined,
    stampedMs: number | undefined,
  ): void {
    queue.confirm(batch)
    this.#finish(queue, batch)
    this.#settlement.deliver(batch, baseOffset, stampedMs)
  }

  #retry(queue: PartitionQueue, batch: Batch, reason: string, brokerId: number | undefined): void {
    if (this.#context.abandon(queue, batch)) return
    const backoffMs = retryBackoff(this.#options, batch.attempts)
    queue.keepForRetry(batch, this.#options.clock.monotonic() + backoffMs)
    this.#reportRetry(batch, reason, brokerId)
    this.#context.wake(queue)
  }

  #split(
    queue: PartitionQueue,
    batch: Batch,
    answer: PartitionAnswer,
    name: KafkaErrorName,
    brokerId: number,
  ): void {
    if (this.#context.abandon(queue, batch)) return
    // An earlier write may be in the log as a whole; halves would not be recognised as its duplicates.
    if (batch.recordCount === 1 || batch.uncertainAttempts > 0)
      return this.#reject(queue, batch, answer, name)
    queue.replace(batch, batch.split())
    batch.state = 'done'
    this.#reportRetry(batch, name, brokerId)
    this.#context.wake(queue)
  }

  /**
   * The broker expects another sequence. Behind an older unsettled batch that is its natural consequence: all follow in
   * order once the older one is in. For the oldest it means that the numbering is broken; the batch is surely not in the
   * log if every write of it was answered, and may go on under a new epoch. If not, nobody can know.
   */
  #renumber(queue: PartitionQueue, batch: Batch, name: KafkaErrorName, brokerId: number): void {
    if (this.#context.abandon(queue, batch)) return
    const behindOlder = queue.unsettled.indexOf(batch) > 0
    if (behindOlder && queue.gap === undefined && !queue.ownerRefused)
      return this.#retry(queue, batch, name, brokerId)
    if (batch.uncertainAttempts > 0) {
      if (behindOlder) return this.#retry(queue, batch, name, brokerId)
      return this.#end(queue, batch, name, 'unknown', 'and an earlier write of it was never answered')
    }
    queue.requeue(batch, this.#options.clock.monotonic() + retryBackoff(this.#options, batch.attempts))
    queue.gap ??= name
    this.#reportRetry(batch, name, brokerId)
    this.#context.wake(queue)
  }

  /**
   * A broker refuses a batch as a whole for one bad record. Those that it names are rejected, and the others go on without
   * them, under the next numbering. In a transaction all end with it.
   */
  #refuse(
    queue: PartitionQueue,
    batch: Batch,
    answer: PartitionAnswer,
    name: KafkaErrorName,
    brokerId: number,
  ): void {
    const named = new Map(answer.recordErrors.map((one) => [one.batchIndex, one.batchIndexErrorMessage]))
    const bad = [...named].filter(([index]) => batch.deliveries[index] !== undefined)
    const isWhole = bad.length === 0 || bad.length === batch.recordCount
    if (isWhole || batch.uncertainAttempts > 0 || this.#options.transactionalId !== undefined)
      return this.#reject(queue, batch, answer, name)
    queue.requeue(batch, this.#options.clock.monotonic())
    if (queue.owner !== undefined) queue.gap ??= name
    this.#reportRetry(batch, name, brokerId)
    for (const [index, why] of bad) {
      const message = `the broker refused the record with ${name}: ${why ?? answer.errorMessage ?? kafkaError(answer.errorCode).message}`
      this.#settlement.failOne(batch, index, { code: name, outcome: 'rejected', message })
    }
    this.#context.wake(queue)
  }

  #reject(queue: PartitionQueue, batch: Batch, answer: PartitionAnswer, name: KafkaErrorName): void {
    const detail = answer.errorMessage ?? kafkaError(answer.errorCode).message
    this.#end(queue, batch, name, batch.uncertainAttempts > 0 ? 'unknown' : 'rejected', detail)
  }

  /** The batch ends here; numbers were given to it, so those behind it need a new numbering. */
  #end(
    queue: PartitionQueue,
    batch: Batch,
    name: KafkaErrorName,
    outcome: 'rejected' | 'unknown',
    detail: string,
  ): void {
    this.#finish(queue, batch)
    if (queue.owner !== undefined) queue.gap ??= name
    const message = `the broker refused the batch with ${name}: ${detail}`
    this.#settlement.failBatch(batch, {
      code: name,
      outcome,
      message,
      retriable: kafkaError(errorCode[name]).retriable,
    })
  }

  #finish(queue: PartitionQueue, batch: Batch): void {
    batch.state = 'done'
    queue.remove(batch)
    this.#context.release(batch)
    this.#context.wake(queue)
  }

  /** An answer for a batch that was given up: those who watch learn its fate. */
  #lateFate(batch: Batch, answer: PartitionAnswer, name: KafkaErrorName): void {
    if (answer.errorCode === 0) this.#settlement.deliver(batch, answer.baseOffset, undefined)
    else if (answerRule(name, true).action === 'delivered')
      this.#settlement.deliver(batch, undefined, undefined)
    else if (batch.uncertainAttempts === 0 && answerRule(name, true).mayBeAppended !== true) {
      this.#settlement.failBatch(batch, {
        code: name,
        outcome: 'rejected',
        message: `the broker refused the batch with ${name}`,
      })
    }
  }

  #reportRetry(batch: Batch, reason: string, brokerId: number | undefined): void {
    this.retries++
    if (!this.#hooks.has('onRetry')) return
    const { topic, partition, attempts, recordCount, traces } = batch
    const requestMs = this.#options.clock.monotonic() - batch.lastWrittenMs
    this.#hooks.run('onRetry', {
      topic,
      partition,
      records: recordCount,
      attempts,
      reason,
      brokerId,
      brokerAddress: brokerId === undefined ? undefined : this.#context.addressOf(brokerId),
      requestMs,
      traces,
    })
  }

  #reportSent(batch: Batch, brokerId: number): void {
    if (!this.#hooks.has('onBatchSent')) return
    const nowMs = this.#options.clock.monotonic()
    const oldestMs = batch.deliveries.reduce(
      (oldest, { startMs }) => Math.min(oldest, startMs),
      batch.createdMs,
    )
    this.#hooks.run('onBatchSent', {
      topic: batch.topic,
      partition: batch.partition,
      brokerId,
      brokerAddress: this.#context.addressOf(brokerId),
      records: batch.recordCount,
      bytes: batch.wireBytes,
      uncompressedBytes: batch.uncompressedBytes,
      requestMs: nowMs - batch.lastWrittenMs,
      queuedMs: (batch.firstWrittenMs ?? nowMs) - oldestMs,
      attempts: batch.attempts,
      traces: batch.traces,
    })
  }
}
