import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import type { ClusterUnderTest } from '../src/index.ts'
import { describeOutcomes } from '../src/outcome-facts.ts'

describe('how a record ends on the embedded Kafka', () => {
  let kafka: EmbeddedKafka
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    kafka = await startKafka({ brokers: 3 })
    cluster = { name: 'embedded', brokers: kafka.bootstrapServers.split(','), replicationFactor: 3 }
  })
  afterAll(() => kafka.close())

  describeOutcomes(() => cluster)
})
