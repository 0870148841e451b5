import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cluster, FactTable, ForeignClient } from './describe-facts.ts'
import type { JavaTools } from './find-clients.ts'
import { jvmArguments } from './java-clients.ts'
import { runProgram } from './run-program.ts'
import type { Sight } from './sight.ts'

/** Runs the main class of a tool and gives what it printed, or throws what it complained about. */
type Tool = (mainClass: string, args: readonly string[], input?: string) => Promise<string>

/** One look at the cluster with one tool or two; later looks see what earlier ones did. */
type Look = (tool: Tool, topic: string, folder: string) => Promise<unknown>

const topicCommand = 'org.apache.kafka.tools.TopicCommand'
const groupCommand = 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'
const configCommand = 'kafka.admin.ConfigCommand'
const offsetShell = 'org.apache.kafka.tools.GetOffsetShell'

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '')
const columnsOf = (line: string): readonly string[] => line.trim().split(/\s+/)
/** Cluster, run and partition leader differ; what is left is the same everywhere. */
const without = (text: string, topic: string): string => text.replaceAll(topic, 'T').trim()

const looks: Readonly<Record<string, readonly [look: Look, expected: unknown]>> = {
  'kafka-broker-api-versions finds its highest versions usable': [
    async (tool) => {
      const printed = await tool('org.apache.kafka.tools.BrokerApiVersionsCommand', [])
      return ['Produce', 'Fetch', 'Metadata', 'JoinGroup'].map(
        (api) => new RegExp(`\\b${api}\\(\\d+\\): (\\d+ to \\d+ \\[usable: \\d+\\])`).exec(printed)?.[1],
      )
    },
    ['0 to 13 [usable: 13]', '4 to 18 [usable: 18]', '0 to 13 [usable: 13]', '0 to 9 [usable: 9]'],
  ],
  'kafka-topics creates a topic': [
    async (tool, topic) => {
      const settings = ['--partitions', '2', '--config', 'retention.ms=1000000']
      return without(await tool(topicCommand, ['--create', '--topic', topic, ...settings]), topic)
    },
    'Created topic T.',
  ],
  'kafka-topics describes it': [
    async (tool, topic) => {
      const [head = '', ...partitions] = linesOf(await tool(topicCommand, ['--describe', '--topic', topic]))
      return [
        /PartitionCount: (\d+)/.exec(head)?.[1],
        head.includes('retention.ms=1000000'),
        partitions.length,
        partitions.every((line) => /Leader: \d+\s+Replicas: \d/.test(line)),
      ]
    },
    ['2', true, 2, true],
  ],
  'kafka-console-producer writes keys and headers, and kafka-console-consumer reads them': [
    async (tool, topic) => {
      const parse = ['parse.key=true', 'parse.headers=true', 'key.separator=:']
      await tool(
        'org.apache.kafka.tools.ConsoleProducer',
        ['--topic', topic, ...parse.flatMap((each) => ['--reader-property', each])],
        'h1:one\tk1:first\nh1:two\tk1:second\nh1:three\tk1:third\n',
      )
      const print = ['print.key=true', 'print.headers=true', 'print.offset=true']
      const read = await tool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
        '--topic',
        topic,
        '--from-beginning',
        '--max-messages=3',
        `--group=${topic}-group`,
        '--isolation-level=read_committed',
        '--timeout-ms=10000',
        ...print.flatMap((each) => ['--formatter-property', each]),
      ])
      return linesOf(read)
    },
    ['Offset:0\th1:one\tk1\tfirst', 'Offset:1\th1:two\tk1\tsecond', 'Offset:2\th1:three\tk1\tthird'],
  ],
  'kafka-get-offsets finds both ends': [
    async (tool, topic) => {
      const ends = await Promise.all(
        ['earliest', 'latest'].map((time) => tool(offsetShell, ['--topic', topic, '--time', time])),
      )
      return ends.map((end) => without(end, topic).split('\n').toSorted())
    },
    [
      ['T:0:0', 'T:1:0'],
      ['T:0:0', 'T:1:3'],
    ],
  ],
  'kafka-consumer-groups shows offsets and lag': [
    async (tool, topic) => {
      const [, ...rows] = linesOf(await tool(groupCommand, ['--describe', '--group', `${topic}-group`]))
      // Whether something was committed of the empty partition, too, depends on how quick its leader answered.
      return rows.map((row) => columnsOf(row).slice(2, 6).join(' ')).filter((row) => row !== '0 0 0 0')
    },
    ['1 3 3 0'],
  ],
  'kafka-consumer-groups moves offsets back': [
    async (tool, topic) => {
      const reset = ['--reset-offsets', '--to-offset', '1', '--topic', `${topic}:1`, '--execute']
      const [, ...rows] = linesOf(await tool(groupCommand, ['--group', `${topic}-group`, ...reset]))
      return rows.map((row) => columnsOf(row).slice(2, 4))
    },
    [['1', '1']],
  ],
  'kafka-configs changes a setting and shows it': [
    async (tool, topic) => {
      const entity = ['--entity-type', 'topics', '--entity-name', topic]
      await tool(configCommand, ['--alter', ...entity, '--add-config', 'max.message.bytes=500000'])
      const shown = await tool(configCommand, ['--describe', ...entity])
      return Array.from(shown.matchAll(/^ +([a-z.]+=\d+) /gmu), ([, setting]) => setting!).toSorted()
    },
    ['max.message.bytes=500000', 'retention.ms=1000000'],
  ],
  'kafka-producer-perf-test writes what it was told to': [
    async (tool, topic) => {
      const load = ['--num-records', '500', '--record-size', '100', '--throughput', '-1']
      const printed = await tool('org.apache.kafka.tools.ProducerPerformance', ['--topic', topic, ...load])
      return /^500 records sent/m.test(printed)
    },
    true,
  ],
  'kafka-log-dirs finds the records': [
    async (tool, topic) => {
      const named = ['--describe', '--topic-list', topic]
      const printed = await tool('org.apache.kafka.tools.LogDirsCommand', named)
      // The key k1 belongs to partition 1; where records without a key went is chance.
      return (
        printed.includes(`"partition":"${topic}-0"`) && new RegExp(`"${topic}-1","size":[1-9]`).test(printed)
      )
    },
    true,
  ],
  'kafka-delete-records deletes up to an offset': [
    async (tool, topic, folder) => {
      const file = join(folder, 'offsets.json')
      const partitions = [{ topic, partition: 1, offset: 2 }]
      await writeFile(file, JSON.stringify({ version: 1, partitions }))
      const printed = await tool('org.apache.kafka.tools.DeleteRecordsCommand', ['--offset-json-file', file])
      return /low_watermark: (\d+)/.exec(printed)?.[1]
    },
    '2',
  ],
  'kafka-topics refuses to make a topic smaller, and deletes it': [
    async (tool, topic) => {
      const refused = await tool(topicCommand, ['--alter', '--topic', topic, '--partitions', '1']).then(
        () => 'not refused',
        (error: Error) => /would not be an increase/.exec(error.message)?.[0],
      )
      await tool(topicCommand, ['--delete', '--topic', topic])
      return refused
    },
    'would not be an increase',
  ],
}

