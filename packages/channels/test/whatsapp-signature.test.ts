import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { takeWebhook, type WebhookRequest } from '../src/index.ts'
import { appSecret, message, messages, setUp, signatureOf, signed, verifyToken } from './whatsapp-setup.ts'

const get = (query: Record<string, string>): WebhookRequest => ({
  method: 'GET',
  path: '/',
  query: new URLSearchParams(query),
  headers: {},
  body: new Uint8Array(),
})
const subscription = {
  'hub.mode': 'subscribe',
  'hub.verify_token': verifyToken,
  'hub.challenge': '1158201444',
}

describe('the verification request', () => {
  it('is answered with its challenge, as text', async () => {
    const { answer, outcome } = await takeWebhook(setUp().channel, get(subscription))
    expect(outcome).toBe('handshake')
    expect(answer).toMatchObject({ status: 200, body: '1158201444' })
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
  })

  it.each([
    ['another token', { ...subscription, 'hub.verify_token': 'guessed' }],
    ['no token', { 'hub.mode': 'subscribe', 'hub.challenge': '1' }],
    ['another mode', { ...subscription, 'hub.mode': 'unsubscribe' }],
    ['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken }],
    ['an endless challenge', { ...subscription, 'hub.challenge': '1'.repeat(5000) }],
  ])('is refused with 403 for %s', async (_what, query) => {
    const { answer } = await takeWebhook(setUp().channel, get(query))
    expect(answer.status).toBe(403)
    expect(answer.body).not.toContain('11')
  })
})

describe('the signature', () => {
  const body = messages(message())

  it('is taken from any of the secrets, so that they can be rotated', async () => {
    const { channel, producer } = setUp({ appSecrets: ['the new one', appSecret] })
    expect((await takeWebhook(channel, signed(body))).answer.status).toBe(200)
    expect(producer.records).toHaveLength(1)
  })

  it('is over the bytes: the same JSON printed anew does not pass', async () => {
    const text = messages(message({ text: { body: 'Größe' } }))
    const request = signed(text)
    const { answer } = await takeWebhook(setUp().channel, {
      ...request,
      body: Buffer.from(JSON.stringify(text)),
    })
    expect(answer.status).toBe(401)
  })

  const bytes = signed(body).body
  it.each([
    ['none', {}],
    ['another secret', { 'x-hub-signature-256': signatureOf(bytes, 'guessed') }],
    ['SHA-1', { 'x-hub-signature': 'sha1=00' }],
    ['too short', { 'x-hub-signature-256': signatureOf(bytes).slice(0, -2) }],
    ['no hex', { 'x-hub-signature-256': `sha256=${'g'.repeat(64)}` }],
    [
      'two, one of them right',
      { 'x-hub-signature-256': [signatureOf(bytes), signatureOf(bytes, 'guessed')] },
    ],
  ])('is refused with 401 and no detail: %s', async (_what, headers) => {
    const { channel, producer } = setUp()
    const result = await takeWebhook(
      channel,
      signed(body, { headers: { 'content-type': 'application/json', ...headers } }),
    )
    expect(result.outcome).toBe('unauthorised')
    expect(result.answer.status).toBe(401)
    expect(JSON.parse(result.answer.body)).toEqual({
      error: { code: 'UNAUTHORISED', message: 'not accepted' },
    })
    expect(producer.records).toEqual([])
  })
})
