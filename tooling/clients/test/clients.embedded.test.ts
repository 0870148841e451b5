import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeClients } from '../src/describe-clients.ts'
import { readLeftOut } from '../src/left-out.ts'

describe.each([
  { brokers: 1, name: 'embedded' as const },
  { brokers: 3, name: 'embedded, 3 brokers' as const },
])('$name', ({ brokers, name }) => {
  let kafka: EmbeddedKafka

  beforeAll(async () => {
    // As tooling/kafka sets up the real one, and Kafka's own default where a test's is quicker.
    kafka = await startKafka({
      brokers,
      config: {
        'min.insync.replicas': Math.min(2, brokers),
        'offsets.topic.num.partitions': 4,
        'group.min.session.timeout.ms': 6000,
      },
    })
  })
  afterAll(() => kafka.close())

  describeClients(() => ({ name, bootstrapServers: kafka.bootstrapServers, leftOut: readLeftOut() }), name)
})
