import type { HeadwaterError } from '@headwater/base'
import { initProducerId } from '@headwater/protocol'
import type { SequenceOwner } from '../engine/partition-queue.ts'
import type { ResolvedOptions } from '../engine/resolve-options.ts'
import type { Coordinator } from './coordinator.ts'

/** v3 takes the epoch that the producer has (KIP-360), v4 knows PRODUCER_FENCED (KIP-588). */
const newestInitProducerId = 4

/**
 * The producer id that belongs to a transactional id, and the epoch by which brokers tell this producer from older ones
 * of the same id. The coordinator gives both (KIP-98).
 */
export class TransactionalIdentity {
  readonly #coordinator: Coordinator
  readonly #options: ResolvedOptions
  #current: SequenceOwner | undefined
  /** What the next question says we are: an answer then proves that nobody came between. */
  #claim: SequenceOwner | undefined
  /** Why there must be a higher epoch before anything more is written. */
  #stale: string | undefined
  /** The reason for the present epoch, where it is not the first. */
  renewedFor: string | undefined
  /** Set for good once a younger producer has taken over. */
  fenced: HeadwaterError | undefined

  constructor(coordinator: Coordinator, options: ResolvedOptions) {
    this.#coordinator = coordinator
    this.#options = options
  }

  /** Id and epoch to write under; undefined until the first answer. */
  get current(): SequenceOwner | undefined {
    return this.#current
  }

  /** Batches may still be under way, or their numbers have a gap: what comes next needs a higher epoch (KIP-360). */
  demandRenewal(reason: string): void {
    this.#stale ??= reason
  }

  /**
   * The coordinator has aborted a transaction that was open for too long, and raised the epoch by one to shut its producer
   * out. To claim that very epoch is safe: had a younger producer come meanwhile, the epoch would be higher by two
   * (`TransactionMetadata.prepareFenceProducerEpoch`), and the claim is refused.
   */
  claimAfterTimeout(): void {
    const { producerId, producerEpoch } = this.#current!
    this.#claim = { producerId, producerEpoch: producerEpoch + 1 }
    this.#stale = 'the transaction before was open for longer than transactionTimeoutMs'
  }

  /**
   * Takes an id and an epoch, or a higher epoch, if that is needed. Never rejects.
   *
   * @returns why there is none; nothing when there is.
   */
  async acquire(deadlineMs: number): Promise<HeadwaterError | undefined> {
    if (this.fenced !== undefined) return this.fenced
    if (this.#current !== undefined && this.#stale === undefined) return undefined
    const claim = this.#claim ?? this.#current
    const { transactionalId, transactionTimeoutMs } = this.#options
    const { verdict, answer, error } = await this.#coordinator.ask({
      api: initProducerId,
      newest: newestInitProducerId,
      request: () => ({ transactionalId: transactionalId!, transactionTimeoutMs, ...claim }),
      codeOf: ({ errorCode }) => errorCode,
      deadlineMs,
    })
    if (verdict === 'done' && answer !== undefined) {
      this.renewedFor = this.#stale
      this.#current = { producerId: answer.producerId, producerEpoch: answer.producerEpoch }
      this.#claim = undefined
      this.#stale = undefined
      return undefined
    }
    if (verdict === 'fenced' && claim !== undefined) this.fenced = error
    return error
  }
}
