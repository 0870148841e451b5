import { HeadwaterError, toError } from '@headwater/base'
import type { BrokerConnections } from '../engine/broker-connections.ts'
import type { HookRunner } from '../engine/hook-runner.ts'
import type { Intake } from '../engine/intake.ts'
import type { PartitionQueue } from '../engine/partition-queue.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import type { Abandonment } from './abandonment.ts'
import { Coordinator, type CoordinatorContext } from './coordinator.ts'
import { Enlistment } from './enlistment.ts'
import { TransactionEnding, type Abort } from './transaction-ending.ts'
import { OpenTransaction } from './open-transaction.ts'
import { Pauses } from './pauses.ts'
import { reportEnd } from './report-end.ts'
import type { Transaction, TransactionOptions } from './transaction.ts'
import { TransactionalIdentity } from './transactional-identity.ts'
import {
  abortedBySignal,
  abortedError,
  fencedError,
  mayRepeat,
  notBegunError,
  withAbortFailure,
} from './transaction-error.ts'
import { Turns } from './turns.ts'

/** What transactions need of the engine. */
export interface TransactionsContext {
  readonly options: ResolvedOptions
  readonly connections: BrokerConnections
  readonly hooks: HookRunner
  readonly intake: Intake
  readonly abandonment: Abandonment
  /** Whether open batches must not linger: the commit waits for them. */
  hurry(on: boolean): void
  wake(queue: PartitionQueue): void
  /** Drops the queues of a topic. */
  forget(topic: string): void
  /** There is an id now, or the reason why there is none. */
  onPrepared(error: HeadwaterError | undefined): void
  /** Resolves when every Produce request that was written by now is answered, or its connection dead. */
  answered(): Promise<void>
}

/**
 * The transactions of one producer, one after the other (Java: `TransactionManager`). Each goes through:
 * - begin: what the one before left open is aborted, and an id and epoch are taken where they are needed.
 * - work: records and offsets, each after its partition was added. The first failure makes it a lost one.
 * - commit, if nothing failed and all is in the log; else abort, once nothing is under way any more.
 *
 * After anything that leaves doubt about what is under way, or a gap in the numbers, the epoch is raised before the
 * next transaction (KIP-360): a straggler is refused then, and every partition counts from 0.
 */
export class Transactions {
  readonly #context: TransactionsContext
  readonly #pauses: Pauses
  readonly #turns: Turns
  readonly #coordination: CoordinatorContext
  readonly #coordinator: Coordinator
  readonly #groups = new Map<string, Coordinator>()
  readonly #identity: TransactionalIdentity
  readonly #ending: TransactionEnding
  /** Partitions that are numbered under the present epoch. */
  readonly #numbered = new Set<PartitionQueue>()
  /** Topics that nothing need be known of any more. */
  readonly #forgotten = new Set<string>()
  #open: OpenTransaction | undefined
  /** Ends the work that is going on, when the producer closes. */
  #interrupt: ((error: HeadwaterError) => void) | undefined
  #running: Promise<unknown> | undefined
  #preparing = false
  #closed: HeadwaterError | undefined

  constructor(context: TransactionsContext) {
    const { options, connections } = context
    this.#context = context
    this.#pauses = new Pauses(options.clock)
    this.#turns = new Turns(options.clock)
    this.#coordination = { connections, options, pauses: this.#pauses }
    this.#coordinator = new Coordinator(this.#coordination, 'transaction', options.transactionalId!)
    this.#identity = new TransactionalIdentity(this.#coordinator, options)
    this.#ending = new TransactionEnding(this.#coordinator, this.#identity, options)
  }

  /** Whether there is an id to write under. */
  get ready(): boolean {
    return this.#identity.current !== undefined && this.#identity.fenced === undefined
  }

  /** Why it can write no more: a younger producer has taken over. */
  get fenced(): HeadwaterError | undefined {
    return this.#identity.fenced
  }

