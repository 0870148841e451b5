import { join } from 'node:path'
import { fetchKafkaJars, runToEnd } from '@headwater/kafka'
import { isEndMark } from './end-mark.ts'

/** The values that Kafka's own Java consumer finds in a topic with `read_committed`, up to where nothing more comes. */
export async function javaCommittedValues(
  bootstrapServers: string,
  topic: string,
): Promise<readonly string[]> {
  const { java, libFolder } = await fetchKafkaJars()
  const jvm = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=OFF']
  const program = ['-cp', join(libFolder, '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer']
  const where = ['--bootstrap-server', bootstrapServers, '--topic', topic, '--from-beginning']
  const how = ['--isolation-level', 'read_committed', '--timeout-ms', '8000']
  const { code, output } = await runToEnd(java, [...jvm, ...program, ...where, ...how])
  const lines = output.split('\n').map((line) => line.trim())
  // It ends by its timeout, and says so; what it printed before counts.
  if (code !== 0 && !lines.some((line) => line.startsWith('Processed a total of')))
    throw new Error(`the Java consumer ended with ${code}. It said:\n${output.slice(-2000)}`)
  return lines.filter((line) => /^[\w.-]+$/.test(line) && !isEndMark(line))
}
