import type { StartKafkaOptions, TopicOptions } from '@headwater/embedded'
import type { Command } from 'commander'
import { addSecurityOptions, toSecurity, type SecurityOptions } from './security-options.ts'
import { collectTopic, type TopicOption } from './topic-option.ts'
import { readTopicsFile } from './topics-file.ts'
import { wholeNumber } from './whole-number.ts'

/** What `up` takes. */
export interface UpOptions extends SecurityOptions {
  readonly port: number
  readonly brokers: number
  readonly registryPort: number
  readonly controlPort?: number
  readonly topic: readonly TopicOption[]
  readonly topics?: string
  readonly autoCreateTopics?: boolean
}

/** Adds the options of `up`. */
export function addUpOptions(command: Command): Command {
  const port = wholeNumber(1, 65535)
  command
    .option('--port <port>', 'port of the first broker; the next ones take the ports after it', port, 9092)
    .option('--brokers <count>', 'number of brokers', wholeNumber(1, 100), 1)
    .option('--registry-port <port>', 'port of the schema registry', port, 8081)
    .option('--control-port <port>', 'port of an endpoint that orders faults over HTTP', port)
    .option('--topic <name:partitions:rf>', 'topic to create; may be given several times', collectTopic, [])
    .option('--topics <file>', 'JSON file with topics to create, by name')
    .option('--auto-create-topics', 'create a topic when a client asks for it')
  return addSecurityOptions(command)
}

/** The options of the cluster that the command line asks for. */
export function toStartOptions(command: Command, options: UpOptions): StartKafkaOptions {
  const { port, brokers, registryPort, autoCreateTopics } = options
  const last = port + brokers - 1
  if (last > 65535) command.error(`error: the last broker would need port ${last}; choose a lower --port`)
  return {
    brokers,
    ports: Array.from({ length: brokers }, (_, index) => port + index),
    registry: { port: registryPort },
    topics: toTopics(command, options),
    autoCreateTopics,
    ...toSecurity(command, options),
  }
}

function toTopics(command: Command, { topic, topics }: UpOptions): Record<string, TopicOptions> {
  const found: Record<string, TopicOptions> =
    topics === undefined ? {} : { ...readTopicsFile(command, topics) }
  for (const { name, ...wanted } of topic) {
    if (Object.hasOwn(found, name))
      command.error(`error: topic ${name} is in ${topics} and in --topic; take one away`)
    found[name] = wanted
  }
  return found
}
