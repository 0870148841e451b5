import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatProperties } from './broker-properties.ts'
import { createKafkaError } from './kafka-error.ts'
import type { RealKafkaSasl } from './real-kafka-options.ts'
import { runToEnd } from './run-to-end.ts'

/** The name under which a node looks for it in its log folder. */
export const checkpointName = 'bootstrap.checkpoint'

/**
 * Lets Kafka's own `StorageTool format` write the first records of a cluster's metadata: the levels of its features
 * and its SCRAM users. The file names no cluster and no node, so one serves them all, and a start without SCRAM users
 * needs no JVM for it.
 */
export async function makeBootstrapCheckpoint(
  java: string,
  libFolder: string,
  sasl: RealKafkaSasl | undefined,
  transactionVersion?: 0 | 1 | 2,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-kafka-format-'))
  try {
    const properties = join(folder, 'format.properties')
    await writeFile(
      properties,
      formatProperties({
        'process.roles': 'broker,controller',
        'node.id': '0',
        // Ports that nobody opens: the tool only wants the settings of a possible node.
        'controller.quorum.voters': '0@127.0.0.1:1',
        'controller.listener.names': 'CONTROLLER',
        listeners: 'PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1',
        'log.dirs': join(folder, 'log'),
      }),
    )
    const { code, output } = await runToEnd(java, [
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-cp',
      join(libFolder, '*'),
      'kafka.tools.StorageTool',
      'format',
      '--cluster-id',
      'AAAAAAAAAAAAAAAAAAAAAQ',
      '--config',
      properties,
      ...scramArguments(sasl),
      ...(transactionVersion === undefined ? [] : ['--feature', `transaction.version=${transactionVersion}`]),
    ])
    if (code !== 0) {
      throw createKafkaError('KAFKA_START_FAILED', `Kafka's storage tool failed:\n${output.slice(-4000)}`)
    }
    return await readFile(join(folder, 'log', checkpointName))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function scramArguments(sasl: RealKafkaSasl | undefined): readonly string[] {
  if (!sasl || sasl.mechanism === 'PLAIN') return []
  return Object.entries(sasl.users).flatMap(([name, password]) => [
    '--add-scram',
    `${sasl.mechanism}=[name=${name},password=${password}]`,
  ])
}
