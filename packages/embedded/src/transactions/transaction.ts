import type { KafkaErrorName } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'

/**
 * Where a transactional id stands (`TransactionState`):
 *
 * - `Empty`: a producer has its id and epoch, and nothing is open. The first partition leads to `Ongoing`.
 * - `Ongoing`: EndTxn leads to `PrepareCommit` or `PrepareAbort`; a timeout or another producer to `PrepareAbort`,
 *   under an epoch that fences the producer (Kafka passes through `PrepareEpochFence`; here that takes no time).
 * - `PrepareCommit`, `PrepareAbort`: decided and answered; the markers are on their way. Everybody must wait.
 * - `CompleteCommit`, `CompleteAbort`: all markers are written. The next partition leads to `Ongoing`.
 */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'

/** Who speaks for a transactional id. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** A partition that takes part in a transaction. */
export interface TransactionPartition {
  readonly topic: string
  readonly partition: number
}

const noProducerId = -1n
const noEpoch = -1

/** From here on an epoch cannot be raised and still leave room to fence it (`TransactionMetadata.isEpochExhausted`). */
const exhaustedEpoch = 0x7fff - 1

/** The life of one transactional id: whose it is, and what is open (`TransactionMetadata`). */
export class Transaction implements ProducerIdentity {
  readonly id: string
  #producerId: bigint
  #producerEpoch = noEpoch
  #previousProducerId = noProducerId
  #lastEpoch = noEpoch
  #timeoutMs = 0
  #state: TransactionState = 'Empty'
  /** Whose it will be when the markers are written, where the epochs of the producer id are used up. */
  #next: ProducerIdentity | undefined
  readonly #partitions = new Map<string, TransactionPartition>()

  constructor(id: string, producerId: bigint) {
    this.id = id
    this.#producerId = producerId
  }

  get producerId(): bigint {
    return this.#producerId
  }

  get producerEpoch(): number {
    return this.#producerEpoch
  }

  get state(): TransactionState {
    return this.#state
  }

  /** How long the producer lets a transaction stay open. */
  get timeoutMs(): number {
    return this.#timeoutMs
  }

