/**
 * A Kafka producer that proves every delivery.
 *
 * @module
 */
export { createProducer } from './create-producer.ts'
export type {
  DeadLetterLimits,
  DeadLetterPolicy,
  DeadLetterTopic,
  RejectedRecord,
  TopicDeadLetterPolicy,
} from './dead-letter/dead-letter-policy.ts'
export { toDlqTopic, toDltTopic, toServiceDlq } from './dead-letter/dead-letter-topics.ts'
export { defaults as producerDefaults } from './engine/resolve-options.ts'
export {
  DeliveryError,
  type DeadLetter,
  type DeliveryErrorCode,
  type DeliveryErrorOptions,
  type FailedOutcome,
  type Outcome,
} from './delivery-error.ts'
export type {
  BatchingPoor,
  BatchRetry,
  BatchSent,
  ProducerHooks,
  ProducerIdRenewed,
  ProducerState,
  SendTrace,
  Settled,
  SpoolEvent,
  TransactionEnd,
} from './hooks.ts'
export type { HealthProblem, HealthProblemCode, ProducerHealth } from './health.ts'
export { closeOnSignal, type CloseOnSignalOptions } from './lifecycle/close-on-signal.ts'
export { createSharedProducers, sharedProducer, type SharedProducers } from './lifecycle/shared-producers.ts'
// For who wraps Links (to count, to test): `createProducer({ links })` takes what this makes.
export { createKafkajsLinks } from './link/kafkajs-links.ts'
export {
  LinkError,
  type BrokerAddress,
  type Link,
  type LinkErrorCode,
  type LinkFactory,
  type LinkSendOptions,
} from './link/link.ts'
export type { Header, Headers, ProducerRecord } from './producer-record.ts'
export type { PartitionChoice, Partitioner, PartitionerInput } from './partitioner/partitioner.ts'
export { tenantPartitioner, type TenantPartitionerOptions } from './partitioner/tenant-partitioner.ts'
export type { ProducerConnection, ProducerOptions, ProducerTuning } from './producer-options.ts'
export type {
  CloseResult,
  Producer,
  SendOptions,
  SendResult,
  TrySendOptions,
  UndeliveredRecord,
} from './producer.ts'
export type { Receipt } from './receipt.ts'
export type { SpoolOptions } from './spool/spool-options.ts'
export { isSafeToRepeat } from './retry/is-safe-to-repeat.ts'
export { retry } from './retry/retry.ts'
export type { RetryJitter } from './retry/retry-delay.ts'
export type { FailedAttempt, RetryEnd, RetryPolicy, RetryReport } from './retry/retry-policy.ts'
export type { ProducerStats } from './stats.ts'
export type { TopicPolicy } from './topic-policy.ts'
export type {
  ConsumedOffsets,
  ConsumedRecord,
  GroupMetadata,
  Transaction,
  TransactionOptions,
} from './transaction/transaction.ts'
