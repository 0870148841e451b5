import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { BrokerBench } from '../src/broker/broker-bench.ts'
import { describeIdleConnections } from '../src/broker/idle-facts.ts'
import { describeSasl, describeScram } from '../src/broker/sasl-facts.ts'

describe.each([
  ['PLAIN', describeSasl],
  ['SCRAM-SHA-256', describeScram],
] as const)('the embedded Kafka with %s', (mechanism, describeFacts) => {
  let kafka: EmbeddedKafka
  let bench: BrokerBench

  beforeAll(async () => {
    kafka = await startKafka({ sasl: { mechanisms: [mechanism], users: { ada: 'secret' } } })
    bench = new BrokerBench({ name: 'embedded', brokers: [kafka.bootstrapServers], replicationFactor: 1 })
  })
  afterEach(() => bench.closeOwn())
  afterAll(async () => {
    await bench.close()
    await kafka.close()
  })

  describeFacts(() => bench)
})

describe('the embedded Kafka that cuts idle connections', () => {
  const maxIdleMs = 200
  let kafka: EmbeddedKafka
  let bench: BrokerBench

  beforeAll(async () => {
    kafka = await startKafka({ config: { 'connections.max.idle.ms': maxIdleMs } })
    bench = new BrokerBench({ name: 'embedded', brokers: [kafka.bootstrapServers], replicationFactor: 1 })
  })
  afterEach(() => bench.closeOwn())
  afterAll(async () => {
    await bench.close()
    await kafka.close()
  })

  describeIdleConnections(() => bench, maxIdleMs)
})
