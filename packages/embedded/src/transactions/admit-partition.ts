import type { KafkaErrorName } from '@headwater/protocol'
import { Refusal } from '../cluster/refusal.ts'
import type { TransactionCoordinator } from './transaction-coordinator.ts'
import type { ProducerIdentity, TransactionPartition } from './transaction.ts'

/** From which version on a request knows what the second version of the protocol (KIP-890) says. */
export interface AdmissionVersions {
  /** It can be told TRANSACTION_ABORTABLE. */
  readonly abortableSince: number
  /** It adds its partitions itself. */
  readonly addsSince: number
}

/** How the coordinator's answers are told to a producer that did not ask it (`AddPartitionsToTxnManager`). */
const translated: Partial<Record<KafkaErrorName, KafkaErrorName>> = {
  PRODUCER_FENCED: 'INVALID_PRODUCER_EPOCH',
  // Retriable without new metadata: old producers would give up on the true reasons.
  CONCURRENT_TRANSACTIONS: 'NOT_ENOUGH_REPLICAS',
  COORDINATOR_NOT_AVAILABLE: 'NOT_ENOUGH_REPLICAS',
  NOT_COORDINATOR: 'NOT_ENOUGH_REPLICAS',
}

/**
 * Asks the coordinator whether a partition takes part in a producer's transaction, before its records are appended
 * (KIP-890).
 *
 * @throws Refusal - with the code that a request of that version is told
 */
export function admitPartition(
  coordinator: TransactionCoordinator,
  request: {
    readonly transactionalId: string
    readonly producer: ProducerIdentity
    readonly partition: TransactionPartition
    readonly version: number
  },
  { abortableSince, addsSince }: AdmissionVersions,
): void {
  const { transactionalId, producer, partition, version } = request
  const adds = version >= addsSince
  try {
    if (adds) coordinator.addPartitions(transactionalId, producer, [partition])
    else coordinator.verify(transactionalId, producer, partition)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (adds && error.code === 'CONCURRENT_TRANSACTIONS') throw error
    if (error.code === 'TRANSACTION_ABORTABLE' && version < abortableSince) {
      throw new Refusal('INVALID_TXN_STATE', error.message)
    }
    throw new Refusal(translated[error.code] ?? error.code, error.message)
  }
}
