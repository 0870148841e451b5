import { readFile } from 'node:fs/promises'
import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import { createProducer } from '@headwater/producer'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { BrokerBench } from '../src/broker/broker-bench.ts'
import { describeBroker } from '../src/broker/describe-broker.ts'
import { compareWithLog, readTopic, type ClusterUnderTest } from '../src/index.ts'

// Brokers in Java beside the tests of other packages can take their time.
vi.setConfig({ testTimeout: 30_000 })

const possible = await canStartRealKafka()
const user = { username: 'ada', password: 'secret' }

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(!possible)('three real brokers with SASL over TLS', () => {
  let kafka: RealKafka
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    kafka = await startRealKafka({
      nodes: 3,
      sasl: { mechanism: 'PLAIN', users: { [user.username]: user.password }, tls: true },
    })
    const ca = await readFile(kafka.certificateFile!, 'utf8')
    const brokers = kafka.saslBootstrapServers!.split(',')
    cluster = { name: 'real', brokers, replicationFactor: 3, login: { ca, ...user } }
  }, 120_000)
  afterAll(() => kafka?.close(), 60_000)

  describeBroker(() => cluster)

  describe('the producer', () => {
    it('delivers once and in order over connections with SASL and TLS', async () => {
      const { brokers } = cluster
      const bench = new BrokerBench(cluster)
      const { name: topic } = await bench.topic({ partitions: 3 })
      await bench.close()
      await using producer = createProducer({
        connection: { brokers, tls: { ca: cluster.login!.ca }, sasl: { mechanism: 'plain', ...user } },
      })
      const acknowledged = await Promise.all(
        Array.from({ length: 1000 }, async (_, number) => {
          const key = `k${number % 10}`
          const id = `${key}/${number}`
          const { partition, offset } = await producer.send({ topic, key, value: id })
          return { id, key, partition, offset }
        }),
      )
      // The plain listener of the same brokers, so that who reads shares nothing with who wrote.
      expect(compareWithLog(acknowledged, await readTopic(kafka.bootstrapServers.split(','), topic))).toEqual(
        {
          acknowledged: 1000,
          stored: 1000,
          lost: 0,
          duplicated: 0,
          reordered: 0,
          misplaced: 0,
        },
      )
    })

    it('does not connect to brokers whose certificate it does not trust', async () => {
      await using producer = createProducer({
        connection: { brokers: cluster.brokers, tls: true, sasl: { mechanism: 'plain', ...user } },
      })
      await expect(producer.ready({ timeoutMs: 1000 })).rejects.toThrow(/certificate/u)
    })
  })
})
