import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeClients } from '../src/describe-clients.ts'
import { readLeftOut } from '../src/left-out.ts'

describe('the embedded Kafka', () => {
  let kafka: EmbeddedKafka

  beforeAll(async () => {
    // As tooling/kafka sets up the real one, and Kafka's own default where a test's is quicker.
    kafka = await startKafka({
      config: { 'offsets.topic.num.partitions': 4, 'group.min.session.timeout.ms': 6000 },
    })
  })
  afterAll(() => kafka.close())

  describeClients(
    () => ({ name: 'embedded', bootstrapServers: kafka.bootstrapServers, leftOut: readLeftOut() }),
    'embedded',
  )
})
