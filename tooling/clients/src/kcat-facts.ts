import type { Looks } from './look-client.ts'
import { KafkajsClient } from './kafkajs-client.ts'
import { runProgram } from './run-program.ts'

/** What kcat prints; it knows no way to create a topic, so kafkajs does that for it. */
async function kcat(brokers: readonly string[], args: readonly string[], input = ''): Promise<string> {
  const base = ['-b', brokers.join(','), '-q']
  const program = { command: 'kcat', args: [...base, ...args], input, timeoutMs: 20_000 }
  const { code, stdout, stderr } = await runProgram(program)
  if (code === 0) return stdout
  throw new Error(`kcat ${args.join(' ')} ended with ${code}. It said: ${stderr.slice(-500)}`)
}

const producesWith = (codec: string): Looks[string] => [
  async (bench) => {
    const topic = await new KafkajsClient(bench).topic()
    const produce = ['-P', '-t', topic, '-K:', '-z', codec, '-X', 'enable.idempotence=true']
    await kcat(bench.brokers, produce, 'k:1\nk:2\n')
    return kcat(bench.brokers, ['-C', '-t', topic, '-e', '-o', 'beginning', '-f', '%o %k:%s\n'])
  },
  '0 k:1\n1 k:2\n',
]

/** What kcat, and so the librdkafka of the distribution, sees of a Kafka 4.3.1. */
export const kcatLooks: Looks = {
  'produces idempotently with compression none, and reads it back': producesWith('none'),
  'produces idempotently with compression gzip, and reads it back': producesWith('gzip'),
  'produces idempotently with compression snappy, and reads it back': producesWith('snappy'),
  'produces idempotently with compression lz4, and reads it back': producesWith('lz4'),
  'produces idempotently with compression zstd, and reads it back': producesWith('zstd'),
  'goes on as a group where it committed': [
    async (bench) => {
      const topic = await new KafkajsClient(bench).topic()
      const group = ['-G', bench.name(), '-e', '-X', 'auto.offset.reset=earliest', topic]
      await kcat(bench.brokers, ['-P', '-t', topic], '1\n2\n')
      const before = await kcat(bench.brokers, group)
      await kcat(bench.brokers, ['-P', '-t', topic], '3\n')
      return [before, await kcat(bench.brokers, group)]
    },
    ['1\n2\n', '3\n'],
  ],
}
