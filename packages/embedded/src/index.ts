/**
 * Kafka and a schema registry inside your test, in milliseconds, with faults to order.
 *
 * @module
 */
export { startKafka } from './start-kafka.ts'
export type { StartKafkaOptions, TopicOptions } from './start-kafka-options.ts'
export type { EmbeddedKafka, BrokerControl, PartitionControl, RecordsOptions } from './embedded-kafka.ts'
export type { StoredRecord } from './log/read-log.ts'
export type { BrokerConfig, BrokerConfigOverrides } from './cluster/broker-config.ts'
