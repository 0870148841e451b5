import { canStartRealRegistry, startRealRegistry, type RealRegistry } from '@headwater/registry-server'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeSerializers } from '../src/avro/describe-serializers.ts'

const here = await canStartRealRegistry()

// Without a real registry there is nothing to ask; the line printed above says why there is none.
describe.skipIf(!here)('serializers on a real registry', () => {
  let registry: RealRegistry

  // The first time everything is fetched.
  beforeAll(async () => {
    registry = await startRealRegistry()
  }, 300_000)
  afterAll(() => registry.close())

  describeSerializers(() => registry.url)
})
