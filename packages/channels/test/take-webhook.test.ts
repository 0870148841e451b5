import { HeadwaterError, silentLogger } from '@headwater/base'
import { DeliveryError, type Receipt } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { ChannelError, headerOf, jsonAnswer, takeWebhook, type WebhookRequest } from '../src/index.ts'
import { toyChannel, toyHeaders } from './toy-channel.ts'

const request = (more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: toyHeaders,
  body: Buffer.from('one\ntwo'),
  ...more,
})
const codeOf = (body: string): unknown => (JSON.parse(body) as { error?: { code?: string } }).error?.code
const failure = (outcome: 'rejected' | 'not-sent' | 'unknown', retriable = false): DeliveryError =>
  new DeliveryError('DELIVERY_TIMEOUT', 'broker-7 at 10.0.0.7 did not answer', {
    outcome,
    topic: 'secret',
    retriable,
  })

describe('takeWebhook', () => {
  it('publishes every event, in order, and then answers 200', async () => {
    const channel = toyChannel()
    const result = await takeWebhook(channel, request())
    expect(channel.published).toEqual(['one', 'two'])
    expect(result).toMatchObject({
      outcome: 'published',
      answer: { status: 200, body: '{"accepted":2}' },
      errors: [],
    })
    expect(result.events).toHaveLength(2)
  })

  it('never answers before the acknowledgement', async () => {
    const acknowledge: (() => void)[] = []
    const channel = toyChannel({
      publish: async ({ messageId }) =>
        await new Promise((resolve) => {
          acknowledge.push(() => resolve({ kind: 'published', messageId, receipt: {} as Receipt }))
        }),
    })
    let answered = false
    const taken = takeWebhook(channel, request()).then((result) => {
      answered = true
      return result
    })
    const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))
    await turn()
    expect(acknowledge).toHaveLength(2)
    acknowledge[0]?.()
    await turn()
    expect(answered).toBe(false)
    acknowledge[1]?.()
    expect((await taken).answer.status).toBe(200)
  })

  it.each([
    ['another method', { method: 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
    [
      'another type',
      { headers: { ...toyHeaders, 'content-type': 'application/json' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['no type', { headers: { 'x-toy': 'yes' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a packed body',
      { headers: { ...toyHeaders, 'content-encoding': 'gzip' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a body announced too large',
      { headers: { ...toyHeaders, 'content-length': '1001' } },
      413,
      'WEBHOOK_TOO_LARGE',
    ],
    ['a body too large', { body: Buffer.alloc(1001, 'a') }, 413, 'WEBHOOK_TOO_LARGE'],
    ['somebody else', { headers: { 'content-type': 'text/plain' } }, 401, 'UNAUTHORISED'],
    ['a body that is none', { body: Buffer.alloc(0) }, 400, 'WEBHOOK_INVALID'],
  ])('refuses %s, and publishes nothing', async (_what, more, status, code) => {
    const channel = toyChannel()
    const { answer } = await takeWebhook(channel, request(more))
    expect(answer.status).toBe(status)
    expect(codeOf(answer.body)).toBe(code)
    expect(channel.published).toEqual([])
  })

  it('takes a type with parameters, in any case, and a body as large as the limit', async () => {
    const headers = { ...toyHeaders, 'content-type': 'Text/Plain; charset=utf-8' }
    const result = await takeWebhook(toyChannel(), request({ headers, body: Buffer.alloc(1000, 'a') }))
    expect(result.answer.status).toBe(200)
  })

  it('says which methods it takes', async () => {
    const { answer } = await takeWebhook(toyChannel(), request({ method: 'DELETE' }))
    expect(answer.headers['allow']).toBe('POST')
  })

  it('says where a body is wrong', async () => {
    const { answer } = await takeWebhook(toyChannel(), request({ body: Buffer.alloc(0) }))
    expect(JSON.parse(answer.body)).toEqual({
      error: { code: 'WEBHOOK_INVALID', message: '$: is empty', path: '$' },
    })
  })

  it.each([
    ['not sent', failure('not-sent'), 503],
    ['of unknown fate', failure('unknown'), 503],
    ['refused for now', failure('rejected', true), 503],
    ['refused for good', failure('rejected'), 500],
    ['a store that is away', new ChannelError('CLAIM_CHECK_FAILED', 'disk', { retriable: true }), 503],
    ['a mistake of ours', new TypeError('secret is undefined'), 500],
    ['something thrown', 'secret', 500],
  ])(
    'answers what is %s so that it is sent again, and says nothing of why',
    async (_what, thrown, status) => {
      const channel = toyChannel({
        publish: async () => {
          // oxlint-disable-next-line typescript/only-throw-error -- that is the case here
          throw thrown
        },
      })
      const { answer, errors } = await takeWebhook(channel, request())
      expect(answer.status).toBe(status)
      expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined)
      expect(answer.body).not.toMatch(/secret|broker|disk/)
      expect(errors).toHaveLength(2)
    },
  )

  it('is a 500 as soon as one event will fail again, and tells which events are safe', async () => {
    let count = 0
    const channel = toyChannel({
      async publish({ messageId }) {
        count += 1
        if (count === 1) throw failure('not-sent')
        if (count === 2) throw failure('rejected')
        return { kind: 'published', messageId, receipt: {} as Receipt }
      },
    })
    const result = await takeWebhook(channel, request({ body: Buffer.from('a\nb\nc') }))
    expect(result).toMatchObject({ outcome: 'failed', answer: { status: 500 } })
    expect(result.events).toHaveLength(1)
  })

  it('takes a record that the producer dead-lettered for safe', async () => {
    const receipt = { topic: 'dead' } as Receipt
    const error = new DeliveryError('INVALID_RECORD', 'refused', {
      outcome: 'dead-lettered',
      topic: 't',
      deadLetter: { receipt },
    })
    const channel = toyChannel({ publish: async () => await Promise.reject(error) })
    const result = await takeWebhook(channel, request())
    expect(result).toMatchObject({ outcome: 'dead-lettered', answer: { status: 200 } })
    expect(result.events).toMatchObject([
      { kind: 'dead-lettered', receipt },
      { kind: 'dead-lettered', receipt },
    ])
  })

  it.each(['handshake', 'verify', 'normalise', 'publish'] as const)(
    'answers 500 where %s throws what it never should',
    async (name) => {
      const channel = toyChannel({
        [name]: () => {
          throw new RangeError('Maximum call stack size exceeded')
        },
      })
      expect((await takeWebhook(channel, request())).answer.status).toBe(500)
    },
  )

  it('asks the handshake first, and leaves the rest alone where it answers', async () => {
    const channel = toyChannel({ handshake: () => jsonAnswer(200, { hello: true }) })
    const result = await takeWebhook(channel, request({ headers: { 'content-type': 'text/plain' } }))
    expect(result).toMatchObject({ outcome: 'handshake', answer: { status: 200, body: '{"hello":true}' } })
    expect(channel.published).toEqual([])
  })

  it('lets the channel word its answer, and keeps the standard one where it fails to', async () => {
    const refused = request({ headers: { 'content-type': 'text/plain' } })
    const stopping = toyChannel({
      answer: (standard, outcome) => (outcome === 'unauthorised' ? { ...standard, status: 406 } : standard),
    })
    expect((await takeWebhook(stopping, refused)).answer.status).toBe(406)
    expect((await takeWebhook(stopping, request())).answer.status).toBe(200)
    const broken = toyChannel({
      answer: () => {
        throw new Error('broken')
      },
    })
    expect((await takeWebhook(broken, request())).answer.status).toBe(200)
  })

  it('carries the trace of the request into the events, and no other header', async () => {
    const channel = toyChannel()
    await takeWebhook(channel, request({ headers: { ...toyHeaders, traceparent: '00-a-b-01', cookie: 'c' } }))
    expect(channel.headers).toEqual([
      ['traceparent', '00-a-b-01'],
      ['traceparent', '00-a-b-01'],
    ])
  })

  // Regression: the log had the code alone, of a full disk as of an address that the firewall does not let through.
  it('logs why something of ours was not there', async () => {
    const lines: unknown[] = []
    const logger = { ...silentLogger, warn: (fields: unknown) => void lines.push(fields) }
    const full = new ChannelError('CLAIM_CHECK_FAILED', 'no space left on device', { retriable: true })
    const channel = toyChannel({ publish: async () => await Promise.reject(full) })
    await takeWebhook(channel, request(), { logger })
    expect(lines).toMatchObject([{ code: 'CLAIM_CHECK_FAILED', reason: 'no space left on device' }])
  })

  it('writes one line for a thousand webhooks that fail for the same reason', async () => {
    const lines: unknown[] = []
    const write = (fields: unknown, message: string): void => void lines.push([fields, message])
    const logger = { debug: write, info: write, warn: write, error: write }
    const away = new HeadwaterError('DELIVERY_TIMEOUT', 'nobody answers', { retriable: true })
    const channel = toyChannel({ publish: async () => await Promise.reject(away) })
    for (let each = 0; each < 1000; each++)
      await takeWebhook(channel, request({ headers: toyHeaders }), { logger })
    // Ten seconds may go by on a computer that does much else.
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.length).toBeLessThan(20)
  })

  it('logs codes and counts, and nothing of what was in the request', async () => {
    const lines: unknown[] = []
    const write = (fields: unknown, message: string): void => void lines.push([fields, message])
    const logger = { debug: write, info: write, warn: write, error: write }
    await takeWebhook(toyChannel(), request({ headers: { 'content-type': 'text/plain' } }), { logger })
    await takeWebhook(toyChannel(), request(), { logger })
    const channel = toyChannel({
      publish: async () => await Promise.reject(new HeadwaterError('WRONG', 'wrong')),
    })
    await takeWebhook(channel, request(), { logger })
    expect(lines).toMatchObject([
      [{ channel: 'toy', outcome: 'unauthorised', status: 401, reason: 'not a toy' }, expect.any(String)],
      [{ channel: 'toy', outcome: 'failed', status: 500, code: 'WRONG', failures: 2 }, expect.any(String)],
    ])
  })
})

describe('headerOf', () => {
  it('joins what came several times, and knows no header that an object has of itself', () => {
    expect(headerOf({ a: ['1', '2'], b: '3' }, 'a')).toBe('1, 2')
    expect(headerOf({ b: '3' }, 'b')).toBe('3')
    expect(headerOf({}, 'constructor')).toBe(undefined)
  })
})
