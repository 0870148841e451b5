import { describe, expect, it } from 'vitest'
import { createServer, stopServer } from '../src/create-server.ts'
import { LogLines } from './log-lines.ts'

function serverWith(maxBodyBytes: number) {
  const logger = new LogLines()
  const server = createServer({ maxBodyBytes, logger, readiness: { draining: false } })
  server.post('/size', (request) => ({ bytes: (request.body as Buffer | undefined)?.byteLength ?? 0 }))
  server.post('/broken', () => {
    throw new Error('could not read <a@example.org>')
  })
  return { server, logger }
}

describe('createServer', () => {
  it.each([
    'message/rfc822',
    'application/octet-stream',
    'text/plain',
    'application/x-www-form-urlencoded',
    '',
  ])('takes a body of type "%s" as bytes', async (type) => {
    const { server } = serverWith(100)
    const payload = Buffer.from([0xff, 0x00, 0x0a, 0x7b])
    const headers = type === '' ? {} : { 'content-type': type }
    const { statusCode, body } = await server.inject({ method: 'POST', url: '/size', headers, payload })
    expect({ statusCode, body }).toEqual({ statusCode: 200, body: '{"bytes":4}' })
  })

  it('answers 413 above the limit and names the setting', async () => {
    const { server } = serverWith(100)
    const payload = Buffer.alloc(101)
    const response = await server.inject({ method: 'POST', url: '/size', payload })
    expect(response.statusCode).toBe(413)
    expect(response.json()).toMatchObject({ error: { code: 'BODY_TOO_LARGE' } })
    expect(response.body).toContain('INTAKE_MAX_BODY_BYTES')
  })

  it('turns requests away before their bodies fill the memory, and takes others when room is back', async () => {
    // The budget is four of the largest bodies.
    const { server } = serverWith(16_777_216)
    const gate = Promise.withResolvers<void>()
    server.post('/wait', async () => {
      await gate.promise
      return {}
    })
    const payload = Buffer.alloc(16_777_216)
    const waiting = Promise.all(
      Array.from({ length: 4 }, () => server.inject({ method: 'POST', url: '/wait', payload })),
    )
    const refused = await server.inject({ method: 'POST', url: '/size', payload })
    expect(refused.statusCode).toBe(503)
    expect(refused.headers['retry-after']).toBe('5')
    gate.resolve()
    await waiting
    expect((await server.inject({ method: 'POST', url: '/size', payload })).statusCode).toBe(200)
  })

  // Regression: room was given back when the sender hung up, while its body waited for Kafka all the same.
  it('counts a body for as long as it is worked on, though its sender hung up', async () => {
    const { server } = serverWith(16_777_216)
    const gate = Promise.withResolvers<void>()
    let waiting = 0
    let closed = 0
    server.post('/wait', async (_request, reply) => {
      waiting += 1
      reply.raw.once('close', () => (closed += 1))
      await gate.promise
      return {}
    })
    const url = await server.listen({ host: '127.0.0.1', port: 0 })
    const payload = Buffer.alloc(16_777_216)
    const hangUp = new AbortController()
    const post = async (): Promise<unknown> =>
      await fetch(`${url}/wait`, { method: 'POST', body: payload, signal: hangUp.signal }).catch(
        () => undefined,
      )
    const senders = Array.from({ length: 4 }, post)
    await expect.poll(() => waiting, { timeout: 10_000 }).toBe(4)
    hangUp.abort()
    await Promise.all(senders)
    await expect.poll(() => closed).toBe(4)
    const status = async (): Promise<number> =>
      (await server.inject({ method: 'POST', url: '/size', payload })).statusCode
    expect(await status()).toBe(503)
    gate.resolve()
    await expect.poll(status).toBe(200)
    await server.close()
  })

  it('logs route, status and time of a request, and nothing that the sender wrote', async () => {
    const { server, logger } = serverWith(100)
    await server.inject({
      method: 'POST',
      url: '/size?from=a@example.org',
      payload: 'Subject: hush',
      headers: { 'x-envelope-from': 'a@example.org' },
    })
    await server.inject({ method: 'GET', url: '/a@example.org' })
    const broken = await server.inject({ method: 'POST', url: '/broken', payload: 'x' })
    expect(broken.statusCode).toBe(500)
    expect(logger.lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'info',
        method: 'POST',
        route: '/size',
        status: 200,
        durationMs: expect.any(Number),
        message: 'request',
      },
      {
        level: 'info',
        method: 'GET',
        route: 'unknown',
        status: 404,
        durationMs: expect.any(Number),
        message: 'request',
      },
      expect.objectContaining({ level: 'error', message: 'a request failed' }),
      expect.objectContaining({ level: 'warn', route: '/broken', status: 500 }),
    ])
    expect(logger.text + broken.body).not.toMatch(/example\.org|hush/)
  })
})

describe('stopServer', () => {
  // A connection whose request was answered while the server closed stayed open for its keep-alive time, over a minute.
  it('waits for answers under way, not for connections that are idle afterwards', async () => {
    const { server } = serverWith(100)
    const gate = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    server.get('/wait', async () => {
      asked.resolve()
      await gate.promise
      return 'done'
    })
    const url = await server.listen({ host: '127.0.0.1', port: 0 })
    const answer = fetch(`${url}/wait`)
    await asked.promise
    const stopped = stopServer(server, 60_000)
    await expect.poll(() => server.server.listening).toBe(false)
    gate.resolve()
    expect(await (await answer).text()).toBe('done')
    await stopped
  })

  it('cuts what is not done in time', async () => {
    const { server } = serverWith(100)
    const asked = Promise.withResolvers<void>()
    server.get('/never', async () => {
      asked.resolve()
      await new Promise(() => undefined)
    })
    const url = await server.listen({ host: '127.0.0.1', port: 0 })
    const answer = expect(fetch(`${url}/never`)).rejects.toThrow()
    await asked.promise
    await stopServer(server, 20)
    await answer
  })
})
