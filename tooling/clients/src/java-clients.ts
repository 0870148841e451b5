import type { ForeignClient } from './describe-facts.ts'
import type { JavaTools } from './find-clients.ts'
import { javaFacts } from './java-facts.ts'
import { collectSights } from './sight.ts'

/** A small, quick JVM; a client's complaints about errors that it was meant to get are of no interest. */
export const jvmArguments: readonly string[] = [
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xshare:auto',
  '-Xmx192m',
  '-Dlog4j2.level=OFF',
]

/** kafka-clients in Java: KafkaProducer, KafkaConsumer, Admin. */
export function createJavaClients({ java, classPath }: JavaTools): ForeignClient {
  return {
    name: 'Java kafka-clients',
    table: javaFacts,
    run: ({ bootstrapServers, leftOut }, prefix) =>
      collectSights({
        command: java,
        args: [
          ...jvmArguments,
          '-cp',
          classPath,
          'JavaClients',
          bootstrapServers,
          prefix,
          ['none', ...leftOut].join(','),
        ],
        timeoutMs: 100_000,
      }),
  }
}
