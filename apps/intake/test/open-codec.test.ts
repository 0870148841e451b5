import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadConfig } from '@headwater/config'
import { describe, expect, it } from 'vitest'
import { openCodec } from '../src/open-codec.ts'
import { LogLines } from './log-lines.ts'

/** A registry that answers everything alike, and counts. */
async function registryThat(status: number, body: object) {
  const seen = { requests: 0 }
  const server = createServer((_request, response) => {
    seen.requests++
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const config = loadConfig({ SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}` }, { profile: 'dev' })
  return {
    seen,
    config,
    [Symbol.dispose]: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

describe('openCodec', () => {
  it('asks a registry that is not well again, and stops at once when told to', async () => {
    using registry = await registryThat(503, {})
    const stop = new AbortController()
    const logger = new LogLines()
    const codec = openCodec(registry.config, { logger, waitMs: 60_000, signal: stop.signal })
    const ends = expect(codec).rejects.toThrow(/abort/i)
    await expect.poll(() => logger.text.match(/is asked again/g)?.length).toBe(2)
    const { requests } = registry.seen
    expect(requests).toBe(2)
    stop.abort()
    await ends
    expect(registry.seen.requests).toBe(requests)
  })

  it('does not ask again where asking again does not help', async () => {
    using registry = await registryThat(409, { error_code: 409, message: 'incompatible' })
    const codec = openCodec(registry.config, { logger: new LogLines(), waitMs: 60_000 })
    await expect(codec).rejects.toMatchObject({ code: 'REGISTRY_INCOMPATIBLE' })
    expect(registry.seen.requests).toBe(1)
  })
})
