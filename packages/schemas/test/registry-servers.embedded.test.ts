import { ManualClock, systemClock } from '@headwater/base'
import { startRegistry, type EmbeddedRegistry } from '@headwater/embedded'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRegistry, type Registry, type RegistryOptions, type RegistryResult } from '../src/index.ts'

const order = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] }

let servers: EmbeddedRegistry[]
let results: RegistryResult[]
beforeEach(async () => {
  servers = await Promise.all([startRegistry(), startRegistry(), startRegistry()])
  results = []
})
afterEach(() => Promise.all(servers.map((server) => server.close())))

const connect = (options: Partial<RegistryOptions> = {}): Registry =>
  createRegistry({
    url: servers.map(({ url }) => url),
    retryBackoffMs: 1,
    retryBackoffMaxMs: 1,
    hooks: { onResult: (result) => void results.push(result) },
    ...options,
  })
/** Which servers were asked, in order. */
const asked = (): number[] => results.map(({ server }) => servers.findIndex(({ url }) => url === server))

describe('createRegistry with several URLs', () => {
  it('stays with the first while it answers', async () => {
    const registry = connect()
    await registry.subjects()
    await registry.subjects()
    expect(asked()).toEqual([0, 0])
    expect(registry.url).toBe(servers[0]!.url)
  })

  it.each([
    ['is not there', (server: EmbeddedRegistry) => server.close()],
    ['answers 503', (server: EmbeddedRegistry) => void server.faults.on('GET /subjects').reply(503)],
    ['answers 429', (server: EmbeddedRegistry) => void server.faults.on('GET /subjects').reply(429)],
    [
      'answers a page',
      (server: EmbeddedRegistry) => void server.faults.on('GET /subjects').replyHtml(200).always(),
    ],
    [
      'cuts the connection',
      (server: EmbeddedRegistry) => void server.faults.on('GET /subjects').dropConnection(),
    ],
  ])('goes to the next at once when one %s, and stays there', async (_, fail) => {
    await fail(servers[0]!)
    const registry = connect({ retries: 0 })
    await registry.subjects()
    await registry.subjects()
    expect(asked()).toEqual([0, 1, 1])
    expect(results[0]!.retryInMs).toBe(0)
  })

  it('goes to the next when one is silent', async () => {
    servers[0]!.faults.on('GET /subjects').hang()
    let timers = 0
    // Only the first attempt is short of time: the test must not depend on how fast the next server is.
    const clock = {
      ...systemClock,
      schedule: (delayMs: number, run: () => void) =>
        systemClock.schedule(++timers === 1 ? 20 : delayMs, run),
    }
    await connect({ retries: 0, clock }).subjects()
    expect(asked()).toEqual([0, 1])
    expect(results[0]!.error?.code).toBe('REGISTRY_TIMEOUT')
  })

  it('does not go on for an answer that another server would give, too', async () => {
    await expect(connect().latest('nobody')).rejects.toMatchObject({ errorCode: 40401 })
    expect(asked()).toEqual([0])
  })

  it('asks each once when pages stand in the place of all', async () => {
    for (const server of servers) server.faults.on('GET /subjects').replyHtml(200).always()
    await expect(connect({ retries: 9 }).subjects()).rejects.toMatchObject({ code: 'REGISTRY_BAD_ANSWER' })
    expect(asked()).toEqual([0, 1, 2])
  })

  it('asks each in turn, and the first again when all have failed', async () => {
    for (const server of servers) server.faults.on('GET /subjects').reply(500).times(2)
    await connect({ retries: 9, retryBackoffMs: 0 }).subjects()
    expect(asked()).toEqual([0, 1, 2, 0, 1, 2, 0])
    expect(results.slice(0, 2).map(({ retryInMs }) => retryInMs)).toEqual([0, 0])
    expect(results[6]!.retryInMs).toBeUndefined()
  })

  it('counts as repetitions only what goes to a server that the call has asked before', async () => {
    for (const server of servers) server.faults.on('GET /subjects').reply(500).always()
    await expect(connect({ retries: 1, retryBackoffMs: 0 }).subjects()).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    })
    expect(asked()).toHaveLength(4)
  })

  it('leaves a server that failed alone for its time, and comes back when the others fail', async () => {
    const clock = new ManualClock()
    const registry = connect({
      clock: { ...systemClock, monotonic: () => clock.monotonic() },
      retryBackoffMs: 1_000,
      retryBackoffMaxMs: 60_000,
      timeoutMs: 1e9,
    })
    servers[0]!.faults.on('GET /subjects').reply(500)
    await registry.subjects()
    servers[1]!.faults.on('GET /subjects').reply(500)
    await registry.subjects()
    servers[2]!.faults.on('GET /subjects').reply(500)
    clock.advance(1_001)
    await registry.subjects()
    expect(asked()).toEqual([0, 1, 1, 2, 2, 0])
  })

  it('waits for the one that is free first where all are left alone', async () => {
    const clock = new ManualClock()
    const still = { ...systemClock, monotonic: () => clock.monotonic() }
    const registry = connect({ clock: still, retryBackoffMs: 16, retryBackoffMaxMs: 1_000, timeoutMs: 1e9 })
    servers[0]!.faults.on('GET /subjects').reply(500)
    await registry.subjects()
    servers[1]!.faults.on('GET /subjects').reply(500)
    servers[2]!.faults.on('GET /subjects').reply(500)
    await registry.subjects()
    expect(asked().slice(0, 4)).toEqual([0, 1, 1, 2])
    // In order it is the turn of the first again, which would be at once.
    expect(results[3]!.retryInMs).toBeGreaterThanOrEqual(8)
    expect(results[3]!.retryInMs).toBeLessThanOrEqual(16)
  })

  it('leaves one alone for twice as long after each failure', async () => {
    const clock = new ManualClock()
    const still = { ...systemClock, monotonic: () => clock.monotonic() }
    servers[0]!.faults.on('GET /subjects').reply(500).times(4)
    const url = servers[0]!.url
    await connect({ url, clock: still, retryBackoffMs: 8, retryBackoffMaxMs: 32, timeoutMs: 1e9 }).subjects()
    const waits = results.slice(0, 4).map(({ retryInMs }) => retryInMs!)
    for (const [at, longest] of [8, 16, 32, 32].entries()) {
      expect(waits[at]).toBeGreaterThanOrEqual(longest / 2)
      expect(waits[at]).toBeLessThanOrEqual(longest)
    }
  })

  it('registers once when the answer of one is lost and the next shares its store', async () => {
    // Two addresses of one registry, as behind a load balancer.
    const [first] = servers
    const twin = first!.url.replace('127.0.0.1', 'localhost')
    first!.faults.on('POST /subjects/*/versions').loseResponse()
    const registry = connect({ url: [first!.url, twin] })
    expect(await registry.register('a', { schema: order })).toBe(1)
    expect(await registry.versions('a')).toEqual([1])
  })

  it('takes the credentials of each address, and shows none', async () => {
    await using locked = await startRegistry({ auth: { username: 'u', password: 'p%w' } })
    const [first] = servers
    await first!.close()
    const url = [first!.url.replace('//', '//other:one@'), locked.url.replace('//', '//u:p%25w@')]
    expect(await connect({ url }).subjects()).toEqual([])
    expect(results.map(({ server }) => server)).toEqual([first!.url, locked.url])
  })

  it.each([[[]], [['http://a', 'b']], [['http://a/', 'http://a']]])('refuses the addresses %j', (url) => {
    expect(() => createRegistry({ url })).toThrow(
      expect.objectContaining({ code: 'REGISTRY_OPTIONS_INVALID' }),
    )
  })
})
