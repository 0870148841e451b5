import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { registryRoutes } from '../src/registry/registry-routes.ts'
import { startRegistry, type EmbeddedRegistry } from '../src/registry/registry.ts'

let registry: EmbeddedRegistry
beforeEach(async () => {
  registry = await startRegistry()
})
afterEach(() => registry.close())

const get = (path: string): Promise<Response> => fetch(registry.url + path)
const post = (subject: string): Promise<Response> =>
  fetch(`${registry.url}/subjects/${subject}/versions`, {
    method: 'POST',
    body: '{"schema":"\\"int\\""}',
    headers: { 'content-type': 'application/json' },
  })

describe('RegistryFaults', () => {
  it('strikes once by default, in the order in which faults were ordered', async () => {
    registry.faults.on('GET /subjects').reply(500)
    registry.faults.on('GET /subjects').reply(429, undefined, { 'retry-after': '7' })
    expect((await get('/subjects')).status).toBe(500)
    const throttled = await get('/subjects')
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7'])
    expect((await get('/subjects')).status).toBe(200)
  })

  it('strikes as often as ordered and only what the pattern names', async () => {
    registry.faults.on('POST /subjects/*/versions').reply(503).times(2)
    expect((await get('/subjects')).status).toBe(200)
    expect((await post('a')).status).toBe(503)
    expect((await post('b')).status).toBe(503)
    expect((await post('a')).status).toBe(200)
    expect(registry.journal.entries('POST /subjects/*/versions').map(({ fault }) => fault)).toEqual([
      'reply',
      'reply',
      undefined,
    ])
  })

  it('answers with a page, with broken bytes and with a body of one’s own', async () => {
    registry.faults.on('GET /subjects').replyHtml()
    const page = await get('/subjects')
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html'])
    registry.faults.on('GET /subjects').replyRaw({ status: 200, body: '{"sch' })
    expect(await (await get('/subjects')).text()).toBe('{"sch')
    registry.faults.on('GET /subjects').reply(200, ['made up'])
    expect(await (await get('/subjects')).json()).toEqual(['made up'])
  })

  it('applies nothing when the connection is dropped, everything when the response is lost', async () => {
    registry.faults.on('POST /subjects/*/versions').dropConnection()
    await expect(post('a')).rejects.toThrow()
    expect(await (await get('/subjects')).json()).toEqual([])
    registry.faults.on('POST /subjects/*/versions').loseResponse()
    await expect(post('a')).rejects.toThrow()
    expect(await (await get('/subjects')).json()).toEqual(['a'])
  })

  it('delays, and a registry that closes does not wait for it', async () => {
    registry.faults.on('GET /subjects').delay(30)
    const started = performance.now()
    expect((await get('/subjects')).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThanOrEqual(29)
    registry.faults.on('GET /subjects').delay(600_000)
    const cut = get('/subjects').catch(() => 'cut')
    await expect.poll(() => registry.journal.count()).toBe(2)
    await registry.close()
    expect(await cut).toBe('cut')
  })

  it('names the faults that never struck', async () => {
    registry.faults.on('GET /subjects').hang().maybe()
    registry.faults.on('DELETE /config').reply(500).always()
    expect(() => registry.faults.assertSpent()).not.toThrow()
    registry.faults.on('GET /config').reply(500).times(2)
    await get('/config')
    expect(() => registry.faults.assertSpent()).toThrow('GET /config -> reply (1 left)')
    registry.faults.clear()
    expect((await get('/config')).status).toBe(200)
  })

  it('refuses a pattern that is no method and path', () => {
    expect(() => registry.faults.on('/subjects')).toThrow(/write a method and a path/)
  })

  it('strikes every route of the registry', async () => {
    for (const route of Object.keys(registryRoutes)) {
      const [method = '', path = ''] = route.split(' ')
      registry.faults.on(`${method} ${path.replaceAll(/:\w+/g, '*')}`).reply(503)
      const response = await fetch(registry.url + path.replaceAll(/:\w+/g, '1'), { method })
      expect([route, response.status]).toEqual([route, 503])
    }
    registry.faults.assertSpent()
  })
})