  /** Takes an id ahead of the first transaction, for those who wait for the producer to be ready. */
  prepare(): void {
    if (this.ready || this.#preparing || this.#closed !== undefined) return
    this.#preparing = true
    const timeoutMs = this.#context.options.maxBlockMs
    void this.#turns
      .take({ timeoutMs })
      .then(async () => {
        const error = await this.#identity.acquire(this.#now + timeoutMs)
        this.#turns.end()
        return error
      })
      .catch((error: HeadwaterError) => error)
      .then((error) => {
        this.#preparing = false
        if (this.#closed === undefined) this.#context.onPrepared(error)
      })
  }

  /** Runs a transaction; see `Producer.transaction`. */
  async run<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    { signal }: TransactionOptions,
  ): Promise<Result> {
    const { maxBlockMs } = this.#context.options
    const deadlineMs = this.#now + maxBlockMs
    if (this.#identity.fenced !== undefined) throw fencedError(this.#identity.fenced)
    await this.#turns.take({ timeoutMs: maxBlockMs, signal })
    const running = reportEnd(this.#begin(deadlineMs, signal), {
      ...this.#context,
      fenced: () => this.fenced,
      execute: (transaction) => this.#execute(transaction, work, signal),
    })
    const done = running.then(
      () => undefined,
      () => undefined,
    )
    this.#running = done
    void done.then(() => this.#turns.end())
    // Until it has begun nothing speaks against leaving at once.
    return await unlessAborted(running, signal, () => this.#open === undefined)
  }

  /** Whether a partition's records may be written now. */
  admits(queue: PartitionQueue): boolean {
    return this.#open?.enlistment.has(queue) ?? false
  }

  /** A partition's numbers have a gap, so the transaction is lost. */
  onGap({ topic, partition, gap }: PartitionQueue): void {
    const message = `the numbers of the records of ${topic}-${partition} have a gap: ${gap ?? 'unknown'}`
    this.#open?.lose(new HeadwaterError(gap ?? 'TRANSACTION_ABORTED', message, { retriable: true }))
  }

  /**
   * A topic was not used for long. To forget where the numbers of its partitions stand is safe under a higher epoch only, so
   * it waits for the end of a transaction.
   */
  forget(topic: string): void {
    this.#forgotten.add(topic)
    if (this.#open === undefined) this.#forget()
  }

  #forget(): void {
    for (const topic of this.#forgotten) {
      this.#identity.demandRenewal(`the topic ${topic} was not used for long`)
      this.#context.forget(topic)
    }
    this.#forgotten.clear()
  }

  /** Aborts what is open; nothing runs any more, and no timer is left. Takes about so many milliseconds at the most. */
  async close(timeoutMs: number): Promise<void> {
    const error = new HeadwaterError('PRODUCER_CLOSED', 'the producer is closed')
    const deadlineMs = this.#now + timeoutMs
    this.#closed = error
    this.#turns.close(error)
    this.#interrupt?.(error)
    // Nothing was begun that would have to be ended.
    if (this.#open === undefined && this.#ending.unfinished === undefined) this.#pauses.close()
    if (this.#running !== undefined) await this.#pauses.until(this.#running, deadlineMs)
    if (this.#ending.unfinished !== undefined && this.#open === undefined)
      await this.#ending.finish(deadlineMs)
    this.#pauses.close()
  }

  get #now(): number {
    return this.#context.options.clock.monotonic()
  }

  /** @throws HeadwaterError, when there is no id and epoch to write under. */
  async #begin(deadlineMs: number, signal: AbortSignal | undefined): Promise<OpenTransaction> {
    const unfinished = await this.#ending.finish(deadlineMs)
    if (unfinished !== undefined) throw this.#notBegun(unfinished)
    for (const { gap } of this.#numbered) if (gap !== undefined) this.#identity.demandRenewal(gap)
    const before = this.#identity.current
    const error = await this.#identity.acquire(deadlineMs)
    if (error !== undefined) throw this.#notBegun(error)
    if (this.#identity.current !== before) this.#numbered.clear()
    if (this.#closed !== undefined) throw this.#closed
    if (signal?.aborted === true) throw abortedBySignal(signal)
    return (this.#open = this.#openNew())
  }

  #notBegun(error: HeadwaterError): HeadwaterError {
    if (this.#closed !== undefined) return this.#closed
    const { fenced } = this.#identity
    return fenced === undefined ? notBegunError(error) : fencedError(fenced)
  }

  #openNew(): OpenTransaction {
    const { options, intake, abandonment } = this.#context
    const producer = this.#identity.current!
    const enlistment = new Enlistment({
      coordinator: this.#coordinator,
      options,
      producer,
      onAdded: (queue) => {
        this.#number(queue)
        this.#context.wake(queue)
      },
      onRefused: (answered, refused) => {
        for (const queue of refused) {
          const { code, message } = answered.error
          const failure = {
            code: code as 'TOPIC_AUTHORIZATION_FAILED',
            outcome: 'rejected',
            message,
          } as const
          abandonment.endUnwrittenOf(queue, failure)
        }
        transaction.loseBy(answered)
      },
      onDoubt: (reason) => this.#identity.demandRenewal(reason),
      lost: () => transaction.failure !== undefined,
    })
    const transaction: OpenTransaction = new OpenTransaction({
      options,
      producer,
      enlistment,
      take: (record, takeOptions, tell) => intake.take(record, takeOptions, tell),
      groupCoordinator: (group) => this.#groupCoordinator(group),
      onLost: (failure) => abandonment.endUnwritten(failure),
      onRefused: (code) => this.#identity.demandRenewal(code),
    })
    return transaction
  }

  /** A partition's first records under an epoch are numbered from 0. */
  #number(queue: PartitionQueue): void {
    const { hooks, options } = this.#context
    const current = this.#identity.current!
    this.#numbered.add(queue)
    const { owner, topic, partition } = queue
    if (owner?.producerId === current.producerId && owner.producerEpoch === current.producerEpoch) return
    queue.renew(current)
    if (owner === undefined) return
    const reason = this.#identity.renewedFor ?? 'there is a new producer id'
    options.logger.info(
      { topic, partition, reason },
      'a partition goes on under another producer id or epoch',
    )
    hooks.run('onProducerIdRenewed', { topic, partition, reason, ...current })
  }

  #groupCoordinator(group: string): Coordinator {
    const known = this.#groups.get(group)
    if (known !== undefined) return known
    const coordinator = new Coordinator(this.#coordination, 'group', group)
    // A producer serves a group or a few; whoever names ever new ones shall not fill the memory with them.
    if (this.#groups.size >= 100) this.#groups.clear()
    this.#groups.set(group, coordinator)
    return coordinator
  }

  async #execute<Result>(
    transaction: OpenTransaction,
    work: (transaction: Transaction) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    try {
      let result: Result
      try {
        result = await this.#work(transaction, work, signal)
      } catch (thrown) {
        transaction.lose(thrown)
        throw this.#verdictOn(thrown, transaction, await this.#abort(transaction))
      }
      await this.#flush(transaction)
      if (transaction.failure !== undefined) {
        const abort = await this.#abort(transaction)
        if (abort.verdict !== undefined) throw abort.verdict
        throw withAbortFailure(abortedError(transaction.failure), abort.failure)
      }
      await this.#ending.commit(transaction)
      return result
    } finally {
      this.#open = undefined
      this.#forget()
    }
  }

  /** Runs the work until it ends, or is of no use any more. */
  async #work<Result>(
    transaction: OpenTransaction,
    work: (transaction: Transaction) => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const { promise: interrupted, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => reject(abortedBySignal(signal!))
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#interrupt = reject
    const working = Promise.resolve().then(() => work(transaction))
    try {
      return await Promise.race([working, interrupted])
    } finally {
      this.#interrupt = undefined
      signal?.removeEventListener('abort', onAbort)
      transaction.end()
      // Interrupted work goes on until it notices; what it comes to does not matter any more.
      working.catch((error: unknown) => {
        this.#context.options.logger.debug(
          { err: toError(error) },
          'the work of an aborted transaction failed',
        )
      })
    }
  }

  async #flush(transaction: OpenTransaction): Promise<void> {
    this.#context.hurry(true)
    await transaction.settled()
    this.#context.hurry(false)
  }

  /** Ends a lost transaction, once nothing of it is under way. */
  async #abort(transaction: OpenTransaction): Promise<Abort> {
    const { abandonment } = this.#context
    transaction.end()
    const { message } = transaction.failure!
    abandonment.endAll({
      code: 'TRANSACTION_ABORTED',
      outcome: 'not-sent',
      retriable: mayRepeat(transaction.failure!),
      message: `the transaction was aborted: ${message}`,
      cause: transaction.failure,
    })
    await transaction.settled()
    await this.#context.answered()
    abandonment.over()
    return this.#ending.abort(transaction)
  }

  /** What to throw for what the work threw. */
  #verdictOn(thrown: unknown, transaction: OpenTransaction, { verdict, failure }: Abort): unknown {
    // The work only passes on what it was told here: then it is better told what became of the whole.
    if (verdict !== undefined && transaction.told(thrown))
      return new HeadwaterError(verdict.code, verdict.message, {
        retriable: verdict.retriable,
        cause: thrown,
      })
    return withAbortFailure(thrown, verdict ?? failure)
  }
}

/** What a promise gives, unless the signal is aborted while leaving is allowed. */
function unlessAborted<Result>(
  running: Promise<Result>,
  signal: AbortSignal | undefined,
  mayLeave: () => boolean,
): Promise<Result> {
  if (signal === undefined) return running
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      if (mayLeave()) reject(abortedBySignal(signal))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
