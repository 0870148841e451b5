import { canStartRealRegistry, startRealRegistry, type RealRegistry } from '@headwater/registry-server'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeRegistryClient } from '../src/registry/client-facts.ts'
import { describeRegistry } from '../src/registry/describe-registry.ts'
import { apicurioDifferences } from '../src/registry/known-differences.ts'

const here = await canStartRealRegistry()

// Without a real registry there is nothing to hold them to; the line printed above says why there is none.
describe.skipIf(!here)('a real registry', () => {
  let registry: RealRegistry
  // The first time everything is fetched.
  beforeAll(async () => {
    registry = await startRealRegistry()
  }, 300_000)
  afterAll(() => registry.close())

  describeRegistry(() => registry.url, apicurioDifferences)
  describeRegistryClient(() => registry.url)
})
