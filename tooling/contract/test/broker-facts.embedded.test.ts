import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import type { ClusterUnderTest } from '../src/index.ts'
import { describeBroker } from '../src/broker/describe-broker.ts'
import { leftOutRequests } from './left-out-requests.ts'

describe.each([1, 3])('the embedded Kafka with %i broker(s)', (brokers) => {
  let kafka: EmbeddedKafka
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    // As tooling/kafka sets up the real one, and Kafka's own defaults where a test's are quicker.
    kafka = await startKafka({
      brokers,
      autoCreateTopics: true,
      config: {
        'min.insync.replicas': Math.min(2, brokers),
        'offsets.topic.num.partitions': 4,
        'group.min.session.timeout.ms': 6000,
      },
    })
    cluster = {
      name: 'embedded',
      brokers: kafka.bootstrapServers.split(','),
      replicationFactor: brokers,
    }
  })
  afterAll(() => kafka.close())

  describeBroker(
    () => cluster,
    (api) => leftOutRequests.has(api),
  )
})
