import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { s3ClaimChecks, type ClaimCheckStore, type S3ClaimChecksOptions } from '../src/index.ts'

// What a real server says is asserted in tooling/s3; this is about servers that misbehave.
type Answer = (request: IncomingMessage, response: ServerResponse) => void

const nothing = `claim-check:${'0'.repeat(64)}`
const plain = { contentType: 'text/plain' }
const refuse =
  (status: number, code = 'SomeCode', headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end(`<Error><Code>${code}</Code></Error>`)
const accept: Answer = (_, response) => response.writeHead(200).end()

describe('s3ClaimChecks', () => {
  let server: Server
  let endpoint: string
  let answers: Answer[]
  let requests: IncomingMessage[]

  beforeEach(async () => {
    answers = []
    requests = []
    server = createServer((request, response) => {
      requests.push(request)
      request.resume()
      request.on('end', () => (answers.shift() ?? refuse(500))(request, response))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const storeWith = (options: Partial<S3ClaimChecksOptions> = {}): ClaimCheckStore =>
    s3ClaimChecks({
      endpoint,
      bucket: 'claims',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      retryBackoffMs: 1,
      ...options,
    })

  it.each([
    ['an answer of 503', refuse(503, 'SlowDown')],
    ['an answer of 429', refuse(429)],
    ['a connection that is cut', ((_, response) => response.destroy()) satisfies Answer],
  ])('asks again after %s', async (_, fault) => {
    answers = [fault, fault, accept]
    await storeWith().put(Buffer.from('mail'), plain)
    expect(requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT'])
  })

  it('stops asking after as many repetitions as are allowed, with an error that may pass', async () => {
    await expect(storeWith({ retries: 2 }).put(Buffer.from('mail'), plain)).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      retriable: true,
      message: expect.stringContaining('500 (SomeCode)'),
    })
    expect(requests).toHaveLength(3)
  })

  it('does not ask again where that would not help', async () => {
    answers = [refuse(403, 'AccessDenied')]
    await expect(storeWith().put(Buffer.from('mail'), plain)).rejects.toMatchObject({ retriable: false })
    expect(requests).toHaveLength(1)
  })

  // Regression: it was read as an object that is too large, which nobody asks for again.
  it('asks again after a refusal that is a page of a proxy', async () => {
    const page: Answer = (_, response) => response.writeHead(502).end(`<html>${' '.repeat(100_000)}</html>`)
    answers = [page, accept, page]
    await storeWith().put(Buffer.from('mail'), plain)
    expect(requests).toHaveLength(2)
    await expect(storeWith({ retries: 0 }).get(nothing)).rejects.toMatchObject({
      retriable: true,
      message: expect.stringContaining('502 (no code)'),
    })
  })

  // Regression: no attempt got as far as the store, so the mail was answered 503 for as long as it came.
  it.each(['приложение/pdf', 'application/pdf\0', `text/${'x'.repeat(10_000)}`, ''])(
    'keeps bytes whose sender named no content type that HTTP can say: %#',
    async (contentType) => {
      answers = [accept]
      await storeWith().put(Buffer.from('mail'), { contentType })
      expect(requests.map(({ headers }) => headers['content-type'])).toEqual(['application/octet-stream'])
    },
  )

  it('follows no redirection, for its signature is for one server', async () => {
    answers = [refuse(307, 'TemporaryRedirect', { location: 'http://127.0.0.1:9/' })]
    await expect(storeWith().get(nothing)).rejects.toMatchObject({ code: 'CLAIM_CHECK_FAILED' })
  })

  it('ends by its deadline when nobody answers', async () => {
    answers = [() => undefined]
    await expect(storeWith({ timeoutMs: 50 }).get(nothing)).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      retriable: true,
      message: expect.stringContaining('no answer within 50 ms'),
    })
  })

  it('ends by its deadline when an answer never ends', async () => {
    answers = [(_, response) => response.writeHead(200).write('a')]
    await expect(storeWith({ timeoutMs: 50 }).get(nothing)).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      retriable: true,
    })
  })

  it('reads no more than it may', async () => {
    answers = [(_, response) => response.writeHead(200).end('four')]
    await expect(storeWith({ maxBytes: 3, retries: 0 }).get(nothing)).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      message: expect.stringContaining('more than 3 bytes'),
    })
  })

  it('tells a missing object from a missing bucket', async () => {
    answers = [refuse(404, 'NoSuchKey'), refuse(404, 'NoSuchBucket')]
    await expect(storeWith().get(nothing)).rejects.toMatchObject({ code: 'CLAIM_CHECK_NOT_FOUND' })
    await expect(storeWith().get(nothing)).rejects.toMatchObject({ code: 'CLAIM_CHECK_FAILED' })
  })

  it('asks for credentials before each request, and sends the token of temporary ones', async () => {
    answers = [accept, accept]
    let asked = 0
    const credentials = async () => {
      asked++
      return { accessKeyId: `key-${asked}`, secretAccessKey: 'secret', sessionToken: `token-${asked}` }
    }
    const store = storeWith({ credentials, region: 'eu-central-1' })
    await store.put(Buffer.from('one'), plain)
    await store.put(Buffer.from('two'), plain)
    const tokens = requests.map(({ headers }) => headers['x-amz-security-token'])
    expect(tokens).toEqual(['token-1', 'token-2'])
    expect(requests[1]!.headers.authorization).toMatch(
      /Credential=key-2\/\d{8}\/eu-central-1\/s3\/aws4_request/,
    )
    expect(requests[0]!.headers['content-type']).toBe('text/plain')
  })

  it('puts objects where it is told', async () => {
    answers = [accept]
    const { sha256 } = await storeWith({ prefix: 'raw/' }).put(Buffer.from('one'), plain)
    expect(requests[0]!.url).toBe(`/claims/raw/${sha256.slice(0, 2)}/${sha256}`)
    const asked: string[] = []
    const fetch = (async (url: string) => {
      asked.push(url)
      return new Response()
    }) as unknown as typeof globalThis.fetch
    const hosted = storeWith({ endpoint: 'https://s3.example.com', addressing: 'host', fetch })
    await hosted.put(Buffer.from('one'), plain)
    expect(asked).toEqual([`https://claims.s3.example.com/${sha256.slice(0, 2)}/${sha256}`])
  })

  // Regression: behind a # all objects had one name, and each was written over the one before.
  it('puts objects under a prefix of any characters, each under a name of its own', async () => {
    answers = [accept, accept]
    const store = storeWith({ prefix: 'mails #1?/50%/ä+b/' })
    const refs = [await store.put(Buffer.from('one'), plain), await store.put(Buffer.from('two'), plain)]
    expect(requests.map(({ url }) => url)).toEqual(
      refs.map(({ sha256 }) => `/claims/mails%20%231%3F/50%25/%C3%A4%2Bb/${sha256.slice(0, 2)}/${sha256}`),
    )
  })

  it.each<[string, Partial<S3ClaimChecksOptions>]>([
    ['prefix', { prefix: '../other/' }],
    ['prefix', { prefix: 'mails/./' }],
    ['prefix', { prefix: '\ud800/' }],
    ['endpoint', { endpoint: 'ftp://example.com' }],
    ['endpoint', { endpoint: 'https://key:secret@example.com' }],
    ['bucket', { bucket: '../other' }],
    ['retries', { retries: -1 }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['maxBytes', { maxBytes: 1.5 }],
  ])('refuses a wrong %s', (name, wrong) => {
    expect(() => storeWith(wrong)).toThrowError(
      expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION', message: expect.stringContaining(name) }),
    )
  })
})
