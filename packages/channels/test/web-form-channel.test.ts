import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import {
  createFormToken,
  takeWebhook,
  type WebFormChannelOptions,
  type WebhookRequest,
} from '../src/index.ts'
import { eventOf, jsonForm, multipartForm, payloadOf, setUpForm, urlEncodedForm } from './web-form-setup.ts'

const plain = (record: Readonly<Record<string, unknown>>): unknown => ({ ...record })

describe('webFormChannel', () => {
  describe('reads', () => {
    const { channel } = setUpForm()
    const wanted = { name: ['Ana Ñ'], email: ['ana@EXAMPLE.org'], topic: ['billing', 'other'] }

    it.each<[string, WebhookRequest]>([
      [
        'what a browser encodes',
        urlEncodedForm([
          { name: 'name', value: 'Ana Ñ' },
          { name: 'email', value: 'ana@EXAMPLE.org' },
          { name: 'topic', value: 'billing' },
          { name: 'topic', value: 'other' },
        ]),
      ],
      [
        'a form in parts',
        multipartForm([
          { name: 'name', value: 'Ana Ñ' },
          { name: 'email', value: 'ana@EXAMPLE.org' },
          { name: 'topic', value: 'billing' },
          { name: 'topic', value: 'other' },
          { name: 'cv', value: '', filename: '', type: 'application/octet-stream' },
        ]),
      ],
      ['JSON', jsonForm({ name: 'Ana Ñ', email: 'ana@EXAMPLE.org', topic: ['billing', 'other'] })],
    ])('%s into the same fields', async (_, form) => {
      const payload = await payloadOf(channel, form)
      expect(plain(payload.submitted_data)).toEqual(wanted)
      expect(payload).toMatchObject({
        form_type: 'contact',
        submitter_email: 'ana@example.org',
        files: [],
        spam_verdict: 'clean',
        received_at: Date.parse('2026-03-02T08:15:05Z'),
      })
    })

    it('JSON with its types, which fields do not have', async () => {
      const text = '{"n": 9007199254740993, "on": true, "none": null, "at": {"b": [{"c": "x"}, 2]}}'
      const payload = await payloadOf(channel, jsonForm(text))
      expect(payload.submitted_json).toBe(text)
      expect(plain(payload.submitted_data)).toEqual({
        n: ['9007199254740992'],
        on: ['true'],
        'at.b[0].c': ['x'],
        'at.b[1]': ['2'],
      })
    })

    it('names that mean something to JavaScript as names', async () => {
      for (const form of [
        urlEncodedForm([{ name: '__proto__', value: 'x' }]),
        multipartForm([{ name: '__proto__', value: 'x' }]),
        jsonForm('{"__proto__": "x"}'),
      ]) {
        const { submitted_data: data } = await payloadOf(channel, form)
        expect(Object.entries(data)).toEqual([['__proto__', ['x']]])
      }
      expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
    })

    it('what a browser says of itself, and the page', async () => {
      const headers = {
        'accept-language': 'pt-BR,pt;q=0.9',
        referer: 'https://www.example.com/contact?utm=1',
      }
      expect(await payloadOf(channel, urlEncodedForm({ a: '1' }, { headers }))).toMatchObject({
        locale: 'pt-BR',
        origin: 'https://www.example.com',
      })
    })

    it('which form it is from the request', async () => {
      const { channel: many } = setUpForm({ formType: ({ path }) => path.split('/').at(-1)! })
      const { form_type: formType } = await payloadOf(
        many,
        urlEncodedForm({ a: '1' }, { path: '/forms/jobs' }),
      )
      expect(formType).toBe('jobs')
    })
  })

  describe('keeps files', () => {
    const file = { name: 'cv', value: 'bytes', filename: '../../cv.pdf', type: 'application/pdf' }

    it('behind a claim check, under the last part of their names', async () => {
      const { channel, claimCheck } = setUpForm()
      const { files } = await payloadOf(channel, multipartForm([{ name: 'a', value: '1' }, file]))
      expect(files).toEqual([
        {
          field: 'cv',
          filename: 'cv.pdf',
          content_type: 'application/pdf',
          content: expect.objectContaining({ size: 5 }),
        },
      ])
      expect(Buffer.from(await claimCheck.get(files[0]!.content.uri)).toString()).toBe('bytes')
    })

    it('or refuses them, where it has no store', async () => {
      const { channel } = setUpForm({ claimCheck: undefined })
      expect(await takeWebhook(channel, multipartForm([file]))).toMatchObject({
        outcome: 'invalid',
        answer: { status: 400 },
      })
    })

    it('and takes nothing in when the store fails', async () => {
      const { channel, claimCheck, producer } = setUpForm()
      claimCheck.failWith = new Error('disk full')
      const { answer } = await takeWebhook(channel, multipartForm([file]))
      expect([answer.status, producer.records.length]).toEqual([503, 0])
    })
  })

  describe('refuses', () => {
    it.each<[string, Partial<WebFormChannelOptions>, WebhookRequest]>([
      ['too many fields', { maxFields: 2 }, urlEncodedForm({ a: '1', b: '2', c: '3' })],
      [
        'too many parts',
        { maxFields: 2, maxFiles: 0 },
        multipartForm(['a', 'b', 'c'].map((name) => ({ name, value: '' }))),
      ],
      ['too many values in JSON', { maxFields: 2 }, jsonForm({ a: [1, 2, 3] })],
      ['a long name', { maxNameBytes: 3 }, urlEncodedForm({ abcd: '1' })],
      ['a long value', { maxValueBytes: 3 }, urlEncodedForm({ a: '1234' })],
      ['a long value in parts', { maxValueBytes: 3 }, multipartForm([{ name: 'a', value: '1234' }])],
      ['a long value in JSON', { maxValueBytes: 3 }, jsonForm({ a: '1234' })],
      ['much text in parts', { maxFieldsBytes: 5 }, multipartForm([{ name: 'a', value: '12345' }])],
      ['a long body', { maxFieldsBytes: 5 }, urlEncodedForm({ a: '12345' })],
      ['too many files', { maxFiles: 0 }, multipartForm([{ name: 'a', value: 'x', filename: 'x' }])],
      ['a large file', { maxFileBytes: 3 }, multipartForm([{ name: 'a', value: 'four', filename: 'x' }])],
      ['a large body', { maxBodyBytes: 3 }, urlEncodedForm({ a: '1', b: '2' })],
    ])('%s with 413', async (_, options, form) => {
      const { channel, producer } = setUpForm(options)
      const { outcome, answer } = await takeWebhook(channel, form)
      expect([outcome, answer.status, producer.records.length]).toEqual(['too-large', 413, 0])
    })

    it.each<[string, WebhookRequest]>([
      ['JSON that is deep', jsonForm('{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}')],
      ['JSON that is no object', jsonForm('[1]')],
      ['no JSON', jsonForm('{')],
      ['a field without a name', urlEncodedForm([{ name: '', value: 'x' }])],
      ['a field that is not UTF-8', urlEncodedForm([{ name: 'a', value: Buffer.from([0xff]) }])],
      [
        'parts that end nowhere',
        { ...multipartForm([{ name: 'a', value: 'x' }]), body: Buffer.from('--xYzZy-7\r\nConte') },
      ],
    ])('%s with 400', async (_, form) => {
      const { channel, producer } = setUpForm()
      const { outcome, answer } = await takeWebhook(channel, form)
      expect([outcome, answer.status, producer.records.length]).toEqual(['invalid', 400, 0])
    })

    it('what the form itself does not like, and says so', async () => {
      const { channel } = setUpForm({
        validate: (data) => (data['email'] === undefined ? 'email is missing' : undefined),
      })
      const { answer } = await takeWebhook(channel, urlEncodedForm({ a: '1' }))
      expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('email is missing')])
    })

    it('another content type with 415', async () => {
      const { channel } = setUpForm()
      const form = { ...urlEncodedForm({ a: '1' }), headers: { 'content-type': 'text/plain' } }
      expect((await takeWebhook(channel, form)).answer.status).toBe(415)
    })
  })

  describe('marks', () => {
    const secret = 'a secret of the pages'
    const options = { honeypotField: 'website', tokenSecret: secret, minFillMs: 2000, maxFillMs: 3_600_000 }

    it.each([
      ['a person', {}, 5000, 'clean', 5000],
      ['who fills in what people do not see', { website: 'http://spam.example' }, 5000, 'honeypot', 5000],
      ['who is too fast', {}, 1999, 'too_fast', 1999],
      ['who kept the page for too long', {}, 3_600_001, 'stale_token', 3_600_001],
    ])('%s, and answers all alike', async (_, extra, fillMs, verdict, measured) => {
      const { channel, clock, producer } = setUpForm(options)
      const token = createFormToken({ secret, formType: 'contact', clock })
      clock.advance(fillMs)
      const form = urlEncodedForm({ text: 'hello', website: '', form_token: token, ...extra })
      expect(await payloadOf(channel, form)).toMatchObject({ spam_verdict: verdict, fill_ms: measured })
      expect(plain((await payloadOf(channel, form)).submitted_data)).toEqual({ text: ['hello'] })
      const { answer } = await takeWebhook(channel, form)
      expect(answer).toEqual({
        status: 202,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"accepted":1}',
      })
      expect(producer.records).toHaveLength(1)
    })

    it.each([
      ['no_token', undefined],
      ['bad_token', 'nonsense'],
      ['bad_token', createFormToken({ secret: 'another', formType: 'contact' })],
      ['bad_token', createFormToken({ secret, formType: 'jobs' })],
      ['bad_token', createFormToken({ secret, formType: 'contact' }).replace(/^./, '0')],
    ])('%s', async (verdict, token) => {
      const { channel } = setUpForm(options)
      const form = urlEncodedForm({ text: 'hello', ...(token === undefined ? {} : { form_token: token }) })
      expect(await payloadOf(channel, form)).toMatchObject({ spam_verdict: verdict, fill_ms: null })
    })
  })

  describe('knows a submission again', () => {
    const { channel } = setUpForm({ addressHmacSecret: 'secret' })
    const idOf = async (form: WebhookRequest): Promise<string> => (await eventOf(channel, form)).messageId
    const base = { name: 'Ana' }
    const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })

    it('by its content and its Idempotency-Key', async () => {
      const first = await idOf(urlEncodedForm(base, keyed('k1')))
      expect(await idOf(urlEncodedForm(base, keyed('k1')))).toBe(first)
      expect(await idOf(urlEncodedForm({ ...base, submission_id: 'k1' }))).toBe(first)
      expect(await idOf(multipartForm([{ name: 'name', value: 'Ana' }], keyed('k1'), 'other'))).toBe(first)
    })

    it('by its content and the token of its page, and by its key on whatever page', async () => {
      const tokenSecret = 'secret'
      const { channel: guarded } = setUpForm({ tokenSecret })
      const tokenOf = (): string => createFormToken({ secret: tokenSecret, formType: 'contact' })
      const [one, two] = [tokenOf(), tokenOf()]
      const idWith = async (token: string, more = {}): Promise<string> =>
        (await eventOf(guarded, urlEncodedForm({ choice: 'blue', form_token: token, ...more }))).messageId
      expect(await idWith(one)).toBe(await idWith(one))
      expect(await idWith(one)).not.toBe(await idWith(two))
      expect(await idWith(one, { submission_id: 'k1' })).toBe(await idWith(two, { submission_id: 'k1' }))
      // A token that anybody made up makes no difference.
      expect(await idWith('a')).toBe(await idWith('b'))
    })

    it('and nobody else’s', async () => {
      const ids = await Promise.all([
        idOf(urlEncodedForm(base)),
        idOf(urlEncodedForm(base, keyed('k1'))),
        idOf(urlEncodedForm(base, keyed('k2'))),
        idOf(urlEncodedForm({ name: 'Bo' }, keyed('k1'))),
        idOf(urlEncodedForm(base, { remoteAddress: '192.0.2.1' })),
        idOf(urlEncodedForm(base, { remoteAddress: '192.0.2.2' })),
        idOf(
          multipartForm([
            { name: 'name', value: 'Ana' },
            { name: 'f', value: 'x', filename: 'f' },
          ]),
        ),
        idOf(
          multipartForm([
            { name: 'name', value: 'Ana' },
            { name: 'f', value: 'y', filename: 'f' },
          ]),
        ),
      ])
      expect(new Set(ids).size).toBe(ids.length)
    })
  })

  it('keys by address, else by submission, else by form', async () => {
    const { channel } = setUpForm()
    const keyOf = async (form: WebhookRequest): Promise<string | null> =>
      channel.key(await eventOf(channel, form))
    expect(await keyOf(urlEncodedForm({ email: 'ana@example.org' }))).toBe('ana@example.org')
    expect(await keyOf(urlEncodedForm({ email: 'nobody', submission_id: 'k1' }))).toMatch(
      /^submission:[0-9a-f]{64}$/,
    )
    expect(await keyOf(urlEncodedForm({ a: '1' }))).toMatch(/^form:[0-9a-f]{64}$/)
    const { channel: hidden } = setUpForm({ keyHmacSecret: 'secret' })
    expect(hidden.key(await eventOf(hidden, urlEncodedForm({ email: 'ana@example.org' })))).toMatch(
      /^[0-9a-f]{64}$/,
    )
  })

  it('publishes with the id, the time and the key of the event', async () => {
    const { channel, producer } = setUpForm()
    const form = urlEncodedForm({ email: 'ana@example.org' })
    const { messageId } = await eventOf(channel, form)
    await takeWebhook(channel, form)
    expect(producer.records[0]).toMatchObject({
      topic: 'ingestion.raw.messages',
      key: 'ana@example.org',
    })
    expect(producer.header(0, 'message_id')).toBe(messageId)
    expect(producer.header(0, 'ce_type')).toBe('ingestion.form_submitted')
  })

  it('keeps of an address what nobody can turn back, and nothing without a key', async () => {
    const form = urlEncodedForm({ a: '1' }, { remoteAddress: '192.0.2.1' })
    expect((await payloadOf(setUpForm().channel, form)).client_hash).toBeNull()
    const { client_hash: hash } = await payloadOf(setUpForm({ addressHmacSecret: 'x' }).channel, form)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each<[string, Partial<WebFormChannelOptions>]>([
    ['formType', { formType: '' }],
    ['allowedOrigins', { allowedOrigins: ['https://www.example.com/'] }],
    ['allowedOrigins', { allowedOrigins: ['https://*.example.com'] }],
    ['thanksUrl', { thanksUrl: '/thanks\r\nset-cookie: a=b' }],
    ['thanksUrl', { thanksUrl: '' }],
    ['maxFields', { maxFields: 0 }],
    ['minFillMs', { minFillMs: -1 }],
    ['rateLimit.burst', { rateLimit: { burst: 0 } }],
  ])('refuses a wrong %s', (name, wrong) => {
    expect(() => setUpForm(wrong)).toThrowError(
      expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION', message: expect.stringContaining(name) }),
    )
  })
})
