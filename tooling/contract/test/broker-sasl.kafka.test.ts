import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import { afterAll, afterEach, beforeAll, describe, vi } from 'vitest'
import { BrokerBench } from '../src/broker/broker-bench.ts'
import { describeIdleConnections } from '../src/broker/idle-facts.ts'
import { describeSasl, describeScram } from '../src/broker/sasl-facts.ts'

// Brokers in Java beside the tests of other packages can take their time.
vi.setConfig({ testTimeout: 30_000 })

const possible = await canStartRealKafka()
const maxIdleMs = 2000

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible).each([
  ['PLAIN', describeSasl],
  ['SCRAM-SHA-256', describeScram],
] as const)('a real Kafka with %s', (mechanism, describeFacts) => {
  let kafka: RealKafka
  let bench: BrokerBench
  let plain: BrokerBench

  beforeAll(async () => {
    kafka = await startRealKafka({
      sasl: { mechanism, users: { ada: 'secret' } },
      // It cannot be changed while a broker runs, and a cluster of its own would be too dear.
      config: { 'connections.max.idle.ms': String(maxIdleMs) },
    })
    plain = new BrokerBench({
      name: 'real',
      brokers: kafka.bootstrapServers.split(','),
      replicationFactor: 1,
    })
    const brokers = kafka.saslBootstrapServers!.split(',')
    bench = new BrokerBench({ name: 'real', brokers, replicationFactor: 1 })
  }, 120_000)
  afterEach(() => {
    bench.closeOwn()
    plain.closeOwn()
  })
  afterAll(async () => {
    await bench?.close()
    await plain?.close()
    await kafka?.close()
  }, 60_000)

  describeFacts(() => bench)
  if (mechanism === 'PLAIN') describeIdleConnections(() => plain, maxIdleMs)
})
