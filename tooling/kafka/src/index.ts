/**
 * A real Apache Kafka for tests, contract suites, chaos and benchmarks, without containers: Java, jars that Maven
 * fetched once, and child processes that never outlive this one.
 *
 * ```ts
 * await using kafka = await startRealKafka({ nodes: 3 })
 * const client = new Kafka({ brokers: kafka.bootstrapServers.split(',') })
 * await kafka.kill(1)    // SIGKILL: as when the power goes
 * await kafka.start(1)   // the same node: same ports, same log
 * ```
 *
 * In tests:
 *
 * - `testKafka()` is the cluster that the whole run shares (`HEADWATER_TEST_KAFKA`, which `src/with-kafka.ts` sets);
 * - `canStartRealKafka()` is for tests that need a cluster of their own, for instance to kill its nodes.
 *
 * Both tell why a test is skipped, and throw instead when `HEADWATER_REQUIRE_KAFKA=1`.
 *
 * `src/with-kafka.ts` is a command around another command; `src/capture-golden.ts` records what a real broker and
 * real clients say to each other.
 *
 * @module
 */
// What other real servers are fetched and guarded with, too
export { downloadFolder, downloadOnce, isDownloaded } from './download-once.ts'
export { findJava } from './find-java.ts'
export { withFolderLock } from './folder-lock.ts'
export { findFreePorts } from './free-ports.ts'
export { installFromLockfile } from './install-from-lockfile.ts'
export { runToEnd, type CommandEnd } from './run-to-end.ts'
export { startServerProcess, type ServerProcess } from './server-process.ts'

// Kafka
export { splitFrames } from './recording-proxy.ts'
export { findKafka, type KafkaSource } from './find-kafka.ts'
export type { KafkaErrorCode } from './kafka-error.ts'
export { fetchKafkaJars, kafkaVersion, type KafkaJars } from './kafka-jars.ts'
export { startRealKafka } from './start-real-kafka.ts'
export type { RealKafka, RealKafkaBroker } from './real-kafka.ts'
export type { RealKafkaOptions, RealKafkaSasl } from './real-kafka-options.ts'
export { canStartRealKafka, testKafka, uniqueTopic } from './test-cluster.ts'
