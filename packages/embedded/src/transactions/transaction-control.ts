import type { Cluster } from '../cluster/cluster.ts'
import { controlCoordinator, type CoordinatorControl } from '../cluster/coordinator-control.ts'
import type { Fault } from '../faults/fault.ts'
import type { Faults } from '../faults/faults.ts'
import { Gate } from '../faults/gate.ts'
import type { TransactionCoordinator } from './transaction-coordinator.ts'
import type { TransactionPartition, TransactionState } from './transaction.ts'

/** One transactional id, to look at and to slow down; it shows the present, whenever it is asked. */
export interface TransactionControl extends CoordinatorControl {
  readonly id: string
  /** `Empty` before the first producer, too. */
  readonly state: TransactionState
  /** -1 before the first producer. */
  readonly producerId: bigint
  /** -1 before the first producer. */
  readonly producerEpoch: number
  /** What takes part in the open transaction. */
  readonly partitions: readonly TransactionPartition[]
  /**
   * Writes the markers of the next transaction that ends so many milliseconds late: until then its producer meets
   * CONCURRENT_TRANSACTIONS, and its records are not stable.
   */
  delayMarkers(ms: number): Fault
  /** The same until the gate is released. */
  holdMarkers(): Gate
}

/** Looks at a transactional id, which need not be known yet. */
export function controlTransaction(
  id: string,
  coordinator: TransactionCoordinator,
  cluster: Cluster,
  faults: Faults,
): TransactionControl {
  const coordination = controlCoordinator(cluster, coordinator.topic, id)
  return {
    id,
    get coordinator() {
      return coordination.coordinator
    },
    moveCoordinator: (broker) => coordination.moveCoordinator(broker),
    unavailable: () => coordination.unavailable(),
    get state() {
      return coordinator.transaction(id)?.state ?? 'Empty'
    },
    get producerId() {
      return coordinator.transaction(id)?.producerId ?? -1n
    },
    get producerEpoch() {
      return coordinator.transaction(id)?.producerEpoch ?? -1
    },
    get partitions() {
      return coordinator.transaction(id)?.partitions ?? []
    },
    delayMarkers: (ms) => faults.orderMarkers(id, { kind: 'delayRequest', ms }),
    holdMarkers() {
      const gate = new Gate()
      faults.orderMarkers(id, { kind: 'hold', gate })
      return gate
    },
  }
}