  /** What takes part; empty unless something is open. */
  get partitions(): readonly TransactionPartition[] {
    return [...this.#partitions.values()]
  }

  /** Whether markers are on their way. */
  get ending(): boolean {
    return this.#state === 'PrepareCommit' || this.#state === 'PrepareAbort'
  }

  /** Refuses an InitProducerId that may not be served, or not yet (`prepareInitProducerIdTransit`). */
  assertMayRenew(expected: ProducerIdentity | undefined): void {
    if (expected !== undefined && !this.#mayBe(expected)) throw this.#fenced(expected)
    if (this.ending) throw this.#refusal('CONCURRENT_TRANSACTIONS', 'its markers are being written')
  }

  /**
   * Gives the producer its next epoch or, when there is none left, a new id. Who repeats the question with the epoch
   * that it had before gets the same answer again (KIP-360).
   */
  renew(expected: ProducerIdentity | undefined, timeoutMs: number, takeProducerId: () => bigint): void {
    const isCurrent = expected === undefined || expected.producerEpoch === this.#producerEpoch
    const isNew = this.#producerEpoch === noEpoch
    if (this.#producerEpoch >= exhaustedEpoch) {
      if (!isCurrent) throw this.#refusal('UNKNOWN_SERVER_ERROR', 'no epoch is left')
      this.#previousProducerId = this.#producerId
      this.#producerId = takeProducerId()
      this.#lastEpoch = expected === undefined ? noEpoch : this.#producerEpoch
      this.#producerEpoch = 0
    } else if (isCurrent || isNew) {
      this.#lastEpoch = expected === undefined ? noEpoch : this.#producerEpoch
      this.#producerEpoch++
    } else if (expected.producerEpoch !== this.#lastEpoch) {
      throw this.#fenced(expected)
    }
    this.#timeoutMs = timeoutMs
    this.#state = 'Empty'
  }

  /** Refuses everybody but the current producer. */
  assertProducer(producer: ProducerIdentity): void {
    if (producer.producerId !== this.#producerId) {
      throw this.#refusal('INVALID_PRODUCER_ID_MAPPING', `it belongs to producer ${this.#producerId}`)
    }
    if (producer.producerEpoch !== this.#producerEpoch) throw this.#fenced(producer)
  }

  /** Takes partitions in. @returns whether this opened the transaction. */
  add(producer: ProducerIdentity, partitions: readonly TransactionPartition[]): boolean {
    this.assertProducer(producer)
    if (this.ending) throw this.#refusal('CONCURRENT_TRANSACTIONS', 'its markers are being written')
    const opens = this.#state !== 'Ongoing'
    this.#state = 'Ongoing'
    for (const one of partitions) this.#partitions.set(keyOf(one), one)
    return opens
  }

  /** Refuses records for a partition that does not take part (KIP-890). */
  verify(producer: ProducerIdentity, partition: TransactionPartition): void {
    this.assertProducer(producer)
    if (this.ending) throw this.#refusal('CONCURRENT_TRANSACTIONS', 'its markers are being written')
    if (!this.#partitions.has(keyOf(partition))) {
      throw this.#refusal(
        'TRANSACTION_ABORTABLE',
        `${partition.topic}-${partition.partition} was not added to it`,
      )
    }
  }

  /** Decides. @returns whether markers must be written: not for who repeats what is done (`endTransaction`). */
  end(producer: ProducerIdentity, commit: boolean): boolean {
    this.assertProducer(producer)
    if (this.#state === 'Ongoing') {
      this.#state = commit ? 'PrepareCommit' : 'PrepareAbort'
      return true
    }
    const same = this.#state.endsWith(commit ? 'Commit' : 'Abort')
    if (!same) throw this.#refusal('INVALID_TXN_STATE', `it is ${this.#state}`)
    if (this.ending) throw this.#refusal('CONCURRENT_TRANSACTIONS', 'its markers are being written')
    return false
  }

  /**
   * Decides as EndTxn v5 does (KIP-890): the epoch is raised, so that nothing counts that comes late of this
   * transaction. To abort, none needs to be open. @returns whether markers must be written: not for who repeats it.
   */
  endAndRaise(producer: ProducerIdentity, commit: boolean, takeProducerId: () => bigint): boolean {
    const repeats = this.#wasLast(producer)
    if (!repeats) this.assertProducer(producer)
    if (this.ending ? !repeats : repeats && !this.#state.startsWith('Complete')) throw this.#fenced(producer)
    const same = this.#state.endsWith(commit ? 'Commit' : 'Abort')
    if (this.ending && same) throw this.#refusal('CONCURRENT_TRANSACTIONS', 'its markers are being written')
    if (repeats && same) return false
    if (repeats || (commit && this.#state !== 'Ongoing')) {
      throw this.#refusal('INVALID_TXN_STATE', `it is ${this.#state}`)
    }
    if (this.#producerEpoch >= exhaustedEpoch) this.#next = { producerId: takeProducerId(), producerEpoch: 0 }
    this.#state = commit ? 'PrepareCommit' : 'PrepareAbort'
    this.#lastEpoch = this.#producerEpoch
    this.#producerEpoch++
    return true
  }

  /** Who may begin the next transaction. */
  get successor(): ProducerIdentity {
    return this.#next ?? this
  }

  /** Takes the open transaction away from its producer: decides to abort, under an epoch that nobody is told. */
  fence(): void {
    this.#producerEpoch++
    this.#lastEpoch = noEpoch
    this.#state = 'PrepareAbort'
  }

  /** All markers are written. */
  complete(): void {
    this.#state = this.#state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
    this.#partitions.clear()
    if (this.#next === undefined) return
    this.#previousProducerId = this.#producerId
    this.#producerId = this.#next.producerId
    this.#producerEpoch = this.#next.producerEpoch
    this.#next = undefined
  }

  /** Whether a producer speaks as it could before its newest transaction was ended by {@link endAndRaise}. */
  #wasLast({ producerId, producerEpoch }: ProducerIdentity): boolean {
    if (producerId === this.#producerId) return producerEpoch + 1 === this.#producerEpoch
    return (
      producerId === this.#previousProducerId && producerEpoch === exhaustedEpoch && this.#producerEpoch === 0
    )
  }

  #mayBe(expected: ProducerIdentity): boolean {
    if (this.#producerEpoch === noEpoch || expected.producerId === this.#producerId) return true
    return expected.producerId === this.#previousProducerId && expected.producerEpoch >= exhaustedEpoch
  }

  #fenced({ producerId, producerEpoch }: ProducerIdentity): Refusal {
    return this.#refusal(
      'PRODUCER_FENCED',
      `epoch ${producerEpoch} of producer ${producerId} is not the current one`,
    )
  }

  #refusal(code: KafkaErrorName, why: string): Refusal {
    return new Refusal(code, `transactional id ${JSON.stringify(this.id)}: ${why}`)
  }
}

function keyOf({ topic, partition }: TransactionPartition): string {
  return `${topic}-${partition}`
}
