import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRegistry, type Registry } from '../src/index.ts'

const record = (name: string, ...fields: readonly object[]): object => ({
  type: 'record',
  name,
  namespace: 'shop',
  fields,
})
const order = record('Order', { name: 'id', type: 'string' })
const next = record('Order', { name: 'id', type: 'string' }, { name: 'note', type: 'string', default: '' })
const breaking = record('Order', { name: 'id', type: 'int' })
const address = record('Address', { name: 'city', type: 'string' })
const shipment = record('Shipment', { name: 'to', type: 'Address' })
const references = [{ name: 'shop.Address', subject: 'address', version: 1 }]

let server: EmbeddedRegistry
let registry: Registry
beforeEach(async () => {
  server = await startRegistry()
  registry = createRegistry({ url: server.url, retryBackoffMs: 1 })
})
afterEach(() => server.close())

const setLevel = async (path: string, compatibility: string): Promise<void> => {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ compatibility })
  expect((await fetch(server.url + path, { method: 'PUT', headers, body })).status).toBe(200)
}
const writes = (): number => server.journal.count('POST /subjects/*/versions')

describe('Registry, asked without changing anything', () => {
  it('lists subjects and their versions', async () => {
    expect(await registry.subjects()).toEqual([])
    await registry.register('b', { schema: order })
    await registry.register('a b/c', { schema: order })
    await registry.register('b', { schema: next })
    expect((await registry.subjects()).toSorted()).toEqual(['a b/c', 'b'])
    expect(await registry.versions('b')).toEqual([1, 2])
    expect(await registry.versions('a b/c')).toEqual([1])
    await expect(registry.versions('nobody')).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
      errorCode: 40401,
    })
  })

  it('gives a version with its id and what it refers to, once for all who ask', async () => {
    await registry.register('address', { schema: address })
    const id = await registry.register('shipment', { schema: shipment, references })
    server.journal.clear()
    const found = await Promise.all(Array.from({ length: 20 }, () => registry.version('shipment', 1)))
    expect(found[19]).toEqual({
      subject: 'shipment',
      version: 1,
      id,
      schemaType: 'AVRO',
      schema: JSON.stringify(shipment),
      references,
      dependencies: [JSON.stringify(address)],
    })
    await registry.version('address', 1)
    await registry.resolveReferences(references)
    expect(server.journal.entries().map(({ url }) => url)).toEqual([
      '/subjects/shipment/versions/1',
      '/subjects/address/versions/1',
    ])
    await expect(registry.version('shipment', 9)).rejects.toMatchObject({ errorCode: 40402 })
  })

  // The answer that was under way was given to those who asked after the registration, and kept for a minute.
  it('gives who asks after a registration nothing that was asked before', async () => {
    const held = Promise.withResolvers<void>()
    const isRead = Promise.withResolvers<void>()
    let isFirst = true
    const slow = createRegistry({
      url: server.url,
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (!isFirst || !(input as string).endsWith('/latest')) return response
        isFirst = false
        isRead.resolve()
        await held.promise
        return response
      },
    })
    await slow.register('a', { schema: order })
    const before = slow.latest('a')
    await isRead.promise
    await slow.register('a', { schema: next })
    expect((await slow.latest('a')).version).toBe(2)
    held.resolve()
    expect((await before).version).toBe(1)
    expect((await slow.latest('a')).version).toBe(2)
  })

  it('remembers no more than it is told to, and an unknown id no longer', async () => {
    const small = createRegistry({ url: server.url, maxCachedSchemas: 1, unknownIdTtlMs: 0 })
    await small.register('a', { schema: order })
    await small.register('a', { schema: next })
    for (const version of [1, 1, 2, 1]) await small.version('a', version)
    for (const id of [1, 1, 2, 1]) await small.schemaById(id)
    expect(server.journal.count('GET /subjects/a/versions/*')).toBe(3)
    expect(server.journal.count('GET /schemas/ids/*')).toBe(3)
    for (let times = 2; times > 0; times--)
      await expect(small.schemaById(99)).rejects.toMatchObject({ status: 404 })
    expect(server.journal.count('GET /schemas/ids/*')).toBe(5)
  })

  it('finds a schema where it stands, and nothing where it does not', async () => {
    const id = await registry.register('a', { schema: order })
    await registry.register('address', { schema: address })
    await registry.register('s', { schema: shipment, references })
    const before = writes()
    expect(await registry.find('a', { schema: order })).toEqual({ id, version: 1 })
    expect(await registry.find('s', { schema: shipment, references })).toMatchObject({ version: 1 })
    expect(await registry.find('a', { schema: next })).toBeUndefined()
    expect(await registry.find('nobody', { schema: order })).toBeUndefined()
    expect(writes()).toBe(before)
    await registry.register('a', { schema: next })
    expect(await registry.find('a', { schema: next })).toMatchObject({ version: 2 })
  })

  it('does not take a 404 of something else for "it is not there"', async () => {
    server.faults.on('POST /subjects/a').replyHtml(404)
    await expect(registry.find('a', { schema: order })).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' })
  })

  it('says which compatibility level is in force, and whose it is', async () => {
    await registry.register('a', { schema: order })
    expect(await registry.compatibilityLevel()).toEqual({ level: 'BACKWARD', scope: 'global' })
    expect(await registry.compatibilityLevel('a')).toEqual({ level: 'BACKWARD', scope: 'global' })
    await setLevel('/config/a', 'FULL_TRANSITIVE')
    await setLevel('/config', 'NONE')
    expect(await registry.compatibilityLevel('a')).toEqual({ level: 'FULL_TRANSITIVE', scope: 'subject' })
    expect(await registry.compatibilityLevel('nobody')).toEqual({ level: 'NONE', scope: 'global' })
    server.faults.on('GET /config').replyRaw({ status: 200, body: '{"compatibilityLevel":"SOMETIMES"}' })
    await expect(registry.compatibilityLevel()).rejects.toMatchObject({ code: 'REGISTRY_BAD_ANSWER' })
  })

  it('takes NONE at its word, but for a registry that says so of every subject without a level', async () => {
    await setLevel('/config/a', 'NONE')
    expect(await registry.compatibilityLevel('a')).toEqual({ level: 'NONE', scope: 'subject' })
    await using apicurio = await startRegistry({ dialect: 'apicurio' })
    const other = createRegistry({ url: apicurio.url })
    await other.register('a', { schema: order })
    expect(await other.compatibilityLevel('a')).toEqual({ level: 'BACKWARD', scope: 'global' })
  })

  it('asks what registering would say: of one version, of the latest, of all that count', async () => {
    await registry.register('a', { schema: breaking })
    await setLevel('/config/a', 'NONE')
    await registry.register('a', { schema: order })
    await setLevel('/config/a', 'BACKWARD_TRANSITIVE')
    const before = writes()
    const ask = async (version?: number | 'latest' | 'all'): Promise<boolean> =>
      (await registry.checkCompatibility('a', { schema: next }, { version })).compatible
    expect(await ask()).toBe(true)
    expect(await ask('latest')).toBe(true)
    expect(await ask(1)).toBe(false)
    expect(await ask('all')).toBe(false)
    const verdict = await registry.checkCompatibility('a', { schema: next }, { version: 'all' })
    expect(verdict.messages.join(' ')).toContain('TYPE_MISMATCH')
    expect(await registry.checkCompatibility('new', { schema: next }, { version: 'all' })).toEqual({
      compatible: true,
      messages: [],
    })
    expect(writes()).toBe(before)
  })

  it('takes the 40401 of an unknown subject for "nothing to compare with", of all versions alone', async () => {
    const unknown = { error_code: 40401, message: 'No artifact' }
    server.faults.on('POST /compatibility/subjects/*/versions').reply(404, unknown)
    server.faults.on('POST /compatibility/subjects/*/versions/*').reply(404, unknown)
    const verdict = await registry.checkCompatibility('new', { schema: order }, { version: 'all' })
    expect(verdict).toEqual({ compatible: true, messages: [] })
    await expect(registry.checkCompatibility('new', { schema: order }, { version: 1 })).rejects.toMatchObject(
      { code: 'REGISTRY_NOT_FOUND' },
    )
  })

  it.each([
    ['subjects', '{"subjects":[]}'],
    ['subjects', '[1]'],
    ['versions', '["1"]'],
    ['versions', '[0]'],
  ] as const)('takes %s of another shape for a bad answer: %s', async (what, body) => {
    server.faults.on(what === 'subjects' ? 'GET /subjects' : 'GET /subjects/*/versions').replyRaw({
      status: 200,
      body,
    })
    const call = what === 'subjects' ? registry.subjects() : registry.versions('a')
    await expect(call).rejects.toMatchObject({ code: 'REGISTRY_BAD_ANSWER' })
  })
})
