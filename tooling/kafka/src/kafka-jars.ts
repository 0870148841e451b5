import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { checkpointName, makeBootstrapCheckpoint } from './bootstrap-checkpoint.ts'
import { downloadFolder, downloadOnce } from './download-once.ts'
import { findJava } from './find-java.ts'
import { createKafkaError } from './kafka-error.ts'
import { runToEnd } from './run-to-end.ts'

/** The Apache Kafka that tests run against; pom.xml says the same (a test holds the two together). */
export const kafkaVersion = '4.3.1'

const packageFolder = resolve(import.meta.dirname, '..')

/** What a broker, or a Java client, needs to run. */
export interface KafkaJars {
  /** The `java` to run them with. */
  readonly java: string
  /** All jars; `<libFolder>/*` is the class path, kafka-clients included. */
  readonly libFolder: string
  /** The first metadata records of a cluster without users: see `makeBootstrapCheckpoint`. */
  readonly checkpointFile: string
}

/** Where the jars are, or will be. */
export function kafkaCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return downloadFolder(packageFolder, `kafka-${kafkaVersion}`, env)
}

/**
 * The jars of Apache Kafka {@link kafkaVersion}, fetched by Maven with checksums if they are not there yet (about
 * 54 MB). Processes that ask at the same time wait for the first.
 *
 * @throws HeadwaterError `KAFKA_UNAVAILABLE` without a fitting Java, without Maven, or when Maven cannot fetch.
 */
export async function fetchKafkaJars(env: NodeJS.ProcessEnv = process.env): Promise<KafkaJars> {
  const search = await findJava(env)
  if ('reason' in search)
    throw createKafkaError('KAFKA_UNAVAILABLE', `No Kafka can be started: ${search.reason}`)
  const folder = kafkaCacheFolder(env)
  const { java } = search
  await downloadOnce(folder, async (partial) => {
    const lib = join(partial, 'lib')
    await runMaven(lib)
    await writeFile(join(partial, checkpointName), await makeBootstrapCheckpoint(java, lib, undefined))
  })
  return { java, libFolder: join(folder, 'lib'), checkpointFile: join(folder, checkpointName) }
}

async function runMaven(lib: string): Promise<void> {
  const args = ['-B', '-q', '--strict-checksums', '-f', join(packageFolder, 'pom.xml')]
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`]
  const { code, output } = await runToEnd('mvn', [...args, ...goal])
  if (code === 0) return
  throw createKafkaError(
    'KAFKA_UNAVAILABLE',
    code === 127
      ? `No Kafka can be started: the jars of Apache Kafka ${kafkaVersion} are not here yet and there is no mvn to fetch them: install Maven (Debian: apt-get install maven)`
      : `No Kafka can be started: Maven could not fetch the jars of Apache Kafka ${kafkaVersion}; run \`mvn ${[...args.slice(2), ...goal].join(' ')}\` to see why. It said:\n${output.slice(-2000)}`,
  )
}

/** The version that pom.xml asks for. */
export async function readPomVersion(): Promise<string | undefined> {
  const pom = await readFile(join(packageFolder, 'pom.xml'), 'utf8')
  return /<kafka\.version>([^<]+)</.exec(pom)?.[1]
}
