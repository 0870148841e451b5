import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeTransactionDelivery, type ClusterUnderTest } from '../src/index.ts'

const possible = await canStartRealKafka()

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible).each([1, 2] as const)(
  'transactions on a real Kafka with transaction.version %i',
  (transactionVersion) => {
    let kafka: RealKafka
    let cluster: ClusterUnderTest
    let names = 0

    beforeAll(async () => {
      kafka = await startRealKafka({
        transactionVersion,
        config: {
          'transaction.abort.timed.out.transaction.cleanup.interval.ms': '200',
          'group.min.session.timeout.ms': '500',
          'group.initial.rebalance.delay.ms': '0',
        },
      })
      cluster = { name: 'real', brokers: kafka.bootstrapServers.split(','), replicationFactor: 1 }
    }, 120_000)
    afterAll(() => kafka?.close(), 60_000)

    describeTransactionDelivery(
      () => cluster,
      () => `transactions-${names++}`,
    )
  },
)
