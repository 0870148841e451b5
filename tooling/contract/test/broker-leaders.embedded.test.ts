import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeLeaders, type MortalCluster } from '../src/broker/leader-facts.ts'
import { describeReplicaMoves } from '../src/broker/replica-move-facts.ts'

describe('three embedded brokers', () => {
  let kafka: EmbeddedKafka

  beforeAll(async () => {
    kafka = await startKafka({
      brokers: 3,
      config: { 'min.insync.replicas': 2, 'offsets.topic.num.partitions': 4 },
    })
  })
  afterAll(() => kafka?.close())

  const getCluster = (): MortalCluster => ({
    name: 'embedded',
    brokers: kafka.bootstrapServers.split(','),
    replicationFactor: 3,
    stop: (broker) => kafka.broker(broker).stop(),
  })
  describeReplicaMoves(getCluster)
  // Last, since it costs two brokers.
  describeLeaders(getCluster)
})
