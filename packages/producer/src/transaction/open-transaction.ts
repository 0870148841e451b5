import { HeadwaterError, toError } from '@headwater/base'
import { errorCode, txnOffsetCommit, type ResponseOf } from '@headwater/protocol'
import { takeOptions, type TakeOptions } from '../engine/take-options.ts'
import type { SequenceOwner } from '../engine/partition-queue.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import type { Failure } from '../engine/settlement.ts'
import type { ProducerRecord } from '../producer-record.ts'
import type { SendOptions, SendResult } from '../producer.ts'
import type { Receipt } from '../receipt.ts'
import { nextOffsets, type NextOffsets } from './consumed-offsets.ts'
import type { Answered, Coordinator } from './coordinator.ts'
import type { Enlistment } from './enlistment.ts'
import { decisiveCode } from './partition-codes.ts'
import type { ConsumedOffsets, Transaction } from './transaction.ts'
import { mayRepeat } from './transaction-error.ts'

/** v3 fences by member and generation (KIP-447); the versions above belong to KIP-890. */
const newestTxnOffsetCommit = 3

/** What a transaction writes with. */
export interface OpenTransactionContext {
  readonly options: ResolvedOptions
  readonly producer: SequenceOwner
  readonly enlistment: Enlistment
  take(record: ProducerRecord, options: TakeOptions, tell: (result: SendResult) => void): void
  groupCoordinator(group: string): Coordinator
  /** It can only be aborted from now on. */
  onLost(failure: Failure): void
  /** A coordinator refused something with this code. */
  onRefused(code: string): void
}

/** A transaction from its begin to its end: what its work holds in hands. */
export class OpenTransaction implements Transaction {
  /** Why it can only be aborted. */
  failure: HeadwaterError | undefined
  /** Whether a coordinator said that the epoch is not ours any more. */
  fencedBy: HeadwaterError | undefined
  /** Whether the commit may have been decided, though nobody said so. */
  commitUncertain = false
  readonly enlistment: Enlistment
  readonly producer: SequenceOwner
  readonly #context: OpenTransactionContext
  /** Errors that the work has got from here: when it throws one, it says nothing of its own. */
  readonly #told = new WeakSet<Error>()
  #ended = false
  /** Records that were sent in it. */
  recordCount = 0
  /** Sends and commits of offsets that are not settled. */
  #unsettled = 0
  #onSettled: (() => void) | undefined

  constructor(context: OpenTransactionContext) {
    this.#context = context
    this.enlistment = context.enlistment
    this.producer = context.producer
  }

