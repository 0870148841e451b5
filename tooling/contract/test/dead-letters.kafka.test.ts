import { testKafka } from '@headwater/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { beforeAll, describe } from 'vitest'
import type { ClusterUnderTest } from '../src/index.ts'
import { describeDeadLetters } from '../src/dead-letter-facts.ts'

const bootstrap = testKafka()

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(bootstrap === undefined)('dead letters on a real Kafka', () => {
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    const admin = new Kafka({ brokers: bootstrap!.split(','), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    await admin.disconnect()
    cluster = {
      name: 'real',
      brokers: brokers.map(({ host, port }) => `${host}:${port}`),
      replicationFactor: Math.min(3, brokers.length),
    }
  })

  describeDeadLetters(() => cluster)
})
