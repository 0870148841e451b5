import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeTransactionDelivery, type ClusterUnderTest } from '../src/index.ts'

describe('transactions on the embedded Kafka', () => {
  let kafka: EmbeddedKafka
  let cluster: ClusterUnderTest
  let names = 0

  beforeAll(async () => {
    kafka = await startKafka({
      brokers: 3,
      config: { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': 100 },
    })
    cluster = { name: 'embedded', brokers: kafka.bootstrapServers.split(','), replicationFactor: 3 }
  })
  afterAll(() => kafka.close())

  describeTransactionDelivery(
    () => cluster,
    () => `transactions-${names++}`,
  )
})
