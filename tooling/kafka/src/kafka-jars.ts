import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { checkpointName, makeBootstrapCheckpoint } from './bootstrap-checkpoint.ts'
import { findJava } from './find-java.ts'
import { withFolderLock } from './folder-lock.ts'
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

/** Where the jars are, or will be: below `HEADWATER_KAFKA_CACHE`, or else below this package. */
export function kafkaCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const root = env['HEADWATER_KAFKA_CACHE']
    ? resolve(env['HEADWATER_KAFKA_CACHE'])
    : join(packageFolder, '.cache')
  return join(root, `kafka-${kafkaVersion}`)
}

/** Whether the jars need not be fetched any more. The folder gets its name when it is complete, not before. */
export async function hasKafkaJars(folder: string = kafkaCacheFolder()): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  )
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
  const jars = {
    java: search.java,
    libFolder: join(folder, 'lib'),
    checkpointFile: join(folder, checkpointName),
  }
  if (await hasKafkaJars(folder)) return jars
  await mkdir(dirname(folder), { recursive: true })
  await withFolderLock(`${folder}.lock`, async () => {
    if (!(await hasKafkaJars(folder))) await fillFolder(folder, search.java)
  })
  return jars
}

async function fillFolder(folder: string, java: string): Promise<void> {
  // A name of its own, so that even a broken lock cannot mix two downloads.
  const partial = `${folder}.${process.pid}.partial`
  const lib = join(partial, 'lib')
  try {
    await rm(partial, { recursive: true, force: true })
    await runMaven(lib)
    await writeFile(join(partial, checkpointName), await makeBootstrapCheckpoint(java, lib, undefined))
    await rename(partial, folder).catch(async (error: unknown) => {
      if (!(await hasKafkaJars(folder))) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
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
