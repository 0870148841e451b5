import { findJava } from './find-java.ts'
import { isDownloaded } from './download-once.ts'
import { kafkaCacheFolder, kafkaVersion } from './kafka-jars.ts'
import { runToEnd } from './run-to-end.ts'

/** Where a Kafka for tests comes from. */
export type KafkaSource =
  /** `HEADWATER_TEST_KAFKA` names a cluster. */
  | { readonly kind: 'given'; readonly bootstrapServers: string }
  /** `startRealKafka` can start one; the jars may have to be fetched first. */
  | { readonly kind: 'own' }
  | { readonly kind: 'none'; readonly reason: string }

/**
 * Tells where a Kafka for tests would come from, without starting or fetching anything. `KAFKA_BOOTSTRAP_SERVERS` is
 * never asked: it may be somebody's production.
 */
export async function findKafka(env: NodeJS.ProcessEnv = process.env): Promise<KafkaSource> {
  const given = env['HEADWATER_TEST_KAFKA']
  return given ? { kind: 'given', bootstrapServers: given } : findOwnKafka(env)
}

/** The same without regard to `HEADWATER_TEST_KAFKA`, for tests that kill brokers. */
export async function findOwnKafka(
  env: NodeJS.ProcessEnv = process.env,
): Promise<Exclude<KafkaSource, { kind: 'given' }>> {
  const search = await findJava(env)
  if ('reason' in search) return { kind: 'none', reason: search.reason }
  if (await isDownloaded(kafkaCacheFolder(env))) return { kind: 'own' }
  if ((await runToEnd('mvn', ['-version'])).code === 0) return { kind: 'own' }
  return {
    kind: 'none',
    reason: `the jars of Apache Kafka ${kafkaVersion} are not here yet and there is no Maven to fetch them: install it (Debian: apt-get install maven)`,
  }
}
