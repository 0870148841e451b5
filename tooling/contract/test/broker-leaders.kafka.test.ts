import { canStartRealKafka, startRealKafka, type RealKafka } from '@headwater/kafka'
import { afterAll, beforeAll, describe, vi } from 'vitest'
import { describeLeaders, type MortalCluster } from '../src/broker/leader-facts.ts'
import { describeReplicaMoves } from '../src/broker/replica-move-facts.ts'

// Brokers in Java beside the tests of other packages can take their time.
vi.setConfig({ testTimeout: 30_000 })

const canStart = await canStartRealKafka()

// Stops two of its brokers, so the cluster that a whole run shares will not do; canStartRealKafka prints why a computer
// cannot start one.
describe.skipIf(!canStart)('three real brokers', () => {
  let kafka: RealKafka

  beforeAll(async () => {
    kafka = await startRealKafka({ nodes: 3, controller: 'own-process' })
  }, 180_000)
  afterAll(() => kafka?.close(), 60_000)

  const getCluster = (): MortalCluster => ({
    name: 'real',
    brokers: kafka.bootstrapServers.split(','),
    replicationFactor: 3,
    stop: (broker) => kafka.stop(broker),
  })
  describeReplicaMoves(getCluster)
  // Last, since it costs two brokers.
  describeLeaders(getCluster)
})
