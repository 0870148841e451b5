import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createRegistry, type Registry } from '../src/index.ts'

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server on loopback, with what it was asked. */
async function start(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const { method, url, headers } = request
      seen.push({ method, url, authorization: headers.authorization, body })
      answer(request, response)
    })
  })
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const auth = { username: 'u', password: 's3cret' }
const schema = { id: 7, schema: '"int"' }
const register = (registry: Registry): Promise<number> => registry.register('a b', { schema: '"int"' })

describe('a redirect', () => {
  // fetch makes a GET of a POST: the registry listed the versions, and the user read of "no usable id".
  it.each([301, 302, 307, 308])('with %i on the same server is followed as it was sent', async (status) => {
    const { url, seen } = await start((request, response) => {
      if (request.url!.endsWith('/')) response.end(JSON.stringify(schema))
      else response.writeHead(status, { location: `${request.url}/` }).end('<html>moved</html>')
    })
    const registry = createRegistry({ url: `${url}/base`, auth })
    expect(await register(registry)).toBe(7)
    expect(seen.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'POST /base/subjects/a%20b/versions',
      'POST /base/subjects/a%20b/versions/',
    ])
    expect(seen[1]).toMatchObject({
      body: '{"schema":"\\"int\\""}',
      authorization: `Basic ${Buffer.from('u:s3cret').toString('base64')}`,
    })
    expect((await registry.schemaById(7)).schema).toBe('"int"')
  })

  it.each([301, 302, 307, 308])(
    'with %i to another server is not followed, and names the address to set',
    async (status) => {
      const other = await start((_, response) => response.end(JSON.stringify(schema)))
      const { url, seen } = await start((request, response) => {
        const location = `${other.url.replace('//', '//x:tok3n@')}/v7${request.url}?key=tok3n`
        response.writeHead(status, { location }).end()
      })
      const registry = createRegistry({ url, auth })
      for (const call of [register, () => registry.schemaById(7)]) {
        const failed = await call(registry).catch((error: unknown) => error as Error)
        expect(failed).toMatchObject({
          code: 'REGISTRY_BAD_ANSWER',
          status,
          retriable: false,
          message: expect.stringContaining(`set the option url to ${other.url}/v7`),
        })
        expect((failed as Error).message).not.toMatch(/tok3n|s3cret/)
      }
      expect(seen).toHaveLength(2)
      expect(other.seen).toEqual([])
    },
  )

  it('to a login page is not taken for an address to set', async () => {
    const { url } = await start((_, response) => {
      response.writeHead(302, { location: 'http://login.example/start?back=1' }).end()
    })
    await expect(register(createRegistry({ url }))).rejects.toMatchObject({
      code: 'REGISTRY_BAD_ANSWER',
      message: expect.stringMatching(/http:\/\/login\.example\/start, .*is this address a schema registry\?/),
    })
  })

  it('in a circle ends, as does one without an address', async () => {
    const round = await start((request, response) =>
      response.writeHead(302, { location: request.url! }).end(),
    )
    await expect(register(createRegistry({ url: round.url }))).rejects.toMatchObject({
      code: 'REGISTRY_BAD_ANSWER',
      message: expect.stringContaining('more than 5 times'),
    })
    expect(round.seen).toHaveLength(6)
    const nowhere = await start((_, response) => response.writeHead(302).end())
    await expect(register(createRegistry({ url: nowhere.url }))).rejects.toMatchObject({
      code: 'REGISTRY_BAD_ANSWER',
      status: 302,
    })
  })
})
