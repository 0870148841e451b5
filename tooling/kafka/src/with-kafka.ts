/**
 * Runs a command while a real Kafka is there for it:
 *
 *     node tooling/kafka/src/with-kafka.ts [--nodes 1|3] -- turbo run test:kafka
 *
 * The command finds the bootstrap servers in `HEADWATER_TEST_KAFKA`. If that is set already, that cluster is used and
 * none is started. The exit code is the command's. Where no Kafka can be had the command is not run: with
 * `HEADWATER_REQUIRE_KAFKA=1` that is a failure, else one line says why.
 */
import { isHeadwaterError } from '@headwater/base'
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { findKafka } from './find-kafka.ts'
import type { KafkaErrorCode } from './kafka-error.ts'
import type { RealKafka } from './real-kafka.ts'
import { startRealKafka } from './start-real-kafka.ts'
import { parseWithKafkaArguments, type WithKafkaArguments } from './with-kafka-arguments.ts'

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs the command to its end; signals that would end this process are for the command, and the cluster ends after it. */
function runCommand({ command, args }: WithKafkaArguments, bootstrapServers: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, HEADWATER_TEST_KAFKA: bootstrapServers },
    })
    const passOn = (signal: NodeJS.Signals): boolean => child.kill(signal)
    for (const signal of endSignals) process.on(signal, passOn)
    const end = (): void => {
      for (const signal of endSignals) process.off(signal, passOn)
    }
    child.on('error', (error) => {
      end()
      reject(new Error(`The command ${command} cannot be run: ${error.message}`, { cause: error }))
    })
    child.on('exit', (code, signal) => {
      end()
      // A shell answers 128 + n for a command that signal n ended.
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}

/** A cluster, or the reason why there is none; a cluster that does not come up is a failure, not a reason to skip. */
async function startOrExplain(nodes: 1 | 3): Promise<RealKafka | string> {
  const source = await findKafka()
  if (source.kind === 'none') return source.reason
  try {
    return await startRealKafka({ nodes })
  } catch (error) {
    if (isHeadwaterError<KafkaErrorCode>(error, 'KAFKA_UNAVAILABLE')) return error.message
    throw error
  }
}

async function main(): Promise<number> {
  const asked = parseWithKafkaArguments(process.argv.slice(2))
  const given = process.env['HEADWATER_TEST_KAFKA']
  if (given) return runCommand(asked, given)
  const startedAt = performance.now()
  const kafka = await startOrExplain(asked.nodes)
  if (typeof kafka === 'string') {
    const isRequired = process.env['HEADWATER_REQUIRE_KAFKA'] === '1'
    console.error(
      isRequired ? `A real Kafka is required: ${kafka}` : `Skipped, there is no real Kafka: ${kafka}`,
    )
    return isRequired ? 1 : 0
  }
  await using _ = kafka
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.error(
    `Apache Kafka with ${asked.nodes} node(s) on ${kafka.bootstrapServers}, started in ${seconds} s`,
  )
  return await runCommand(asked, kafka.bootstrapServers)
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
