import type { KafkaErrorName } from '@headwater/protocol'

/**
 * What the engine does when a broker answers a batch with an error:
 * - `retry`: write the same bytes again.
 * - `delivered`: the broker has the batch already, without saying where.
 * - `split`: write the halves; a single record is rejected.
 * - `renumber`: the numbering does not fit; go on under a new epoch, without risking a duplicate.
 * - `new-id`: the same under a new producer id.
 * - `reject`: refused for good.
 */
type AnswerAction = 'retry' | 'delivered' | 'split' | 'renumber' | 'new-id' | 'reject'

/** How to treat one error of Produce. */
export interface AnswerRule {
  readonly action: AnswerAction
  /** Whether the leader may be another by now. */
  readonly refresh?: boolean
  /** Whether the batch may be in the log in spite of the error. */
  readonly mayBeAppended?: boolean
}

/**
 * The errors of Produce that are not simply refusals. Where a rule differs from `Errors` of Kafka's own client, it says
 * why; everything that is not listed is rejected.
 */
const rules: Partial<Readonly<Record<KafkaErrorName, AnswerRule>>> = {
  // The bytes were damaged on the way; ours are the same as before.
  CORRUPT_MESSAGE: { action: 'retry' },
  // A topic that was just created or just moved; bounded by the delivery timeout.
  UNKNOWN_TOPIC_OR_PARTITION: { action: 'retry', refresh: true },
  LEADER_NOT_AVAILABLE: { action: 'retry', refresh: true },
  NOT_LEADER_OR_FOLLOWER: { action: 'retry', refresh: true },
  REPLICA_NOT_AVAILABLE: { action: 'retry', refresh: true },
  FENCED_LEADER_EPOCH: { action: 'retry', refresh: true },
  UNKNOWN_LEADER_EPOCH: { action: 'retry', refresh: true },
  UNKNOWN_TOPIC_ID: { action: 'retry', refresh: true },
  KAFKA_STORAGE_ERROR: { action: 'retry', refresh: true, mayBeAppended: true },
  // Appended by the leader, not yet by enough followers.
  REQUEST_TIMED_OUT: { action: 'retry', mayBeAppended: true },
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: { action: 'retry', refresh: true, mayBeAppended: true },
  NETWORK_EXCEPTION: { action: 'retry', refresh: true, mayBeAppended: true },
  NOT_ENOUGH_REPLICAS: { action: 'retry', refresh: true },
  COORDINATOR_LOAD_IN_PROGRESS: { action: 'retry' },
  THROTTLING_QUOTA_EXCEEDED: { action: 'retry' },
  // Nothing says what happened; the sequence makes the repeat safe.
  UNKNOWN_SERVER_ERROR: { action: 'retry', refresh: true, mayBeAppended: true },
  DUPLICATE_SEQUENCE_NUMBER: { action: 'delivered' },
  MESSAGE_TOO_LARGE: { action: 'split' },
  RECORD_LIST_TOO_LARGE: { action: 'split' },
  OUT_OF_ORDER_SEQUENCE_NUMBER: { action: 'renumber' },
  UNKNOWN_PRODUCER_ID: { action: 'renumber' },
  INVALID_PRODUCER_EPOCH: { action: 'new-id' },
  INVALID_PRODUCER_ID_MAPPING: { action: 'new-id' },
  PRODUCER_FENCED: { action: 'new-id' },
}

const refused: AnswerRule = { action: 'reject' }
/** Without sequences a repeat of what nothing is known about could double it. */
const unclear: AnswerRule = { action: 'reject', mayBeAppended: true }

/** The rule for an error of Produce. */
export function answerRule(name: KafkaErrorName, idempotent: boolean): AnswerRule {
  if (name === 'UNKNOWN_SERVER_ERROR' && !idempotent) return unclear
  return rules[name] ?? refused
}
