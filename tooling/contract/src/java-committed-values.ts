import { join } from 'node:path'
import { fetchKafkaJars, runToEnd } from '@headwater/kafka'

/** The values that Kafka's own Java consumer finds in a topic with `read_committed`, up to where nothing more comes. */
export async function javaCommittedValues(
  bootstrapServers: string,
  topic: string,
): Promise<readonly string[]> {
  const { java, libFolder } = await fetchKafkaJars()
  const { code, output } = await runToEnd(java, [
    '-Xmx128m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dlog4j2.level=OFF',
    '-cp',
    join(libFolder, '*'),
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    ...['--bootstrap-server', bootstrapServers, '--topic', topic, '--from-beginning', '--timeout-ms', '8000'],
    ...['--isolation-level', 'read_committed', '--formatter-property', 'print.offset=false'],
  ])
  const lines = output.split('\n').map((line) => line.trim())
  // It ends by its timeout, and says so; what it printed before counts.
  if (code !== 0 && !lines.some((line) => line.startsWith('Processed a total of')))
    throw new Error(`the Java consumer ended with ${code}. It said:\n${output.slice(-2000)}`)
  return lines.filter((line) => /^[\w.-]+$/.test(line) && !line.startsWith('end-'))
}
