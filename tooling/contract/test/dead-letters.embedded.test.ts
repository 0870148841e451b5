import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import type { ClusterUnderTest } from '../src/index.ts'
import { describeDeadLetters } from '../src/dead-letter-facts.ts'

describe('dead letters on the embedded Kafka', () => {
  let kafka: EmbeddedKafka
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    kafka = await startKafka({ brokers: 3 })
    cluster = { name: 'embedded', brokers: kafka.bootstrapServers.split(','), replicationFactor: 3 }
  })
  afterAll(() => kafka.close())

  describeDeadLetters(() => cluster)
})
