import type { DeliveryError, DeliveryErrorCode } from '../delivery-error.ts'

/** How a failure is to be read: is it the cluster that was not there, or is something wrong with the record? */
type Reasons = Partial<Readonly<Record<DeliveryErrorCode, string>>>

/** Failures of records that were never written, for want of the cluster. */
const notSent: Reasons = {
  DELIVERY_TIMEOUT: 'no leader took it in time',
  METADATA_TIMEOUT: 'nobody said where the topic is',
  LEADER_NOT_AVAILABLE: 'the topic is there, and nobody leads it yet',
  BUFFER_FULL: 'the brokers take less than comes, or nothing',
  CONNECTION_REFUSED: 'the brokers let nobody in, which a change of theirs or of the credentials ends',
  PRODUCER_CLOSED: 'the process ends before the outage does',
  BEHIND_SPOOL: 'an older record of its partition went to the disk',
}

/** Refusals that lasted until the delivery timeout and speak of the cluster's state, not of the record. */
const refusedForNow: Reasons = {
  NOT_ENOUGH_REPLICAS: 'too few replicas are in sync',
  LEADER_NOT_AVAILABLE: 'the partition has no leader',
  NOT_LEADER_OR_FOLLOWER: 'the leader moved, and no other was found',
  REPLICA_NOT_AVAILABLE: 'the replica is not there',
  FENCED_LEADER_EPOCH: 'an election is under way',
  UNKNOWN_LEADER_EPOCH: 'an election is under way',
  COORDINATOR_LOAD_IN_PROGRESS: 'a broker has just started',
  THROTTLING_QUOTA_EXCEEDED: 'a quota keeps it out for now',
}

/** Failures with an open end that a repeat can double. */
const unknown: Reasons = {
  DELIVERY_TIMEOUT: 'written, and never answered',
  CONNECTION_REFUSED: 'written, and never answered; now nobody is let in',
  PRODUCER_CLOSED: 'written, and the process ends before the answer',
}

/** Whether a record ends for want of the cluster, so that sending it later will help. */
export function isUnavailable(
  { code, outcome }: Pick<DeliveryError, 'code' | 'outcome'>,
  withUnknown: boolean,
): boolean {
  if (outcome === 'not-sent') return Object.hasOwn(notSent, code)
  if (outcome === 'rejected') return Object.hasOwn(refusedForNow, code)
  return outcome === 'unknown' && withUnknown && Object.hasOwn(unknown, code)
}
