import { testKafka } from '@headwater/kafka'
import { canStartRealRegistry, startRealRegistry, type RealRegistry } from '@headwater/registry-server'
import { afterAll, beforeAll, describe } from 'vitest'
import type { ClusterUnderTest } from '../src/index.ts'
import { describeSchemaVersions } from '../src/schema-version-facts.ts'
import { describeSharedCluster } from '../src/shared-cluster.ts'

const bootstrap = testKafka()
const here = bootstrap !== undefined && (await canStartRealRegistry())

// Without a real Kafka and a real registry there is nothing to hold it to; the lines printed above say what is missing.
describe.skipIf(!here)('versions of a schema on a real Kafka and a real registry', () => {
  let registry: RealRegistry
  let cluster: ClusterUnderTest

  // The first time everything is fetched.
  beforeAll(async () => {
    registry = await startRealRegistry()
    cluster = await describeSharedCluster(bootstrap!)
  }, 300_000)
  afterAll(() => registry.close())

  describeSchemaVersions(
    () => cluster,
    () => registry.url,
  )
})
