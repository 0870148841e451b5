import { errorCode, type KafkaErrorName } from './error-code.ts'
import { errorMessage } from './error-message.ts'

/** One of the errors that a broker answers with. */
export interface KafkaErrorInfo {
  /** The number on the wire; 0 is success, -1 an error that the broker cannot name. */
  readonly code: number
  readonly name: KafkaErrorName
  /** Whether Kafka's own clients try again after it (`RetriableException`). */
  readonly retriable: boolean
  /** Kafka's wording. */
  readonly message: string
}

/** Errors whose exception is a `RetriableException` in kafka-clients 4.3. */
const retriable: ReadonlySet<KafkaErrorName> = new Set<KafkaErrorName>([
  'CORRUPT_MESSAGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
  'REPLICA_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_CONTROLLER',
  'CONCURRENT_TRANSACTIONS',
  'KAFKA_STORAGE_ERROR',
  'FETCH_SESSION_ID_NOT_FOUND',
  'INVALID_FETCH_SESSION_EPOCH',
  'LISTENER_NOT_FOUND',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
  'PREFERRED_LEADER_NOT_AVAILABLE',
  'ELIGIBLE_LEADERS_NOT_AVAILABLE',
  'ELECTION_NOT_NEEDED',
  'UNSTABLE_OFFSET_COMMIT',
  'THROTTLING_QUOTA_EXCEEDED',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'FETCH_SESSION_TOPIC_ID_ERROR',
  'SHARE_SESSION_NOT_FOUND',
  'INVALID_SHARE_SESSION_EPOCH',
  'SHARE_SESSION_LIMIT_REACHED',
])

/** All errors, by rising code. */
export const kafkaErrors: readonly KafkaErrorInfo[] = (
  Object.entries(errorCode) as [KafkaErrorName, number][]
).map(([name, code]) =>
  Object.freeze({ code, name, retriable: retriable.has(name), message: errorMessage[name] }),
)

const byCode = new Map(kafkaErrors.map((error) => [error.code, error]))

/**
 * What a code means. A code that this table does not have, from a newer broker, keeps its number under the name
 * `UNKNOWN_SERVER_ERROR` and is not retriable, as in Kafka's clients.
 */
export function kafkaError(code: number): KafkaErrorInfo {
  return (
    byCode.get(code) ?? {
      code,
      name: 'UNKNOWN_SERVER_ERROR',
      retriable: false,
      message: `The broker answered with error code ${code}, which this version does not know.`,
    }
  )
}
