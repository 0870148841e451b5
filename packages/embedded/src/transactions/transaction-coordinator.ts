import { setImmediate } from 'node:timers/promises'
import { toError, type Timer } from '@headwater/base'
import type { Cluster } from '../cluster/cluster.ts'
import { CoordinatorTopic } from '../cluster/coordinator-topic.ts'
import { delay } from '../cluster/delay.ts'
import { Refusal } from '../cluster/refusal.ts'
import type { Faults } from '../faults/faults.ts'
import type { GroupCoordinator } from '../groups/group-coordinator.ts'
import { Transaction, type ProducerIdentity, type TransactionPartition } from './transaction.ts'
import { whenLed, writeMarkers } from './write-markers.ts'

/** What the coordinator needs beside itself. */
export interface TransactionCoordinatorParts {
  readonly cluster: Cluster
  readonly groups: GroupCoordinator
  readonly faults: Faults
}

/**
 * The transactions of a cluster (`TransactionCoordinator`), in the first version of the protocol: producers name their
 * partitions, and the epoch stays over commits. Transactions outlive the broker that coordinates them.
 */
export class TransactionCoordinator {
  /** Who coordinates which transactional id. */
  readonly topic: CoordinatorTopic
  readonly #parts: TransactionCoordinatorParts
  readonly #transactions = new Map<string, Transaction>()
  readonly #timers = new Map<string, Timer>()

  constructor(parts: TransactionCoordinatorParts) {
    const { cluster } = parts
    this.#parts = parts
    this.topic = new CoordinatorTopic(cluster, {
      name: '__transaction_state',
      partitions: cluster.config['transaction.state.log.num.partitions'],
      replicationFactor: cluster.config['transaction.state.log.replication.factor'],
    })
    cluster.life.onEnd(() => {
      for (const timer of this.#timers.values()) timer.cancel()
    })
  }

  /** What is known of a transactional id. */
  transaction(id: string): Transaction | undefined {
    return this.#transactions.get(id)
  }

  /** Refuses at a broker that does not coordinate the id. */
  assertCoordinator(id: string, broker: number): void {
    if (id === '') throw new Refusal('INVALID_REQUEST', 'the transactional id is empty')
    if (this.topic.coordinatorOf(id) !== broker) {
      throw new Refusal('NOT_COORDINATOR', `broker ${broker} does not coordinate ${JSON.stringify(id)}`)
    }
  }

  /**
   * Gives a producer its id and epoch, which fences the one before. Where that one has left a transaction open, it is
   * aborted first, and the producer must ask again.
   */
  initProducerId(id: string, timeoutMs: number, expected: ProducerIdentity | undefined): ProducerIdentity {
    const { cluster } = this.#parts
    const maxTimeoutMs = cluster.config['transaction.max.timeout.ms']
    if (timeoutMs <= 0 || timeoutMs > maxTimeoutMs) {
      throw new Refusal(
        'INVALID_TRANSACTION_TIMEOUT',
        `a transaction timeout of ${timeoutMs} ms: 1 to ${maxTimeoutMs} (transaction.max.timeout.ms) are taken`,
      )
    }
    const transaction = this.#transactionOrNew(id)
    transaction.assertMayRenew(expected)
    if (transaction.state === 'Ongoing') {
      this.#fence(transaction)
      throw new Refusal('CONCURRENT_TRANSACTIONS', 'the open transaction is being aborted')
    }
    transaction.renew(expected, timeoutMs, () => cluster.takeProducerId())
    return transaction
  }

  addPartitions(id: string, producer: ProducerIdentity, partitions: readonly TransactionPartition[]): void {
    const transaction = this.#known(id)
    if (transaction.add(producer, partitions)) this.#watch(transaction)
  }

  /** Refuses records for a partition that is not in the producer's open transaction. */
  verify(id: string, producer: ProducerIdentity, partition: TransactionPartition): void {
    if (this.topic.coordinatorOf(id) === -1) {
      throw new Refusal('COORDINATOR_NOT_AVAILABLE', `nobody coordinates ${JSON.stringify(id)}`)
    }
    this.#known(id).verify(producer, partition)
  }

  /** Decides, and returns before the markers are written. */
  end(id: string, producer: ProducerIdentity, commit: boolean): ProducerIdentity {
    const transaction = this.#known(id)
    if (transaction.end(producer, commit)) this.#finish(transaction)
    return transaction
  }

  /** The same for a client that lets its epoch be raised; gives what it goes on with. */
  endAndRaise(id: string, producer: ProducerIdentity, commit: boolean): ProducerIdentity {
    const transaction = this.#known(id)
    const ends = transaction.endAndRaise(producer, commit, () => this.#parts.cluster.takeProducerId())
    const { producerId, producerEpoch } = transaction.successor
    if (ends) this.#finish(transaction)
    return { producerId, producerEpoch }
  }

  #known(id: string): Transaction {
    const transaction = this.#transactions.get(id)
    if (transaction !== undefined) return transaction
    throw new Refusal(
      'INVALID_PRODUCER_ID_MAPPING',
      `no producer has the transactional id ${JSON.stringify(id)}`,
    )
  }

  #transactionOrNew(id: string): Transaction {
    const known = this.#transactions.get(id)
    if (known !== undefined) return known
    const transaction = new Transaction(id, this.#parts.cluster.takeProducerId())
    this.#transactions.set(id, transaction)
    return transaction
  }

  /** Kafka looks for old transactions at an interval, so an abort comes up to that much later than the timeout. */
  #watch(transaction: Transaction): void {
    const { clock, config } = this.#parts.cluster
    const intervalMs = config['transaction.abort.timed.out.transaction.cleanup.interval.ms']
    const nowMs = clock.monotonic()
    const dueMs = (Math.floor((nowMs + transaction.timeoutMs) / intervalMs) + 1) * intervalMs
    this.#timers.set(
      transaction.id,
      clock.schedule(dueMs - nowMs, () => this.#fence(transaction)),
    )
  }

  #fence(transaction: Transaction): void {
    transaction.fence()
    this.#finish(transaction)
  }

  #finish(transaction: Transaction): void {
    this.#timers.get(transaction.id)?.cancel()
    this.#timers.delete(transaction.id)
    this.#writeMarkers(transaction).catch((error: unknown) => {
      const fields = { err: toError(error), transactionalId: transaction.id }
      this.#parts.cluster.logger.error(fields, 'the markers of a transaction could not be written')
    })
  }

  async #writeMarkers(transaction: Transaction): Promise<void> {
    const { cluster, faults } = this.#parts
    const { life, clock } = cluster
    const { id } = transaction
    const actions = faults.planMarkers(id, this.topic.coordinatorOf(id))
    for (const action of actions) {
      if ('ms' in action) await delay(clock, action.ms, life)
      if ('gate' in action) await action.gate.pass()
    }
    // The answer to EndTxn goes out first, as in Kafka.
    await setImmediate()
    const own = cluster.partition(this.topic.name, this.topic.partitionOf(id))
    if (own !== undefined) await whenLed(own, life)
    await writeMarkers(transaction, this.topic.epochOf(id), this.#parts)
    if (!life.ended) transaction.complete()
  }
}
