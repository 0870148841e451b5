import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { silentLogger } from '@headwater/base'
import Fastify from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import {
  webhookHandler,
  webhookPlugin,
  type WebhookChannel,
  type WebhookHead,
  type WebhookOutcome,
  type WebhookServerOptions,
} from '../src/index.ts'
import { discardRest, readBody } from '../src/webhook/read-body.ts'
import { listening } from './listening.ts'
import { toyChannel, toyHeaders, type ToyEvent } from './toy-channel.ts'

// Bounds for waits that end by themselves; the computer may be busy with other tests.
vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 30_000 }

interface Running extends AsyncDisposable {
  readonly url: string
  readonly port: number
}
type Start = (channel: WebhookChannel<ToyEvent>, options?: WebhookServerOptions) => Promise<Running>

const byNode: Start = async (channel, options) =>
  await listening(createServer(webhookHandler(channel, options)))

const byFastify: Start = async (channel, options) => {
  const server = Fastify({ bodyLimit: 10 })
  await server.register(webhookPlugin(channel, options), { prefix: '/hook' })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: `${url}/hook`,
    port: Number(new URL(url).port),
    async [Symbol.asyncDispose]() {
      server.server.closeAllConnections()
      await server.close()
    },
  }
}

/** A request whose body may take its time; the answer's status. */
async function send(
  url: string,
  headers: Record<string, string>,
  ...chunks: readonly (string | Buffer)[]
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: string }> {
  const request = httpRequest(url, { method: 'POST', headers })
  request.on('error', () => undefined)
  const answered = once(request, 'response') as Promise<[IncomingMessage]>
  for (const chunk of chunks) request.write(chunk)
  request.end()
  const [response] = await answered
  let body = ''
  for await (const chunk of response) body += String(chunk)
  return { status: response.statusCode, headers: response.headers, body }
}

describe.each([
  ['webhookHandler on node:http', byNode],
  ['webhookPlugin on Fastify', byFastify],
])('%s', (_name, start) => {
  it('hands the bytes over as they came, whatever their type', async () => {
    let seen: Buffer | undefined
    const channel = toyChannel({
      rules: { methods: ['POST'], contentTypes: ['*/*'], maxBodyBytes: 1000 },
      normalise(raw) {
        seen = Buffer.from(raw)
        return []
      },
    })
    await using server = await start(channel)
    const body = Buffer.from('{ "a":\t"\\u00e9", \xff}', 'latin1')
    for (const type of [
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      seen = undefined
      expect((await send(server.url, { 'x-toy': 'yes', 'content-type': type }, body)).status).toBe(200)
      expect(seen).toEqual(body)
    }
  })

  it('puts a body together that comes in pieces, up to the limit', async () => {
    const channel = toyChannel()
    await using server = await start(channel)
    const answer = await send(server.url, toyHeaders, 'a'.repeat(400), 'b'.repeat(400), 'c'.repeat(200))
    expect(answer).toMatchObject({ status: 200, body: '{"accepted":1}' })
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(channel.published[0]).toHaveLength(1000)
  })

  it('answers 413 where a body grows above the limit, and takes the next request', async () => {
    const channel = toyChannel()
    await using server = await start(channel)
    expect((await send(server.url, toyHeaders, 'a'.repeat(900), 'b'.repeat(900))).status).toBe(413)
    expect(channel.published).toEqual([])
    expect((await send(server.url, toyHeaders, 'a')).status).toBe(200)
  })

  it('answers 413 where a body is announced too large, without waiting for it', async () => {
    await using server = await start(toyChannel())
    const request = httpRequest(server.url, {
      method: 'POST',
      headers: { ...toyHeaders, 'content-length': '1001' },
    })
    request.on('error', () => undefined)
    request.flushHeaders()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(413)
    request.destroy()
  })

  it('cuts off who goes on sending after the 413', async () => {
    await using server = await start(toyChannel())
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    const closed = new Promise((resolve) => socket.on('close', resolve))
    const fields = Object.entries(toyHeaders).map(([name, value]) => `${name}: ${value}`)
    const { pathname } = new URL(server.url)
    socket.write(
      [`POST ${pathname} HTTP/1.1`, 'host: x', ...fields, 'content-length: 1000000000', '', ''].join('\r\n'),
    )
    const pump = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536)))
        if (socket.writableLength > 1_000_000) break
    }
    socket.on('drain', pump)
    pump()
    await closed
  })

  it('refuses by method with 405 what it does not take', async () => {
    await using server = await start(toyChannel())
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      const answer = await fetch(server.url, { method })
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'POST'])
    }
  })

  it('answers 401 without a detail', async () => {
    await using server = await start(toyChannel())
    const { status, body } = await send(server.url, { 'content-type': 'text/plain' }, 'x')
    expect(status).toBe(401)
    expect(body).toBe('{"error":{"code":"UNAUTHORISED","message":"not accepted"}}')
  })

  it('answers a request without a body', async () => {
    await using server = await start(toyChannel())
    expect((await send(server.url, toyHeaders)).status).toBe(400)
  })

  it('publishes nothing of a body that breaks off, and lives on', async () => {
    const outcomes: WebhookOutcome[] = []
    const channel = toyChannel()
    await using server = await start(channel, { onResult: (result) => outcomes.push(result.outcome) })
    const request = httpRequest(server.url, { method: 'POST', headers: toyHeaders })
    request.on('error', () => undefined)
    request.write('half')
    await once(request, 'socket')
    if (request.socket?.connecting === true) await once(request.socket, 'connect')
    request.destroy()
    expect((await send(server.url, toyHeaders, 'whole')).status).toBe(200)
    expect(channel.published).toEqual(['whole'])
    expect(outcomes).toEqual(['published'])
  })

  it('lives on where the sender is gone before the answer', async () => {
    let publish: (() => void) | undefined
    const gone = Promise.withResolvers<void>()
    const channel = toyChannel({
      async publish({ messageId }) {
        publish?.()
        await gone.promise
        return { kind: 'published', messageId, receipt: {} as never }
      },
    })
    const results: WebhookOutcome[] = []
    await using server = await start(channel, { onResult: (result) => results.push(result.outcome) })
    const publishing = new Promise<void>((resolve) => {
      publish = resolve
    })
    const request = httpRequest(server.url, { method: 'POST', headers: toyHeaders })
    request.on('error', () => undefined)
    request.end('one')
    await publishing
    request.destroy()
    gone.resolve()
    await expect.poll(() => results, patient).toEqual(['published'])
    expect((await send(server.url, toyHeaders, 'two')).status).toBe(200)
  })

  it('answers 500 where a channel words an answer that HTTP does not allow', async () => {
    const channel = toyChannel({
      answer: (standard) => ({ ...standard, headers: { location: 'a\r\nset-cookie: b' } }),
    })
    await using server = await start(channel)
    const { status, headers } = await send(server.url, toyHeaders, 'x')
    expect(status).toBe(500)
    expect(headers['set-cookie']).toBe(undefined)
  })

  it('tells onResult of every answer, and answers although it throws', async () => {
    const seen: [number, WebhookOutcome, WebhookHead][] = []
    await using server = await start(toyChannel(), {
      onResult(result, head) {
        seen.push([result.answer.status, result.outcome, head])
        throw new Error('broken metrics')
      },
    })
    expect((await send(`${server.url}?a=1&b=2`, toyHeaders, 'x')).status).toBe(200)
    expect((await fetch(server.url)).status).toBe(405)
    expect(seen.map(([status, outcome]) => [status, outcome])).toEqual([
      [200, 'published'],
      [405, 'invalid'],
    ])
    const head = seen[0]?.[2]
    expect(head).toMatchObject({
      method: 'POST',
      path: new URL(server.url).pathname,
      remoteAddress: '127.0.0.1',
    })
    expect(head?.query.get('b')).toBe('2')
  })
})

