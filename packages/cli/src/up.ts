import type { EmbeddedKafka, StartKafkaOptions } from '@headwater/embedded'
import { InvalidArgumentError, type Command } from 'commander'
import type { ProgramContext } from './program-context.ts'
import { collectTopic, type TopicOption } from './topic-option.ts'
import { untilSignal } from './until-signal.ts'

interface UpOptions {
  readonly port: number
  readonly brokers: number
  readonly registryPort: number
  readonly topic: readonly TopicOption[]
}

/** Adds `up`: an embedded Kafka and a schema registry in the foreground, on ports that stay the same. */
export function addUp(parent: Command, context: ProgramContext): void {
  const command = parent
    .command('up')
    .description(
      'Run an embedded Kafka and a schema registry in the foreground. What is written is gone at the end.',
    )
    .option(
      '--port <port>',
      'port of the first broker; the next ones take the ports after it',
      wholeNumber(1, 65535),
      9092,
    )
    .option('--brokers <count>', 'number of brokers', wholeNumber(1, 100), 1)
    .option('--registry-port <port>', 'port of the schema registry', wholeNumber(1, 65535), 8081)
    .option('--topic <name:partitions:rf>', 'topic to create; may be given several times', collectTopic, [])
  command.action((options: UpOptions) => up(command, context, options))
}

async function up(command: Command, context: ProgramContext, options: UpOptions): Promise<void> {
  const last = options.port + options.brokers - 1
  if (last > 65535) command.error(`error: the last broker would need port ${last}; choose a lower --port`)
  // Listening for the signal begins before the start, so that Ctrl+C during it closes what has started, too.
  const stopped = (context.stopped ?? untilSignal)()
  const kafka = await start(command, options)
  try {
    context.out(`Kafka             ${kafka.bootstrapServers}\n`)
    context.out(`Schema registry   ${kafka.registryUrl}\n`)
    for (const { name, partitions } of options.topic) {
      context.out(`Topic             ${name}, partitions: ${partitions}\n`)
    }
    context.out('Ready. Ctrl+C ends it.\n')
    await stopped
  } finally {
    await kafka.close()
  }
  context.out('Stopped.\n')
}

async function start(command: Command, options: UpOptions): Promise<EmbeddedKafka> {
  // Only here: the other commands need not wait for it to load.
  const { startKafka } = await import('@headwater/embedded')
  try {
    return await startKafka(toStartOptions(options))
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw thrown
    const what = code === 'EADDRINUSE' ? 'is taken' : 'may not be used by this process'
    return command.error(
      `error: port ${(thrown as { port?: number }).port ?? ''} ${what}; choose others with --port and --registry-port`,
    )
  }
}

function toStartOptions({ port, brokers, registryPort, topic }: UpOptions): StartKafkaOptions {
  return {
    brokers,
    ports: Array.from({ length: brokers }, (_, index) => port + index),
    registry: { port: registryPort },
    topics: Object.fromEntries(topic.map(({ name, ...wanted }) => [name, wanted])),
  }
}

function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
    if (value >= minimum && value <= maximum) return value
    throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${maximum}.`)
  }
}
