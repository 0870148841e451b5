import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import { afterAll, afterEach, beforeAll, describe, vi } from 'vitest'
import { BrokerBench } from '../src/broker/broker-bench.ts'
import { describeEpochBumps } from '../src/broker/epoch-bump-facts.ts'
import { describeImplicitAdds } from '../src/broker/implicit-add-facts.ts'
import { describeTransactions } from '../src/broker/transaction-facts.ts'

// Brokers in Java beside the tests of other packages can take their time.
vi.setConfig({ testTimeout: 30_000 })

const possible = await canStartRealKafka()

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible).each([1, 2] as const)(
  'a real Kafka with transaction.version %i',
  (transactionVersion) => {
    let kafka: RealKafka
    let bench: BrokerBench

    beforeAll(async () => {
      kafka = await startRealKafka({ transactionVersion })
      bench = new BrokerBench({
        name: 'real',
        brokers: kafka.bootstrapServers.split(','),
        replicationFactor: 1,
      })
    }, 120_000)
    afterEach(() => bench.closeOwn())
    afterAll(async () => {
      await bench?.close()
      await kafka?.close()
    }, 60_000)

    describeTransactions(() => bench)
    describeImplicitAdds(() => bench)
    describeEpochBumps(() => bench)
  },
)