describe('webhookHandler', () => {
  // Behind express.json() no request was ever answered, and nothing said why.
  it('answers, and says what is wrong, where another one has read the body before', async () => {
    const errors: unknown[] = []
    const logger = { ...silentLogger, error: (fields: { err?: Error }) => errors.push(fields.err?.message) }
    const handler = webhookHandler(toyChannel(), { logger })
    const server = createServer((request, response) => {
      request.resume().once('end', () => setImmediate(() => handler(request, response)))
    })
    await using running = await listening(server)
    const answer = await send(running.url, toyHeaders, 'a')
    expect(answer).toMatchObject({ status: 500, body: expect.stringContaining('INTERNAL') })
    expect(errors).toEqual([expect.stringContaining('mount the channel ahead of what reads bodies')])
  })
})

describe('webhookPlugin', () => {
  it('leaves the rest of the server alone', async () => {
    const server = Fastify()
    await server.register(webhookPlugin(toyChannel(), { path: '/toy' }))
    server.post('/other', async (request) => ({ got: request.body }))
    const other = await server.inject({ method: 'POST', url: '/other', payload: { a: 1 } })
    expect(other.json()).toEqual({ got: { a: 1 } })
    const toy = await server.inject({ method: 'POST', url: '/toy', headers: toyHeaders, payload: 'x' })
    expect(toy.statusCode).toBe(200)
    await server.close()
  })
})

describe('readBody', () => {
  it('lets go of what it has as soon as there is too much', async () => {
    const stream = new PassThrough()
    const reading = readBody(stream, 10)
    stream.write('12345678')
    stream.write('901')
    expect(await reading).toEqual({ kind: 'too-large' })
    expect(stream.listenerCount('data')).toBe(0)
    stream.destroy()
  })

  it('tells a body that broke off, and one that had, from an empty one', async () => {
    const broken = new PassThrough()
    const reading = readBody(broken, 10)
    broken.destroy(new Error('reset'))
    expect(await reading).toEqual({ kind: 'aborted' })
    expect(await readBody(broken, 10)).toEqual({ kind: 'aborted' })
    const empty = new PassThrough()
    empty.end()
    expect(await readBody(empty, 10)).toEqual({ kind: 'body', bytes: Buffer.alloc(0) })
  })
})

describe('discardRest', () => {
  it('lets a body pass by, and cuts the connection where it does not end', async () => {
    const stream = new PassThrough()
    discardRest(stream, 10)
    stream.write('1234567890')
    await expect.poll(() => stream.readableLength, patient).toBe(0)
    expect(stream.destroyed).toBe(false)
    stream.write('1')
    await expect.poll(() => stream.destroyed, patient).toBe(true)
  })
})
