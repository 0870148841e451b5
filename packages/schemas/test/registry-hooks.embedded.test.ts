import { silentLogger } from '@headwater/base'
import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createRegistry,
  type RegistryHooks,
  type RegistryRequest,
  type RegistryResult,
} from '../src/index.ts'

const order = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] }

let server: EmbeddedRegistry
beforeEach(async () => {
  server = await startRegistry()
})
afterEach(() => server.close())

describe('RegistryHooks', () => {
  it('see each request with its operation, attempt and end, and nothing of what is remembered', async () => {
    const requests: RegistryRequest[] = []
    const results: RegistryResult[] = []
    const registry = createRegistry({
      url: server.url,
      retryBackoffMs: 1,
      hooks: { onRequest: (seen) => void requests.push(seen), onResult: (seen) => void results.push(seen) },
    })
    server.faults.on('POST /subjects/*/versions').reply(503)
    const id = await registry.register('a', { schema: order })
    await registry.schemaById(id)
    await registry.schemaById(id)
    await registry.schemaById(99).catch(() => undefined)
    expect(requests.map(({ operation, attempt }) => [operation, attempt])).toEqual([
      ['register', 1],
      ['register', 2],
      ['schema-by-id', 1],
      ['schema-by-id', 1],
    ])
    expect(results).toEqual([
      expect.objectContaining({
        operation: 'register',
        server: server.url,
        attempt: 1,
        status: 503,
        error: expect.objectContaining({ code: 'REGISTRY_UNAVAILABLE' }) as unknown,
        retryInMs: expect.any(Number) as unknown,
        durationMs: expect.any(Number) as unknown,
      }),
      expect.objectContaining({ attempt: 2, status: 200, error: undefined, retryInMs: undefined }),
      expect.objectContaining({ operation: 'schema-by-id', status: 200 }),
      expect.objectContaining({
        status: 404,
        error: expect.objectContaining({ code: 'REGISTRY_NOT_FOUND' }) as unknown,
        retryInMs: undefined,
      }),
    ])
  })

  it('name every operation by a word of its own', async () => {
    const seen = new Set<string>()
    const registry = createRegistry({
      url: server.url,
      hooks: { onRequest: ({ operation }) => void seen.add(operation) },
    })
    await registry.register('a', { schema: order })
    await registry.idOf('a', { schema: order })
    await registry.latest('a')
    await registry.version('a', 1)
    await registry.versions('a')
    await registry.subjects()
    await registry.schemaById(1)
    await registry.compatibilityLevel('a')
    await registry.checkCompatibility('a', { schema: order })
    expect([...seen].toSorted()).toEqual([
      'compatibility',
      'latest',
      'level',
      'list-subjects',
      'list-versions',
      'lookup',
      'register',
      'schema-by-id',
      'version',
    ])
  })

  it('never break a call, and are logged once each', async () => {
    const logged: unknown[] = []
    const others: string[] = []
    const throwing: RegistryHooks = {
      onRequest: () => {
        throw new Error('hook')
      },
      onResult: (() => Promise.reject(new Error('hook'))) as () => void,
    }
    const registry = createRegistry({
      url: server.url,
      hooks: [throwing, { onRequest: ({ operation }) => void others.push(operation) }],
      logger: { ...silentLogger, error: (fields) => void logged.push(fields['err']) },
    })
    await registry.subjects()
    await registry.subjects()
    expect(others).toEqual(['list-subjects', 'list-subjects'])
    expect(logged).toHaveLength(1)
  })
})
