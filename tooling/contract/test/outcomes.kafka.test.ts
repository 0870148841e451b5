import { testKafka } from '@headwater/kafka'
import { beforeAll, describe } from 'vitest'
import type { ClusterUnderTest } from '../src/index.ts'
import { describeOutcomes } from '../src/outcome-facts.ts'
import { describeSharedCluster } from '../src/shared-cluster.ts'

const bootstrap = testKafka()

// Without a real Kafka there is nothing to hold it to; the line printed above says why there is none.
describe.skipIf(bootstrap === undefined)('how a record ends on a real Kafka', () => {
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    cluster = await describeSharedCluster(bootstrap!)
  })

  describeOutcomes(() => cluster)
})
