/**
 * Kafka and a schema registry inside your test, in milliseconds, with faults to order.
 *
 * @module
 */
export { startKafka } from './start-kafka.ts'
export type { StartKafkaOptions, TopicOptions } from './start-kafka-options.ts'
export type { SaslMechanism, SaslOptions, TokenIdentity } from './security/sasl-options.ts'
export type { BrokerConfig, BrokerConfigOverrides } from './cluster/broker-config.ts'
export type { BrokerControl, EmbeddedKafka, RecordsOptions } from './embedded-kafka.ts'
export type { EmbeddedStats } from './embedded-stats.ts'
export type { PartitionControl } from './cluster/partition-control.ts'
export type { CoordinatorControl } from './cluster/coordinator-control.ts'
export type { AccessRule, Operation } from './access/access-rule.ts'
export type { NetworkOptions } from './network/network-shape.ts'
export type { StoredRecord } from './log/read-log.ts'
export type { TransactionControl } from './transactions/transaction-control.ts'
export type { TransactionPartition, TransactionState } from './transactions/transaction.ts'

// What shall go wrong, and what happened
export type { Fault } from './faults/fault.ts'
export type { FaultOrder, FaultStep, UncheckedError } from './faults/fault-order.ts'
export type { FaultScope } from './faults/fault-scope.ts'
export type { Faults } from './faults/faults.ts'
export type { FaultableApi, LegalError } from './faults/legal-errors.ts'
export type { Gate } from './faults/gate.ts'
export type { Journal, JournalEntry } from './faults/journal.ts'

// Schema registry
export { startRegistry, type EmbeddedRegistry, type StartRegistryOptions } from './registry/registry.ts'

// Control over HTTP
export { startControl, type StartControlOptions } from './control/start-control.ts'
export type { ControlEndpoint } from './control/control-endpoint.ts'