  send(record: ProducerRecord, options: SendOptions = {}): Promise<Receipt> {
    const sending = this.#send(record, options).then((result) => {
      if (result.error !== undefined) throw result.error
      return result.receipt
    })
    // Whoever does not await it hears of the failure from the transaction, which then cannot commit.
    sending.catch(() => undefined)
    return sending
  }

  sendMany(records: readonly ProducerRecord[], options: SendOptions = {}): Promise<SendResult[]> {
    return Promise.all(records.map((record) => this.#send(record, options)))
  }

  commitConsumed(offsets: ConsumedOffsets): Promise<void> {
    const committing = this.#commitConsumed(offsets)
    committing.catch(() => undefined)
    return committing
  }

  /** Why a record cannot be taken. */
  refusal(): Failure | undefined {
    if (this.#ended) {
      const message =
        'the transaction has ended; send within the function that is given it, and before it returns'
      return { code: 'TRANSACTION_ENDED', outcome: 'not-sent', message }
    }
    return this.failure === undefined ? undefined : lostFailure(this.failure)
  }

  /** It can only be aborted from now on, and what was not written will not be. */
  lose(cause: unknown): void {
    if (this.failure !== undefined) return
    this.failure =
      cause instanceof HeadwaterError ? cause : new HeadwaterError('ABORTED', 'its work failed', { cause })
    this.#context.onLost(lostFailure(this.failure))
  }

  /** A coordinator's answer is no success. */
  loseBy({ verdict, error }: Pick<Answered<never>, 'verdict' | 'error'>): void {
    if (verdict === 'fenced') this.fencedBy ??= error
    this.#context.onRefused(error.code)
    this.lose(error)
  }

  /** Nothing more is taken. */
  end(): void {
    this.#ended = true
  }

  /** Whether an error is one that the work got from here. */
  told(thrown: unknown): boolean {
    return thrown instanceof Error && this.#told.has(thrown)
  }

  /** Resolves when everything that was taken is settled. */
  async settled(): Promise<void> {
    if (this.#unsettled > 0) {
      await new Promise<void>((resolve) => {
        this.#onSettled = resolve
      })
    }
    await this.enlistment.settled()
  }

  #send(record: ProducerRecord, options: SendOptions): Promise<SendResult> {
    return new Promise((resolve) => {
      const wasEnded = this.#ended
      this.#unsettled++
      if (!wasEnded) this.recordCount++
      this.#context.take(record, { ...takeOptions(options), wait: true, transaction: this }, (result) => {
        if (result.error !== undefined) {
          this.#told.add(result.error)
          if (!wasEnded) this.lose(result.error)
        }
        resolve(result)
        this.#settle()
      })
    })
  }

  async #commitConsumed(offsets: ConsumedOffsets): Promise<void> {
    const refusal = this.refusal()
    if (refusal !== undefined) {
      throw this.#tell(
        new HeadwaterError(refusal.code, refusal.message, {
          retriable: refusal.retriable,
          cause: refusal.cause,
        }),
      )
    }
    this.#unsettled++
    try {
      const next = nextOffsets(offsets)
      if (next.size === 0) return
      const { clock, maxBlockMs } = this.#context.options
      const deadlineMs = clock.monotonic() + maxBlockMs
      this.#demandDone(await this.enlistment.addGroup(offsets.group, deadlineMs))
      this.#demandDone(await this.#storeOffsets(offsets, next, deadlineMs))
    } catch (thrown) {
      const error = this.#tell(toError(thrown))
      this.lose(error)
      throw error
    } finally {
      this.#settle()
    }
  }

  #storeOffsets(
    { group, groupMetadata }: ConsumedOffsets,
    next: NextOffsets,
    deadlineMs: number,
  ): Promise<Answered<typeof txnOffsetCommit>> {
    const { options, producer } = this.#context
    return this.#context.groupCoordinator(group).ask({
      api: txnOffsetCommit,
      newest: newestTxnOffsetCommit,
      request: () => ({
        transactionalId: options.transactionalId!,
        groupId: group,
        ...producer,
        generationId: groupMetadata?.generationId ?? -1,
        memberId: groupMetadata?.memberId ?? '',
        groupInstanceId: groupMetadata?.groupInstanceId ?? null,
        topics: [...next].map(([name, partitions]) => ({
          name,
          partitions: [...partitions].map(([partitionIndex, committedOffset]) => ({
            partitionIndex,
            committedOffset,
            committedMetadata: '',
          })),
        })),
      }),
      codeOf: (answer) => decisiveCode(codesFor(next, answer)),
      deadlineMs,
      pointless: () => this.failure !== undefined,
    })
  }

  #demandDone(answered: Pick<Answered<never>, 'verdict' | 'error'> | undefined): void {
    if (answered === undefined || answered.verdict === 'done') return
    this.#tell(answered.error)
    this.loseBy(answered)
    throw answered.error
  }

  #tell(error: Error): Error {
    this.#told.add(error)
    return error
  }

  #settle(): void {
    if (--this.#unsettled === 0) this.#onSettled?.()
  }
}

/** The code of each partition; an answer that leaves one out proves nothing about it. */
function codesFor(next: NextOffsets, answer: ResponseOf<typeof txnOffsetCommit>): number[] {
  return [...next].flatMap(([topic, offsets]) => {
    const answered = answer.topics.find(({ name }) => name === topic)?.partitions
    return [...offsets.keys()].map(
      (partition) =>
        answered?.find(({ partitionIndex }) => partitionIndex === partition)?.errorCode ??
        errorCode.UNKNOWN_SERVER_ERROR,
    )
  })
}

/** How records end whose transaction is lost. */
function lostFailure(cause: HeadwaterError): Failure {
  return {
    code: 'TRANSACTION_ABORTED',
    outcome: 'not-sent',
    retriable: mayRepeat(cause),
    message: `the transaction can only be aborted: ${cause.message}`,
    cause,
  }
}
