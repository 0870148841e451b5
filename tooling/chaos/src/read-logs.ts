import { fetchKafkaJars, runToEnd } from '@headwater/kafka'
import { join } from 'node:path'

const program = join(import.meta.dirname, '..', 'java', 'LogReader.java')

/**
 * Reads whole topics with Kafka's own Java consumer, which has nothing in common with any client under test, and resolves
 * with a file for each: lines of `partition offset key number`, each partition in offset order.
 *
 * @throws Error with what the program said, when it cannot read a topic to its end
 */
export async function readLogs(
  bootstrapServers: string,
  topics: readonly string[],
  folder: string,
  isolation: 'read_committed' | 'read_uncommitted',
): Promise<ReadonlyMap<string, string>> {
  const { java, libFolder } = await fetchKafkaJars()
  const jvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dlog4j2.level=ERROR']
  const { code, output } = await runToEnd(java, [
    ...jvm,
    '-cp',
    join(libFolder, '*'),
    program,
    bootstrapServers,
    isolation,
    folder,
    ...topics,
  ])
  if (code !== 0)
    throw new Error(`The log reader ended with ${code}. It said:\n${output.trim().slice(-4000)}`)
  return new Map(topics.map((topic) => [topic, join(folder, `${topic}.log`)]))
}
