import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterAll, beforeAll, describe } from 'vitest'
import { describeRegistryClient } from '../src/registry/client-facts.ts'
import { describeRegistry } from '../src/registry/describe-registry.ts'

describe('the embedded registry', () => {
  let registry: EmbeddedRegistry
  beforeAll(async () => {
    registry = await startRegistry()
  })
  afterAll(() => registry.close())

  describeRegistry(() => registry.url)
  describeRegistryClient(() => registry.url)
})
