import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeSerializers } from '../src/avro/describe-serializers.ts'

describe('serializers on the embedded registry', () => {
  let registry: EmbeddedRegistry

  beforeAll(async () => {
    registry = await startRegistry()
  })
  afterAll(() => registry.close())

  describeSerializers(() => registry.url)
})
