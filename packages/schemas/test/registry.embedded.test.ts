import { ManualClock, systemClock } from '@headwater/base'
import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRegistry, type Registry, type RegistryOptions } from '../src/index.ts'

const order = { type: 'record', name: 'Order', namespace: 'shop', fields: [{ name: 'id', type: 'string' }] }
const breaking = { ...order, fields: [{ name: 'id', type: 'int' }] }
const address = {
  type: 'record',
  name: 'Address',
  namespace: 'shop',
  fields: [{ name: 'city', type: 'string' }],
}
const shipment = {
  type: 'record',
  name: 'Shipment',
  namespace: 'shop',
  fields: [{ name: 'to', type: 'Address' }],
}
const references = [{ name: 'shop.Address', subject: 'address', version: 1 }]

let server: EmbeddedRegistry
beforeEach(async () => {
  server = await startRegistry()
})
afterEach(() => server.close())

const connect = (options: Partial<RegistryOptions> = {}): Registry =>
  createRegistry({ url: server.url, retryBackoffMs: 1, ...options })
const versions = 'POST /subjects/*/versions'

describe('createRegistry', () => {
  it('registers once, however often and however many ask', async () => {
    const registry = connect()
    const ids = await Promise.all(
      Array.from({ length: 100 }, () => registry.register('orders-value', { schema: order })),
    )
    expect(new Set(ids)).toEqual(new Set([1]))
    await registry.register('orders-value', { schema: order })
    expect(server.journal.count()).toBe(1)
  })

  it('never asks for or changes a compatibility level', async () => {
    const registry = connect()
    await registry.register('a', { schema: order })
    await registry.idOf('a', { schema: order })
    await registry.latest('a')
    await registry.schemaById(1)
    expect(server.journal.entries().filter(({ url }) => url.includes('config'))).toEqual([])
  })

  it('fetches a schema and everything it refers to once for a hundred callers', async () => {
    const setup = connect()
    await setup.register('address', { schema: address })
    const id = await setup.register('shipment', { schema: shipment, references })
    expect(await setup.idOf('shipment', { schema: shipment, references })).toBe(id)
    server.journal.clear()
    const registry = connect()
    const found = await Promise.all(Array.from({ length: 100 }, () => registry.schemaById(id)))
    expect(found[99]).toEqual({
      id,
      schemaType: 'AVRO',
      schema: JSON.stringify(shipment),
      references,
      dependencies: [JSON.stringify(address)],
    })
    expect(server.journal.entries().map(({ url }) => url)).toEqual([
      `/schemas/ids/${id}`,
      '/subjects/address/versions/1',
    ])
  })

  it('remembers the latest version for its time and forgets it on a registration of its own', async () => {
    const clock = new ManualClock()
    const registry = connect({
      clock: { ...systemClock, monotonic: () => clock.monotonic() },
      latestTtlMs: 60_000,
      timeoutMs: 1e9,
    })
    await registry.register('a', { schema: order })
    await Promise.all([registry.latest('a'), registry.latest('a')])
    await registry.latest('a')
    expect(server.journal.count('GET /subjects/a/versions/latest')).toBe(1)
    clock.advance(60_001)
    await registry.latest('a')
    expect(server.journal.count('GET /subjects/a/versions/latest')).toBe(2)
    const next = { ...order, fields: [...order.fields, { name: 'note', type: 'string', default: '' }] }
    await registry.register('a', { schema: next })
    expect(await registry.latest('a')).toMatchObject({
      subject: 'a',
      version: 2,
      id: 2,
      schema: JSON.stringify(next),
    })
  })

  it('does not ask again at once for an id that the registry does not know, but later', async () => {
    const clock = new ManualClock()
    const registry = connect({
      clock: { ...systemClock, monotonic: () => clock.monotonic() },
      timeoutMs: 1e9,
    })
    for (let i = 0; i < 5; i++) {
      await expect(registry.schemaById(1)).rejects.toMatchObject({
        code: 'REGISTRY_NOT_FOUND',
        status: 404,
        errorCode: 40403,
      })
    }
    expect(server.journal.count()).toBe(1)
    await connect().register('a', { schema: order })
    clock.advance(5_001)
    expect((await registry.schemaById(1)).schemaType).toBe('AVRO')
  })

  it('says incompatible, invalid, not found and unauthorized apart, with status and code', async () => {
    const registry = connect()
    await registry.register('a', { schema: order })
    await expect(registry.register('a', { schema: breaking })).rejects.toMatchObject({
      name: 'RegistryError',
      code: 'REGISTRY_INCOMPATIBLE',
      retriable: false,
      status: 409,
      errorCode: 409,
      message: expect.stringContaining('TYPE_MISMATCH'),
    })
    await expect(registry.register('a', { schema: '"nope"' })).rejects.toMatchObject({
      code: 'REGISTRY_INVALID_SCHEMA',
      errorCode: 42201,
    })
    await expect(registry.latest('b')).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND', errorCode: 40401 })
    server.faults.on('GET /subjects/*/versions/*').reply(401, { error_code: 401, message: 'Unauthorized' })
    await expect(registry.latest('b')).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      status: 401,
      retriable: false,
    })
    await expect(registry.register('__EMPTY', { schema: order })).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      errorCode: 42208,
    })
    expect(server.journal.count()).toBe(6)
  })

  it('repeats a registration after 500, a cut connection, a lost response and 429', async () => {
    const registry = connect()
    server.faults.on(versions).reply(500)
    server.faults.on(versions).dropConnection()
    server.faults.on(versions).loseResponse()
    server.faults.on(versions).reply(429)
    expect(await registry.register('a', { schema: order })).toBe(1)
    server.faults.assertSpent()
    expect((await registry.latest('a')).version).toBe(1)
  })

  it('gives up after its repetitions with what the last answer said', async () => {
    server.faults.on(versions).reply(503, { error_code: 50003, message: 'leader unknown' }).times(3)
    await expect(connect({ retries: 2 }).register('a', { schema: order })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      status: 503,
      errorCode: 50003,
      retriable: true,
      message: expect.stringContaining('leader unknown'),
    })
    expect(server.journal.count()).toBe(3)
  })

  it('waits as long as Retry-After says, and not at all where the deadline is sooner', async () => {
    server.faults.on(versions).reply(429, undefined, { 'retry-after': '1' })
    const started = performance.now()
    expect(await connect().register('a', { schema: order })).toBe(1)
    expect(performance.now() - started).toBeGreaterThan(990)
    server.faults.on(versions).reply(429, undefined, { 'retry-after': '60' })
    await expect(connect().register('b', { schema: order })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      status: 429,
    })
  })

  it('ends within its deadline when the registry is silent, and repeats an attempt that is', async () => {
    server.faults.on('GET /schemas/ids/1').hang().times(3)
    const started = performance.now()
    await expect(
      connect({ timeoutMs: 200, attemptTimeoutMs: 70, retries: 9 }).schemaById(1),
    ).rejects.toMatchObject({
      code: 'REGISTRY_TIMEOUT',
      status: undefined,
      retriable: true,
    })
    expect(performance.now() - started).toBeLessThan(1_000)
    server.faults.clear()
    server.faults.on(versions).hang()
    expect(await connect({ attemptTimeoutMs: 50 }).register('a', { schema: order })).toBe(1)
  })

  it('counts a body that never ends as silence', async () => {
    server.faults.on('GET /schemas/ids/1').delay(400)
    await expect(connect({ timeoutMs: 60 }).schemaById(1)).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' })
  })

  it.each([
    ['a page', '<html>hello</html>'],
    ['a torn body', '{"schema":"\\"in'],
    ['an empty body', ''],
    ['another shape', '{"schemas":[]}'],
    ['references of another shape', '{"schema":"\\"int\\"","references":[{}]}'],
    ['null', 'null'],
  ])('takes 200 with %s for a bad answer, once', async (_, body) => {
    server.faults.on('GET /schemas/ids/1').replyRaw({ status: 200, body })
    await expect(connect().schemaById(1)).rejects.toMatchObject({ code: 'REGISTRY_BAD_ANSWER', status: 200 })
    expect(server.journal.count()).toBe(1)
  })

  it('takes ids that the wire format cannot carry for a bad answer', async () => {
    for (const id of ['"7"', '2147483648', '-1', '1.5', 'null']) {
      server.faults.on(versions).replyRaw({ status: 200, body: `{"id":${id}}` })
      await expect(connect().register('a', { schema: order })).rejects.toMatchObject({
        code: 'REGISTRY_BAD_ANSWER',
      })
    }
  })

  it('survives a proxy page and an error without a code', async () => {
    server.faults.on(versions).replyHtml(502)
    expect(await connect().register('a', { schema: order })).toBe(1)
    server.faults.on('GET /schemas/ids/1').replyRaw({ status: 404, body: '' })
    await expect(connect().schemaById(1)).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
      status: 404,
      errorCode: undefined,
    })
  })

  it('calls a registry that is not there unreachable, and never a 400', async () => {
    const registry = connect({ retries: 1 })
    await server.close()
    await expect(registry.schemaById(1)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      status: undefined,
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('lets one caller give up while the others get their answer', async () => {
    const registry = connect()
    await registry.register('a', { schema: order })
    server.faults.on('GET /schemas/ids/1').delay(50)
    const controller = new AbortController()
    const [hasty, patient] = [registry.schemaById(1, { signal: controller.signal }), registry.schemaById(1)]
    controller.abort()
    await expect(hasty).rejects.toMatchObject({ code: 'REGISTRY_ABORTED' })
    expect((await patient).id).toBe(1)
  })

  it('asks for compatibility without registering', async () => {
    const registry = connect()
    await registry.register('a', { schema: order })
    expect(await registry.checkCompatibility('a', { schema: order })).toEqual({
      compatible: true,
      messages: [],
    })
    const verdict = await registry.checkCompatibility('a', { schema: breaking }, { version: 1 })
    expect(verdict).toMatchObject({
      compatible: false,
      messages: expect.arrayContaining([expect.stringContaining('TYPE_MISMATCH')]),
    })
    expect((await registry.latest('a')).version).toBe(1)
  })

  it('authenticates with a password, a token or the credentials of the address, and shows none of them', async () => {
    await using locked = await startRegistry({ auth: { username: 'u', password: 'se/cret' } })
    const withPassword = createRegistry({ url: locked.url, auth: { username: 'u', password: 'se/cret' } })
    expect(await withPassword.register('a', { schema: order })).toBe(1)
    const address = createRegistry({ url: locked.url.replace('//', '//u:se%2Fcret@') })
    expect(address.url).toBe(locked.url)
    expect(await address.register('a', { schema: order })).toBe(1)
    const token = createRegistry({ url: locked.url, auth: { token: () => Promise.resolve('t0ken') } })
    const refused = await token.schemaById(1).catch((error: unknown) => error as Error)
    expect(refused).toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' })
    expect((refused as Error).message).not.toContain('t0ken')
  })

  it('takes credentials of any letters, and a password without a name', async () => {
    const auth = { username: 'jürgen', password: 'па:роль/%🙂' }
    await using locked = await startRegistry({ auth })
    expect(await createRegistry({ url: locked.url, auth }).subjects()).toEqual([])
    await using nameless = await startRegistry({ auth: { username: '', password: 'p' } })
    expect(await createRegistry({ url: nameless.url.replace('//', '//:p@') }).subjects()).toEqual([])
  })

  // `register('.')` looked the schema up in a subject named "versions", and gave its id.
  it.each(['', '.', '..', '\ud800'])(
    'asks nothing about the subject %j, which no address can contain',
    async (name) => {
      const registry = connect()
      const input = { schema: order }
      await registry.register('versions', input)
      server.journal.clear()
      for (const ask of [
        () => registry.register(name, input),
        () => registry.idOf(name, input),
        () => registry.find(name, input),
        () => registry.latest(name),
        () => registry.version(name, 1),
        () => registry.versions(name),
        () => registry.compatibilityLevel(name),
        () => registry.checkCompatibility(name, input),
      ]) {
        await expect(ask()).rejects.toMatchObject({ name: 'RegistryError', code: 'REGISTRY_REFUSED' })
      }
      expect(server.journal.count()).toBe(0)
    },
  )

  it.each(['a/b', 'a%2Fb', 'a b', ':.ctx:a', '%', 'a?b#c', '../x', 'ü🙂'])(
    'finds the subject %j again as it was named',
    async (name) => {
      const registry = connect()
      await registry.register(name, { schema: order })
      expect(await registry.subjects()).toEqual([name])
      expect((await registry.latest(name)).subject).toBe(name)
    },
  )

  it('has a csr client on the same server that leaves other clients alone', async () => {
    const registry = connect()
    const id = await registry.register('a', { schema: order })
    const csr = await registry.csr()
    expect(await registry.csr()).toBe(csr)
    expect({ ...(await csr.decode(await csr.encode(id, { id: 'x' }))) }).toEqual({ id: 'x' })
  })

  it('keeps a base path and drops a slash at its end', async () => {
    const seen: string[] = []
    const fetch: typeof globalThis.fetch = (input) => {
      seen.push(input instanceof Request ? input.url : input.toString())
      return Promise.resolve(new Response('{"id":3}'))
    }
    const registry = createRegistry({ url: 'http://localhost:1/apis/ccompat/v7/', fetch })
    expect(await registry.register('a b/c', { schema: order })).toBe(3)
    expect(seen).toEqual(['http://localhost:1/apis/ccompat/v7/subjects/a%20b%2Fc/versions'])
  })

  it.each([
    { url: 'localhost:8081' },
    { url: 'nonsense' },
    { url: undefined as never },
    { url: [undefined as never] },
    // Dropped without a word, and every request was a 401.
    { url: 'http://x/?apikey=1' },
    { url: 'http://x/#v7' },
    { url: 'http://a%3Ab:c@x' },
    { url: 'http://x', auth: {} as never },
    { url: 'http://x', auth: { token: undefined as never } },
    { url: 'http://x', auth: { username: undefined as never, password: 'p' } },
    // Was the password "undefined".
    { url: 'http://x', auth: { username: 'u', password: undefined as never } },
    { url: 'http://x', timeoutMs: 0 },
    { url: 'http://x', retries: -1 },
    { url: 'http://x', maxCachedSchemas: Number.NaN },
  ])('refuses %j at construction', (options) => {
    expect(() => createRegistry(options)).toThrow(
      expect.objectContaining({ code: 'REGISTRY_OPTIONS_INVALID' }),
    )
  })
})
