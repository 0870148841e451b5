import type { StartKafkaOptions } from '@headwater/embedded'

/** What runs, for the text that a stranger needs. */
export interface UpRunning {
  readonly bootstrapServers: string
  readonly registryUrl: string
  /** Undefined: there is no control endpoint. */
  readonly controlUrl: string | undefined
  readonly topics: NonNullable<StartKafkaOptions['topics']>
}

/** Says where everything is, and what to type to see that it is there. */
export function announceUp({ bootstrapServers, registryUrl, controlUrl, topics }: UpRunning): string {
  const first = Object.keys(topics)[0]
  const rows = [
    ['Kafka', bootstrapServers],
    ['Schema registry', registryUrl],
    ...(controlUrl === undefined ? [] : [['Control', controlUrl]]),
    ...Object.entries(topics).map(([name, { partitions = 1 }]) => [
      'Topic',
      `${name}, partitions: ${partitions}`,
    ]),
  ] as const
  const brokers = bootstrapServers.split(',').map((broker) => `'${broker}'`)
  const attempts = [
    ['kcat', kcat(bootstrapServers, first)],
    ['kafkajs', `new Kafka({ brokers: [${brokers.join(', ')}] })`],
    ...(controlUrl === undefined ? [] : [['a fault', loseAnAnswer(controlUrl)]]),
  ] as const
  const shown = rows.map(([what, where]) => `${what!.padEnd(18)}${where}\n`)
  const tried = attempts.map(([what, how]) => `  ${what!.padEnd(9)}${how}\n`)
  return `${shown.join('')}\nTo try it:\n${tried.join('')}\n`
}

function kcat(bootstrapServers: string, topic: string | undefined): string {
  // Without a topic there is nothing to write to; the list of brokers shows that somebody answers.
  return topic === undefined
    ? `kcat -b ${bootstrapServers} -L`
    : `echo hello | kcat -b ${bootstrapServers} -P -t ${topic} && kcat -b ${bootstrapServers} -C -e -t ${topic}`
}

function loseAnAnswer(controlUrl: string): string {
  return `curl ${controlUrl}/faults -H 'content-type: application/json' -d '{ "api": "Produce", "verb": "loseResponse" }'`
}
