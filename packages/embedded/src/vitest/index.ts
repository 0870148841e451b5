/**
 * A Kafka for each test: what goes wrong in it is shown, and what was ordered to go wrong must have.
 *
 * @module
 */
export { kafkaTest, type KafkaFixture } from './kafka-test.ts'
export { sharedKafkaTest, type NamespaceFixture } from './shared-kafka-test.ts'
export type { KafkaNamespace, NamespaceFaults } from './kafka-namespace.ts'
