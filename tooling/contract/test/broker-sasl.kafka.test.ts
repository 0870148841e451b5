import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import { afterAll, afterEach, beforeAll, describe, vi } from 'vitest'
import { BrokerBench } from '../src/broker/broker-bench.ts'
import { describeSasl, describeScram } from '../src/broker/sasl-facts.ts'

// Brokers in Java beside the tests of other packages can take their time.
vi.setConfig({ testTimeout: 30_000 })

const possible = await canStartRealKafka()

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible).each([
  ['PLAIN', describeSasl],
  ['SCRAM-SHA-256', describeScram],
] as const)('a real Kafka with %s', (mechanism, describeFacts) => {
  let kafka: RealKafka
  let bench: BrokerBench

  beforeAll(async () => {
    kafka = await startRealKafka({ sasl: { mechanism, users: { ada: 'secret' } } })
    const brokers = kafka.saslBootstrapServers!.split(',')
    bench = new BrokerBench({ name: 'real', brokers, replicationFactor: 1 })
  }, 120_000)
  afterEach(() => bench.closeOwn())
  afterAll(async () => {
    await bench?.close()
    await kafka?.close()
  }, 60_000)

  describeFacts(() => bench)
})
