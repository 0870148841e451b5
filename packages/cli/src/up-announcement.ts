import type { StartKafkaOptions } from '@headwater/embedded'

/** What runs, for the text that a stranger needs. */
export interface UpRunning {
  readonly bootstrapServers: string
  readonly registryUrl: string
  /** Undefined: there is no control endpoint. */
  readonly controlUrl: string | undefined
  /** What the cluster was started with. */
  readonly options: Pick<StartKafkaOptions, 'topics' | 'sasl' | 'tls'>
  /** The file with the certificate. */
  readonly tlsCert: string | undefined
}

/** Says where everything is, and what to type to see that it is there. */
export function announceUp(running: UpRunning): string {
  const { bootstrapServers, registryUrl, controlUrl, options } = running
  const topics = Object.entries(options.topics ?? {})
  const rows = [
    ['Kafka', bootstrapServers],
    ...((options.sasl ?? options.tls) ? [['Clients need', needs(running)]] : []),
    ['Schema registry', registryUrl],
    ...(controlUrl === undefined ? [] : [['Control', controlUrl]]),
    ...topics.map(([name, { partitions = 1 }]) => ['Topic', `${name}, partitions: ${partitions}`]),
  ] as const
  const attempts = [
    ['kcat', kcat(running, topics[0]?.[0])],
    ['kafkajs', kafkajs(running)],
    ...(controlUrl === undefined ? [] : [['a fault', loseAnAnswer(controlUrl)]]),
  ] as const
  const shown = rows.map(([what, where]) => `${what!.padEnd(18)}${where}\n`)
  const tried = attempts.map(([what, how]) => `  ${what!.padEnd(9)}${how}\n`)
  return `${shown.join('')}\nTo try it:\n${tried.join('')}\n`
}

/** Kafka's `security.protocol`. */
function protocolOf({ sasl, tls }: UpRunning['options']): string {
  return `${sasl === undefined ? '' : 'SASL_'}${tls === undefined ? 'PLAINTEXT' : 'SSL'}`
}

function needs({ options, tlsCert }: UpRunning): string {
  const { sasl } = options
  return [
    protocolOf(options),
    ...(tlsCert === undefined ? [] : [`certificate ${tlsCert}`]),
    ...(sasl === undefined ? [] : [sasl.mechanisms.join(' or '), `as ${usersOf(sasl).join(' or ')}`]),
  ].join(', ')
}

const usersOf = ({ users = {} }: NonNullable<StartKafkaOptions['sasl']>): string[] => Object.keys(users)

/** Without a topic there is nothing to write to; the list of brokers shows that somebody answers. */
function kcat(running: UpRunning, topic: string | undefined): string {
  const command = `kcat -b ${running.bootstrapServers}${kcatSecurity(running)}`
  return topic === undefined
    ? `${command} -L`
    : `echo hello | ${command} -P -t ${topic} && ${command} -C -e -t ${topic}`
}

/** Passwords stay out of what is printed: it ends in logs. */
function kcatSecurity({ options, tlsCert }: UpRunning): string {
  const { sasl, tls } = options
  if (sasl === undefined && tls === undefined) return ''
  const settings = [
    `security.protocol=${protocolOf(options)}`,
    ...(tlsCert === undefined ? [] : [`ssl.ca.location=${tlsCert}`]),
    ...(sasl === undefined
      ? []
      : [
          `sasl.mechanisms=${sasl.mechanisms[0]}`,
          `sasl.username=${usersOf(sasl)[0]}`,
          'sasl.password="$PASSWORD"',
        ]),
  ]
  return settings.map((setting) => ` -X ${setting}`).join('')
}

function kafkajs({ bootstrapServers, options, tlsCert }: UpRunning): string {
  const { sasl } = options
  const brokers = bootstrapServers.split(',').map((broker) => `'${broker}'`)
  const settings = [
    `brokers: [${brokers.join(', ')}]`,
    ...(tlsCert === undefined ? [] : [`ssl: { ca: readFileSync('${tlsCert}', 'utf8') }`]),
    ...(sasl === undefined
      ? []
      : [
          `sasl: { mechanism: '${sasl.mechanisms[0]!.toLowerCase()}', username: '${usersOf(sasl)[0]}', password: process.env.PASSWORD }`,
        ]),
  ]
  return `new Kafka({ ${settings.join(', ')} })`
}

function loseAnAnswer(controlUrl: string): string {
  return `curl ${controlUrl}/faults -H 'content-type: application/json' -d '{ "api": "Produce", "verb": "loseResponse" }'`
}
