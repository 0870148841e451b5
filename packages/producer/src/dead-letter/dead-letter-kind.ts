import type { DeliveryError, DeliveryErrorCode } from '../delivery-error.ts'

/**
 * What must change before a record can be sent again, the header `dlq.error.kind`:
 * - `poison`: the record itself.
 * - `retriable`: nothing but time.
 * - `fatal`: the topic, its settings or somebody's rights.
 */
type DeadLetterKind = 'poison' | 'retriable' | 'fatal'

const poison: ReadonlySet<DeliveryErrorCode> = new Set<DeliveryErrorCode>([
  'RECORD_TOO_LARGE',
  'INVALID_PARTITION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'CORRUPT_MESSAGE',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'POLICY_VIOLATION',
])

/** Refusals that are no business of a dead-letter topic. */
const withoutLetter: ReadonlySet<DeliveryErrorCode> = new Set<DeliveryErrorCode>([
  // There is no record to write: a wrong type, an illegal topic, options that mean nothing.
  'INVALID_RECORD_INPUT',
  // The client is wrong, not the record: its dead letters would meet the same refusal, each a second time.
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_REQUIRED_ACKS',
  'UNSUPPORTED_VERSION',
])

/** Whether a record that failed like this becomes a dead letter: it was refused, and it is the record that was. */
export function deservesDeadLetter({ code, outcome }: DeliveryError): boolean {
  return outcome === 'rejected' && !withoutLetter.has(code)
}

/** The header `dlq.error.kind` of a refusal. */
export function deadLetterKind({ code, retriable }: DeliveryError): DeadLetterKind {
  if (poison.has(code)) return 'poison'
  return retriable ? 'retriable' : 'fatal'
}
