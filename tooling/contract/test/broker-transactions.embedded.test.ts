import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { BrokerBench } from '../src/broker/broker-bench.ts'
import { describeEpochBumps } from '../src/broker/epoch-bump-facts.ts'
import { describeImplicitAdds } from '../src/broker/implicit-add-facts.ts'
import { describeTransactions } from '../src/broker/transaction-facts.ts'

describe.each([1, 3])('the embedded Kafka with %i broker(s)', (brokers) => {
  let kafka: EmbeddedKafka
  let bench: BrokerBench

  beforeAll(async () => {
    kafka = await startKafka({ brokers })
    const addresses = kafka.bootstrapServers.split(',')
    bench = new BrokerBench({ name: 'embedded', brokers: addresses, replicationFactor: brokers })
  })
  afterEach(() => bench.closeOwn())
  afterAll(async () => {
    await bench.close()
    await kafka.close()
  })

  describeTransactions(() => bench)
  describeImplicitAdds(() => bench)
  describeEpochBumps(() => bench)
})
