import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeDelivery, describeKafkajsLosses, type ClusterUnderTest } from '../src/index.ts'

describe('delivery on the embedded Kafka', () => {
  let kafka: EmbeddedKafka
  let cluster: ClusterUnderTest
  let topics = 0

  beforeAll(async () => {
    kafka = await startKafka({ brokers: 3 })
    cluster = { name: 'embedded', brokers: kafka.bootstrapServers.split(','), replicationFactor: 3 }
  })
  afterAll(() => kafka.close())

  describeDelivery(
    () => cluster,
    () => `delivery-${topics++}`,
  )

  describe('plain kafkajs, for comparison', () => {
    describeKafkajsLosses(
      () => cluster,
      () => `delivery-${topics++}`,
    )
  })
})
