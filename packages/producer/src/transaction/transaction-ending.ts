import type { HeadwaterError } from '@headwater/base'
import { endTxn } from '@headwater/protocol'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import type { Answered, Coordinator } from './coordinator.ts'
import type { OpenTransaction } from './open-transaction.ts'
import {
  abortedError,
  fencedError,
  outOfTimeError,
  unknownError,
  withAbortFailure,
} from './transaction-error.ts'
import type { TransactionalIdentity } from './transactional-identity.ts'

/** v5 raises the epoch with every end (KIP-890), for which partitions are not added by request any more. */
const newestEndTxn = 4

/** How an abort went. */
export interface Abort {
  /** Why the coordinator does not know of it yet; it will, before the next transaction, or by its own timeout. */
  readonly failure?: HeadwaterError
  /** A younger producer has taken over, or the coordinator has aborted it before us. */
  readonly verdict?: HeadwaterError
}

/**
 * Tells the coordinator how transactions end, and finds out what became of those of which it does not say so. What is
 * asked again is the same question under the same epoch, so an answer that was lost does no harm: the coordinator says
 * yes to who repeats its decision, and INVALID_TXN_STATE to who wants another (`TransactionCoordinator.endTransaction`).
 */
export class TransactionEnding {
  readonly #coordinator: Coordinator
  readonly #identity: TransactionalIdentity
  readonly #options: ResolvedOptions
  /** Was not committed, or not surely, and the coordinator may not know that it is over. */
  unfinished: OpenTransaction | undefined

  constructor(coordinator: Coordinator, identity: TransactionalIdentity, options: ResolvedOptions) {
    this.#coordinator = coordinator
    this.#identity = identity
    this.#options = options
  }

  /** @throws HeadwaterError - what became of the transaction, unless it was committed */
  async commit(transaction: OpenTransaction): Promise<void> {
    if (transaction.enlistment.opened === 'no') return
    const { verdict, error, uncertain } = await this.#end(transaction, true)
    if (verdict === 'done') return
    this.#identity.demandRenewal(error.code)
    // The wrong state is a clear answer: the coordinator had aborted it.
    if (uncertain && verdict !== 'no-transaction') {
      transaction.commitUncertain = true
      if (verdict === 'fenced') this.#identity.fenced = error
      else this.unfinished = transaction
      throw unknownError(error)
    }
    if (verdict === 'fenced') throw this.#lostTo(transaction, error)
    if (verdict === 'late') {
      // What the coordinator has not decided to commit will be aborted: by us before the next, or by its timeout.
      this.unfinished = transaction
      throw abortedError(error)
    }
    const abort = await this.abort(transaction)
    throw abort.verdict ?? withAbortFailure(abortedError(error), abort.failure)
  }

  /** Aborts what the coordinator may know of; never rejects. */
  async abort(transaction: OpenTransaction): Promise<Abort> {
    const { enlistment, fencedBy } = transaction
    if (fencedBy !== undefined) return { verdict: this.#lostTo(transaction, fencedBy) }
    if (enlistment.opened === 'no') return {}
    return this.#afterAbort(transaction, await this.#end(transaction, false))
  }

  /** Aborts what was left unfinished. @returns why that did not succeed. */
  async finish(deadlineMs: number): Promise<HeadwaterError | undefined> {
    const { unfinished } = this
    if (unfinished === undefined) return undefined
    const answered = await this.#end(unfinished, false, deadlineMs)
    this.unfinished = undefined
    const { failure } = this.#afterAbort(unfinished, answered)
    return this.#identity.fenced ?? failure
  }

  #afterAbort(transaction: OpenTransaction, { verdict, error }: Answered<typeof endTxn>): Abort {
    if (verdict === 'done') return {}
    if (verdict === 'fenced') return { verdict: this.#lostTo(transaction, error) }
    this.#identity.demandRenewal(error.code)
    // Nothing was open, or nobody knows of it any more: it is over.
    if (verdict === 'no-transaction' || verdict === 'forgotten') return {}
    this.unfinished = transaction
    this.#options.logger.warn({ err: error }, 'a transaction could not be aborted yet')
    return { failure: error }
  }

  /**
   * Who has raised the epoch: a younger producer; or the coordinator, because the transaction was open for too long. The
   * latter can only be where it was open there, and for that long; whether it was so the claim of the epoch will show.
   */
  #lostTo(transaction: OpenTransaction, error: HeadwaterError): HeadwaterError {
    const { transactionTimeoutMs, clock } = this.#options
    const { opened, openedMs } = transaction.enlistment
    const openForMs = clock.monotonic() - openedMs
    // A commit that may have been decided has no timeout any more, and who raised the epoch then was another.
    if (opened === 'yes' && openForMs >= transactionTimeoutMs && !transaction.commitUncertain) {
      this.#identity.claimAfterTimeout()
      return outOfTimeError(openForMs, transactionTimeoutMs, error)
    }
    this.#identity.fenced = error
    return fencedError(error)
  }

  async #end(
    transaction: OpenTransaction,
    committed: boolean,
    deadlineMs: number = this.#options.clock.monotonic() + this.#options.maxBlockMs,
  ): Promise<Answered<typeof endTxn>> {
    const transactionalId = this.#options.transactionalId!
    const answered = await this.#coordinator.ask({
      api: endTxn,
      newest: newestEndTxn,
      request: () => ({ transactionalId, ...transaction.producer, committed }),
      codeOf: ({ errorCode }) => errorCode,
      deadlineMs,
    })
    // A request that nobody answered may be read late, and would end the next transaction of this epoch instead.
    if (answered.uncertain) this.#identity.demandRenewal('an end of a transaction may be under way')
    return answered
  }
}
