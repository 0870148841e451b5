import { isHeadwaterError } from '@headwater/base'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkpointName, makeBootstrapCheckpoint } from './bootstrap-checkpoint.ts'
import { formatProperties, toBrokerProperties } from './broker-properties.ts'
import { ChildGuard } from './child-guard.ts'
import type { KafkaErrorCode } from './kafka-error.ts'
import { fetchKafkaJars, type KafkaJars } from './kafka-jars.ts'
import { KafkaProcess } from './kafka-process.ts'
import { makeTlsFiles } from './make-tls-files.ts'
import { planCluster, type ClusterPlan } from './node-plan.ts'
import {
  resolveRealKafkaOptions,
  type RealKafkaOptions,
  type ResolvedRealKafkaOptions,
} from './real-kafka-options.ts'
import { RealKafka } from './real-kafka.ts'

/** Ports are chosen before they are used, so somebody may come in between; three times in a row nobody does. */
const attempts = 3

/**
 * Starts Apache Kafka with one or three brokers on free ports of 127.0.0.1, with its data in a new folder below
 * `os.tmpdir()`, and resolves when every node has started and answers. Fetches the jars the first time.
 *
 * @throws HeadwaterError `KAFKA_UNAVAILABLE` without Java, or without the jars and a Maven to fetch them;
 * `KAFKA_START_FAILED` or `KAFKA_START_TIMEOUT`, with the end of the log, when a node does not come up.
 */
export async function startRealKafka(options: RealKafkaOptions = {}): Promise<RealKafka> {
  const resolved = resolveRealKafkaOptions(options)
  const jars = await fetchKafkaJars()
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(jars, resolved)
    } catch (error) {
      if (attempt === attempts || !isPortTaken(error)) throw error
    }
  }
}

const isPortTaken = (error: unknown): boolean =>
  isHeadwaterError<KafkaErrorCode>(error, 'KAFKA_START_FAILED') &&
  /Address already in use/.test(error.message)

async function startOnce(jars: KafkaJars, options: ResolvedRealKafkaOptions): Promise<RealKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-kafka-'))
  const guard = new ChildGuard(folder)
  const plan = await planCluster(folder, options)
  const { jvmArguments, startTimeoutMs } = options
  const processes = plan.nodes.map(
    (node) => new KafkaProcess(node, { jars, guard, jvmArguments, startTimeoutMs }),
  )
  const cluster = new RealKafka({ plan, processes, guard })
  try {
    await writeNodeFiles(jars, plan, options)
    await Promise.all(processes.map((process) => process.start()))
    return cluster
  } catch (error) {
    await cluster.close()
    throw error
  }
}

/** What `StorageTool format` would leave behind, without one JVM a node for it. */
async function writeNodeFiles(
  jars: KafkaJars,
  plan: ClusterPlan,
  options: ResolvedRealKafkaOptions,
): Promise<void> {
  const needsUsers = options.sasl !== undefined && options.sasl.mechanism !== 'PLAIN'
  const { transactionVersion } = options
  const checkpoint =
    needsUsers || transactionVersion !== undefined
      ? await makeBootstrapCheckpoint(jars.java, jars.libFolder, options.sasl, transactionVersion)
      : await readFile(jars.checkpointFile)
  if (plan.tls !== undefined) await makeTlsFiles(jars.java, plan.tls)
  const clusterId = randomId()
  for (const node of plan.nodes) {
    await mkdir(node.logFolder)
    await writeFile(join(node.logFolder, checkpointName), checkpoint)
    await writeFile(
      join(node.logFolder, 'meta.properties'),
      formatProperties({
        version: '1',
        'cluster.id': clusterId,
        'node.id': String(node.id),
        'directory.id': randomId(),
      }),
    )
    await writeFile(node.propertiesFile, formatProperties(toBrokerProperties(node, plan, options)))
  }
}

/** A Kafka Uuid as text: 16 bytes in base64url; the tools of Kafka refuse one that starts with a dash. */
function randomId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? randomId() : id
}
