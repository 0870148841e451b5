/**
 * Contract suites: facts about Kafka and about clients, asserted by the same code on the embedded and on a real Kafka.
 *
 * @module
 */
export type { ClusterUnderTest } from './cluster-under-test.ts'
export { describeDelivery } from './delivery-facts.ts'
export { describeKafkajsLosses } from './kafkajs-facts.ts'
export { compareWithLog, type Acknowledged, type DeliveryReport } from './delivery-report.ts'
export { FaultProxy, type ProxyFault } from './fault-proxy.ts'
export { startLoad, type LoadResult, type SteadyLoad } from './steady-load.ts'
export { readTopic, type LoggedRecord } from './log-reader.ts'
export { describeTransactionDelivery } from './transaction-delivery-facts.ts'