/** What the console tools see of a Kafka 4.3.1. */
export const consoleFacts: FactTable = Object.fromEntries(
  Object.entries(looks).map(([fact, [, expected]]) => [fact, expected]),
)

/** Kafka's own command-line tools, each in a JVM of its own. */
export function createConsoleTools({ java, classPath }: JavaTools): ForeignClient {
  const toolFor =
    ({ bootstrapServers }: Cluster): Tool =>
    async (mainClass, args, input = '') => {
      const { code, stdout, stderr } = await runProgram({
        command: java,
        args: [...jvmArguments, '-cp', classPath, mainClass, '--bootstrap-server', bootstrapServers, ...args],
        input,
        timeoutMs: 20_000,
      })
      if (code !== 0) throw new Error(`${mainClass} ended with ${code}: ${stdout}${stderr}`.slice(0, 2000))
      return stdout
    }
  const run = async (cluster: Cluster, prefix: string): Promise<readonly Sight[]> => {
    const folder = await mkdtemp(join(tmpdir(), 'headwater-clients-'))
    try {
      const sights: Sight[] = []
      for (const [fact, [look]] of Object.entries(looks)) {
        sights.push(
          await look(toolFor(cluster), `${prefix}-tools`, folder).then(
            (observed): Sight => ({ fact, observed }),
            (error: Error): Sight => ({ fact, error: error.message }),
          ),
        )
      }
      return sights
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return { name: "Kafka's console tools", table: consoleFacts, run }
}
