import { describe, expect, it } from 'vitest'
import { takeWebhook, type WebhookRequest } from '../src/index.ts'
import { jsonForm, setUpForm, urlEncodedForm } from './web-form-setup.ts'

describe('webFormChannel', () => {
  describe('answers', () => {
    const thanksUrl = 'https://www.example.com/thanks'

    it.each([
      ['a browser with the page that follows', { 'sec-fetch-mode': 'navigate' }, 303],
      ['an old browser, too', { accept: 'text/html,application/xhtml+xml' }, 303],
      ['fetch with 202', { 'sec-fetch-mode': 'cors', accept: 'text/html' }, 202],
      ['a program with 202', { accept: '*/*' }, 202],
    ])('%s', async (_, headers, status) => {
      const { channel } = setUpForm({ thanksUrl })
      const { answer } = await takeWebhook(channel, urlEncodedForm({ a: '1' }, { headers }))
      expect(answer.status).toBe(status)
      expect(answer.headers['location']).toBe(status === 303 ? thanksUrl : undefined)
    })
  })

  // Regression: a header field holds no Cyrillic, so every submission that was taken was answered 500.
  it.each([
    [
      'https://www.example.com/спасибо?a=б',
      'https://www.example.com/%D1%81%D0%BF%D0%B0%D1%81%D0%B8%D0%B1%D0%BE?a=%D0%B1',
    ],
    ['https://müller.example/', 'https://xn--mller-kva.example/'],
    ['/danke-schön#oben', '/danke-sch%C3%B6n#oben'],
    ['../thanks', '../thanks'],
  ])('sends browsers to %s as HTTP writes it', async (thanksUrl, location) => {
    const { channel } = setUpForm({ thanksUrl })
    const form = urlEncodedForm({ a: '1' }, { headers: { 'sec-fetch-mode': 'navigate' } })
    expect((await takeWebhook(channel, form)).answer.headers['location']).toBe(location)
  })

  describe('with a list of origins', () => {
    const allowedOrigins = ['https://www.example.com']
    const from = (origin: string) => ({ headers: { origin } })
    const { channel } = setUpForm({ allowedOrigins })

    it('takes pages of these, and tells their browsers so', async () => {
      const { answer } = await takeWebhook(channel, jsonForm({ a: 1 }, from('https://www.example.com')))
      expect(answer).toMatchObject({
        status: 202,
        headers: { 'access-control-allow-origin': 'https://www.example.com', vary: 'Origin' },
      })
    })

    // A page's script read no Retry-After: browsers hide every field that is not named.
    it('lets a script of these read when to come back', async () => {
      const { channel: busy } = setUpForm({ allowedOrigins, rateLimit: { perMinute: 1, burst: 1 } })
      const form = jsonForm({ a: 1 }, { ...from('https://www.example.com'), remoteAddress: '192.0.2.1' })
      await takeWebhook(busy, form)
      const { answer } = await takeWebhook(busy, form)
      expect(answer).toMatchObject({
        status: 429,
        headers: { 'retry-after': '60', 'access-control-expose-headers': 'retry-after' },
      })
    })

    it.each([
      ['another', from('https://example.com')],
      ['a hidden one', from('null')],
      ['none', {}],
      ['one that only begins like it', from('https://www.example.com.evil.example')],
    ])('refuses %s', async (_, options) => {
      const { answer, outcome } = await takeWebhook(channel, jsonForm({ a: 1 }, options))
      expect([outcome, answer.status]).toEqual(['unauthorised', 403])
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    })

    it('answers the question that browsers ask first', async () => {
      const ask = (origin: string): WebhookRequest => ({
        ...jsonForm('', { headers: { origin, 'access-control-request-method': 'POST' } }),
        method: 'OPTIONS',
      })
      const { answer } = await takeWebhook(channel, ask('https://www.example.com'))
      expect(answer).toMatchObject({
        status: 204,
        headers: {
          'access-control-allow-origin': 'https://www.example.com',
          'access-control-allow-headers': 'content-type, idempotency-key',
        },
      })
      expect((await takeWebhook(channel, ask('https://evil.example'))).answer.headers).toEqual({})
    })
  })

  describe('with a limit for addresses', () => {
    const submit = async (setup: ReturnType<typeof setUpForm>, remoteAddress: string) =>
      (await takeWebhook(setup.channel, urlEncodedForm({ a: '1' }, { remoteAddress }))).answer

    it('refuses one that submits too often, and says when to come back', async () => {
      const setup = setUpForm({ rateLimit: { burst: 2, perMinute: 6 } })
      const statuses = []
      for (let i = 0; i < 3; i++) statuses.push((await submit(setup, '192.0.2.1')).status)
      expect(statuses).toEqual([202, 202, 429])
      expect((await submit(setup, '192.0.2.1')).headers['retry-after']).toBe('10')
      expect((await submit(setup, '192.0.2.2')).status).toBe(202)
      setup.clock.advance(10_000)
      expect((await submit(setup, '192.0.2.1')).status).toBe(202)
      expect((await submit(setup, '192.0.2.1')).status).toBe(429)
    })

    it('takes a network of IPv6 for one address, and a mapped address for what it maps', async () => {
      const setup = setUpForm({ rateLimit: { burst: 1 } })
      const all = [
        '2001:db8:0:1::1',
        '2001:0db8::0001:ffff:0:0:2',
        '2001:db8:0:2::1',
        '::ffff:192.0.2.1',
        '192.0.2.1',
      ]
      const statuses = []
      for (const address of all) statuses.push((await submit(setup, address)).status)
      expect(statuses).toEqual([202, 429, 202, 202, 429])
    })

    it('remembers as many addresses as it may', async () => {
      const setup = setUpForm({ rateLimit: { burst: 1, maxAddresses: 1 } })
      const statuses = []
      for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1'])
        statuses.push((await submit(setup, address)).status)
      expect(statuses).toEqual([202, 202, 202])
    })
  })
})
