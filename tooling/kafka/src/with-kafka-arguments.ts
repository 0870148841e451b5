import { parseArgs } from 'node:util'

/** What `with-kafka.ts` is asked to do. */
export interface WithKafkaArguments {
  readonly nodes: 1 | 3
  readonly command: string
  readonly args: readonly string[]
}

/** How the command is called; printed when the arguments make no sense. */
const withKafkaUsage = 'usage: node tooling/kafka/src/with-kafka.ts [--nodes 1|3] -- <command> [arguments...]'

/**
 * Reads the arguments after the script's name; everything after `--` belongs to the command.
 *
 * @throws Error that says what is wrong, and the usage.
 */
export function parseWithKafkaArguments(argv: readonly string[]): WithKafkaArguments {
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : argv.slice(0, end)
  const [command, ...args] = end < 0 ? [] : argv.slice(end + 1)
  const nodes = parseNodes(own)
  if (command === undefined) throw new Error(`there is no command to run after --\n${withKafkaUsage}`)
  return { nodes, command, args }
}

function parseNodes(own: readonly string[]): 1 | 3 {
  try {
    const { values } = parseArgs({ args: [...own], options: { nodes: { type: 'string', default: '1' } } })
    if (values.nodes === '1') return 1
    if (values.nodes === '3') return 3
    throw new Error(`--nodes is 1 or 3, not ${values.nodes}`)
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${withKafkaUsage}`, { cause: error })
  }
}
