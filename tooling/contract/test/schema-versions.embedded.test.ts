import { startKafka, type EmbeddedKafka } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import type { ClusterUnderTest } from '../src/index.ts'
import { describeSchemaVersions } from '../src/schema-version-facts.ts'

describe('versions of a schema on the embedded Kafka and registry', () => {
  let kafka: EmbeddedKafka
  let cluster: ClusterUnderTest

  beforeAll(async () => {
    kafka = await startKafka({ registry: true })
    cluster = { name: 'embedded', brokers: kafka.bootstrapServers.split(','), replicationFactor: 1 }
  })
  afterAll(() => kafka.close())

  describeSchemaVersions(
    () => cluster,
    () => kafka.registryUrl,
  )
})
