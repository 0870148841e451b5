import { errorCode, kafkaError, type KafkaErrorName } from '@headwater/protocol'

/**
 * What follows from a coordinator's answer:
 * - `done`: it is as was asked.
 * - `again`: ask the same once more; `find-again`: after looking for the coordinator, which may be another by now.
 * - `fenced`: the epoch is not ours any more: a younger producer, or the coordinator, which ran out of patience.
 * - `no-transaction`: nothing is open, so there is nothing to end.
 * - `forgotten`: the coordinator knows the id under another number, or not at all.
 * - `refused`: asking again would not help.
 */
export type CoordinatorVerdict =
  | 'done'
  | 'again'
  | 'find-again'
  | 'fenced'
  | 'no-transaction'
  | 'forgotten'
  | 'refused'

/** The errors of coordinators that are no refusals (Java: the handlers in `TransactionManager`). */
const verdicts: Partial<Readonly<Record<KafkaErrorName, CoordinatorVerdict>>> = {
  NONE: 'done',
  COORDINATOR_LOAD_IN_PROGRESS: 'again',
  // The markers of the transaction before are being written.
  CONCURRENT_TRANSACTIONS: 'again',
  UNKNOWN_TOPIC_OR_PARTITION: 'again',
  REQUEST_TIMED_OUT: 'again',
  NETWORK_EXCEPTION: 'again',
  NOT_ENOUGH_REPLICAS: 'again',
  UNKNOWN_SERVER_ERROR: 'again',
  THROTTLING_QUOTA_EXCEEDED: 'again',
  // Another partition of the same request was refused, and this one not looked at.
  OPERATION_NOT_ATTEMPTED: 'again',
  COORDINATOR_NOT_AVAILABLE: 'find-again',
  NOT_COORDINATOR: 'find-again',
  PRODUCER_FENCED: 'fenced',
  // The same, to requests of versions that do not know the other name (KIP-588).
  INVALID_PRODUCER_EPOCH: 'fenced',
  INVALID_TXN_STATE: 'no-transaction',
  INVALID_PRODUCER_ID_MAPPING: 'forgotten',
}

/** Codes after which the coordinator may have decided nevertheless: it says so when its own log does not answer in time. */
const undecided: ReadonlySet<KafkaErrorName> = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'UNKNOWN_SERVER_ERROR',
])

/** What follows from an error code. */
export function coordinatorVerdict(code: number): CoordinatorVerdict {
  return code === errorCode.NONE ? 'done' : (verdicts[kafkaError(code).name] ?? 'refused')
}

/** Whether what was asked may have been done in spite of the error. */
export function mayBeDone(code: number): boolean {
  return undecided.has(kafkaError(code).name)
}
