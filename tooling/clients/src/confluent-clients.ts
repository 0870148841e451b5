import { join } from 'node:path'
import { confluentFacts } from './confluent-facts.ts'
import type { ForeignClient } from './describe-facts.ts'
import { collectSights } from './sight.ts'

const program = join(import.meta.dirname, '../python/confluent-clients.py')

/** confluent-kafka in Python, and so librdkafka. */
export function createConfluentClients(python: string): ForeignClient {
  return {
    name: 'Python confluent-kafka (librdkafka)',
    table: confluentFacts,
    run: ({ bootstrapServers, leftOut }, prefix) =>
      collectSights({
        command: python,
        args: [program, bootstrapServers, prefix, ['none', ...leftOut].join(',')],
        timeoutMs: 100_000,
      }),
  }
}
