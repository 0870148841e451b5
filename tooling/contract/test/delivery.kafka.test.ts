import { testKafka, uniqueTopic } from '@headwater/kafka'
import { beforeAll, describe } from 'vitest'
import { describeDelivery, describeKafkajsLosses, type ClusterUnderTest } from '../src/index.ts'
import { describeSharedCluster } from '../src/shared-cluster.ts'

const bootstrap = testKafka()

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(bootstrap === undefined)('delivery on a real Kafka', () => {
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    cluster = await describeSharedCluster(bootstrap!)
  })

  describeDelivery(
    () => cluster,
    () => uniqueTopic('delivery'),
  )

  describe('plain kafkajs, for comparison', () => {
    describeKafkajsLosses(
      () => cluster,
      () => uniqueTopic('delivery'),
    )
  })
})
