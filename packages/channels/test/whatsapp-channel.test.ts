import { Buffer } from 'node:buffer'
import { HeadwaterError } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import {
  takeWebhook,
  whatsAppChannel,
  whatsAppKey,
  type WebhookRequest,
  type WhatsAppChannelOptions,
} from '../src/index.ts'
import { json } from './email-setup.ts'
import { MemoryClaimChecks } from './memory-claim-checks.ts'
import { MemoryProducer } from './memory-producer.ts'
import {
  ana,
  appSecret,
  eventsOf,
  message,
  messages,
  messagesOf,
  metadata,
  nowMs,
  setUp,
  signatureOf,
  signed,
  statuses,
  verifyToken,
  webhook,
} from './whatsapp-setup.ts'

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

describe('what becomes of a webhook', () => {
  it('is one event a message and a status, over entries and changes, in order', async () => {
    const change = (value: object): object => ({ field: 'messages', value: { metadata, ...value } })
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        { id: '1', changes: [change({ messages: [message({ id: 'w1' }), message({ id: 'w2' })] })] },
        {
          id: '2',
          changes: [
            change({
              messages: [message({ id: 'w3' })],
              statuses: [{ id: 'w0', status: 'sent', timestamp: '1' }],
            }),
            change({ messages: [message({ id: 'w4' })] }),
          ],
        },
      ],
    }
    const { channel, producer } = setUp()
    const result = await takeWebhook(channel, signed(body))
    expect(result.answer).toMatchObject({ status: 200, body: '{"accepted":5}' })
    const sent = producer.records.map((each) => JSON.parse(String(each.value)))
    expect(sent.map(({ payload }) => [payload.waba_id, payload.wamid])).toEqual([
      ['1', 'w1'],
      ['1', 'w2'],
      ['2', 'w3'],
      ['2', 'w0'],
      ['2', 'w4'],
    ])
    expect(new Set(result.events.map((each) => each.messageId)).size).toBe(5)
  })

  it('travels under its type, its id and the time of the message', async () => {
    const { channel, producer } = setUp()
    const [published] = (await takeWebhook(channel, signed(messages(message())))).events
    expect(producer.header(0, 'ce_type')).toBe('ingestion.whatsapp_received')
    expect(producer.header(0, 'ce_id')).toBe(published?.messageId)
    expect(producer.header(0, 'ce_source')).toBe('/channels/whatsapp')
    expect(producer.records[0]).toMatchObject({
      topic: 'ingestion.raw.messages',
      key: `${metadata.phone_number_id}:${ana.user_id}`,
      timestamp: nowMs - 5000,
    })
  })

  it.each([
    ['the future', String(nowMs / 1000 + 3600)],
    ['long ago', '86400'],
  ])('takes its own time where Meta names %s', async (_what, timestamp) => {
    const { channel, producer } = setUp()
    await takeWebhook(channel, signed(messages(message({ timestamp }))))
    expect(producer.records[0]?.timestamp).toBe(nowMs)
  })

  it('has an event type of its own for statuses, and a topic where one is named', async () => {
    const { channel, producer } = setUp({ statusTopic: 'ingestion.statuses' })
    const body = webhook({
      metadata,
      messages: [message()],
      statuses: [
        {
          id: 'wamid.B0',
          status: 'delivered',
          timestamp: '1700000000',
          recipient_id: ana.wa_id,
          recipient_user_id: ana.user_id,
          conversation: { id: 'c1', origin: { type: 'service' } },
          pricing: { billable: true, pricing_model: 'PMP', category: 'service' },
        },
      ],
    })
    await takeWebhook(channel, signed(body))
    expect(producer.records.map((each) => each.topic)).toEqual([
      'ingestion.raw.messages',
      'ingestion.statuses',
    ])
    expect(producer.header(1, 'ce_type')).toBe('ingestion.whatsapp_status')
    // The status stands beside the messages of the person who got the message.
    expect(producer.records[1]?.key).toBe(producer.records[0]?.key)
    expect(JSON.parse(String(producer.records[1]?.value))).toMatchObject({
      message_type: 'whatsapp_status',
      payload: {
        status: 'delivered',
        recipient_user_id: ana.user_id,
        conversation_id: 'c1',
        conversation_origin: 'service',
        billable: true,
        pricing_category: 'service',
        occurred_at: 1_700_000_000_000,
      },
    })
  })

  it('keeps a failed status with its errors, and a status that nobody knew', async () => {
    const errors = [{ code: 131026, title: 'Undeliverable', error_data: { details: 'no account' } }]
    const found = await messagesOf(
      statuses({ id: 'w1', status: 'failed', errors }, { id: 'w1', status: 'teleported' }),
    )
    expect(found.map(({ payload }) => payload)).toMatchObject([
      { status: 'failed', errors: [{ code: 131026, details: 'no account' }] },
      { status: 'unknown', status_text: 'teleported' },
    ])
  })

  it('loses nothing for one message that cannot be read: that one is dead-lettered as it is', async () => {
    const { channel, producer } = setUp()
    const body = messages(message({ id: 'w1' }), 17, { type: 'text' }, message({ id: 'w2' }))
    const result = await takeWebhook(channel, signed(body))
    expect(result).toMatchObject({ outcome: 'dead-lettered', answer: { status: 200 } })
    expect(producer.records.map((each) => each.topic)).toEqual([
      'ingestion.raw.messages',
      'ingestion.dlq.messages',
      'ingestion.dlq.messages',
      'ingestion.raw.messages',
    ])
    expect(producer.records.slice(1, 3).map((each) => String(each.value))).toEqual(['17', '{"type":"text"}'])
    expect(producer.header(1, 'ce_type')).toBe('ingestion.unreadable')
    expect(producer.header(1, 'dlq.error.code')).toBe('WHATSAPP_MALFORMED')
    expect(producer.header(2, 'dlq.error.message')).toBe(
      '$.entry[0].changes[0].value.messages[2]: a message without an id',
    )
    expect(producer.header(1, 'dlq.message-id')).toBe(producer.header(1, 'message_id'))
  })

  it('keeps lists that are none, entries without changes and changes without a field', async () => {
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        7,
        { id: '1' },
        { id: '1', changes: [{ value: {} }, { field: 'messages', value: { messages: 'x' } }] },
      ],
    }
    const found = await eventsOf(body)
    expect(found.map((each) => [each.type, 'path' in each && each.path])).toEqual([
      ['ingestion.unreadable', '$.entry[0]'],
      ['ingestion.unreadable', '$.entry[1]'],
      ['ingestion.unreadable', '$.entry[2].changes[0]'],
      ['ingestion.unreadable', '$.entry[2].changes[1].value.messages'],
    ])
  })

  it('keeps what Meta says beside messages as notices', async () => {
    const error = { code: 130429, title: 'Rate limit hit' }
    const value = { metadata, messages: [message()], errors: [error], calls: [{ id: 'c1' }] }
    const found = await messagesOf(webhook(value))
    expect(found.map((each) => each.message_type)).toEqual([
      'whatsapp_received',
      'whatsapp_notice',
      'whatsapp_notice',
    ])
    expect(found.map(({ payload }) => payload)).toMatchObject([
      {},
      { field: 'messages', member: 'errors', errors: [{ code: 130429 }] },
      { field: 'messages', member: 'calls', original: '[{"id":"c1"}]' },
    ])
  })

  it.each([
    ['another field', 'account_update', { event: 'DISABLED' }],
    ['a value that is no object', 'security', 'changed'],
    ['nothing that is known', 'messages', { metadata }],
    ['updates of ids beside something else', 'other', { user_id_update: [{}], more: 1 }],
  ])('keeps the whole change where it has %s', async (_what, field, value) => {
    const found = await messagesOf(webhook(value, field))
    expect(found).toHaveLength(1)
    expect(found[0]?.payload).toMatchObject({ field, member: null })
    expect(JSON.parse(found[0]?.payload.original ?? '')).toEqual({ field, value })
  })

  it('keeps the original character by character', async () => {
    const original =
      '{ "id":"w1", "type":"text","text":{"body":"\\u00e9\\/"}, "n":12345678901234567890, "n":1 }'
    const text = `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"messages":[ ${original} ,17]}}]}]}`
    const [first] = await messagesOf(text)
    expect(first?.payload.original).toBe(original)
    expect(first?.payload).toMatchObject({ text: 'é/' })
  })
})

describe('the id of a message', () => {
  const idOf = async (body: unknown): Promise<string> => (await eventsOf(body))[0]?.messageId ?? ''

  it('is the same for the same message, whatever came with it, and whenever', async () => {
    const first = await idOf(messages(message()))
    expect(
      await idOf(webhook({ metadata, messages: [message({ timestamp: '1' }), message({ id: 'w9' })] })),
    ).toBe(first)
    expect(first).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    ['another wamid', { id: 'wamid.A2' }],
    ['another sender', { from_user_id: 'DE.9' }],
    ['another type: an edit is not its original', { type: 'edit' }],
    ['a group', { group_id: 'g1' }],
  ])('is another for %s', async (_what, fields) => {
    expect(await idOf(messages(message(fields)))).not.toBe(await idOf(messages(message())))
  })

  it('is another on another business number', async () => {
    const there = webhook({ metadata: { phone_number_id: '106540000000002' }, messages: [message()] })
    expect(await idOf(there)).not.toBe(await idOf(messages(message())))
  })

  it('is another for each status, each time and each member of a group', async () => {
    const status = { id: 'w1', status: 'read', timestamp: '1', recipient_id: 'g1', recipient_type: 'group' }
    const list = [
      status,
      { ...status, status: 'delivered' },
      { ...status, timestamp: '2' },
      { ...status, recipient_participant_id: '1' },
      { ...status, recipient_participant_user_id: '1' },
    ]
    const ids = (await eventsOf(statuses(...list, ...list))).map((each) => each.messageId)
    expect(new Set(ids).size).toBe(list.length)
  })
})

describe('whatsAppKey', () => {
  const keyOf = async (body: unknown, secret?: string): Promise<string | undefined> => {
    const [first] = await messagesOf(body)
    return first === undefined ? undefined : whatsAppKey(first, secret)
  }
  const number = metadata.phone_number_id

  it.each([
    ['the id of the sender', { from_user_id: 'DE.1' }, `${number}:DE.1`],
    ['else the number', { from: '4917', from_user_id: undefined }, `${number}:4917`],
    ['the group, where there is one', { group_id: 'g1' }, `${number}:g1`],
  ])('is the business number and %s', async (_what, fields, key) => {
    expect(await keyOf(webhook({ metadata, messages: [message(fields)] }))).toBe(key)
  })

  it('puts a change of id behind the messages under the old one', async () => {
    const system = { type: 'user_changed_user_id', previous_user_id: 'DE.1', user_id: 'DE.2' }
    expect(await keyOf(webhook({ metadata, messages: [{ id: 'w1', type: 'system', system }] }))).toBe(
      `${number}:DE.1`,
    )
    const update = { wa_id: '4917', user_id: { previous: 'DE.1', current: 'DE.2' } }
    expect(await keyOf(webhook({ metadata, user_id_update: [update] }))).toBe(`${number}:DE.1`)
  })

  it('is never null: without a sender it is the message itself', async () => {
    expect(await keyOf(webhook({ metadata, messages: [{ id: 'w1' }] }))).toBe(`${number}:message:w1`)
    expect(await keyOf(webhook({ messages: [{ id: 'w1' }] }))).toBe('102290000000001:message:w1')
    expect(await keyOf(statuses({ id: 'w1', status: 'sent' }))).toBe(`${number}:message:w1`)
    expect(await keyOf(webhook({}, 'account_update'))).toBe('102290000000001:notice:account_update')
  })

  it('takes the group of a status', async () => {
    const status = { id: 'w1', status: 'sent', recipient_id: 'g1', recipient_type: 'group' }
    expect(await keyOf(statuses({ ...status, recipient_participant_id: '4917' }))).toBe(`${number}:g1`)
  })

  it('shows no number under a secret, and keeps apart what was apart', async () => {
    const key = await keyOf(messages(message()), 'secret')
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    expect(key).not.toBe(await keyOf(messages(message({ from_user_id: 'DE.9' })), 'secret'))
    const { channel, producer } = setUp({ keyHmacSecret: 'secret' })
    const events = await eventsOf(messages(message()), { keyHmacSecret: 'secret' })
    await takeWebhook(channel, signed(messages(message())))
    expect(producer.records[0]?.key).toBe(key)
    expect(events.map((each) => channel.key(each))).toEqual([key])
  })
})

describe('when it cannot be published', () => {
  it('answers 503 with Retry-After while Kafka is away, and the same ids later', async () => {
    const { channel, producer } = setUp()
    producer.failWith = new DeliveryError('DELIVERY_TIMEOUT', 'no answer', { outcome: 'unknown', topic: 't' })
    const refused = await takeWebhook(channel, signed(messages(message())), { retryAfterSeconds: 7 })
    expect(refused).toMatchObject({ outcome: 'unavailable', answer: { status: 503 }, events: [] })
    expect(refused.answer.headers['retry-after']).toBe('7')
    expect(refused.answer.body).not.toContain('no answer')
  })

  it('gives every send the time that the provider waits', async () => {
    const { channel, producer } = setUp()
    await takeWebhook(channel, signed(messages(message())), { ackTimeoutMs: 1234 })
    expect(producer.calls[0]).toMatchObject({ deliveryTimeoutMs: 1234 })
  })

  it('dead-letters what does not fit its schema, and publishes the others', async () => {
    const encode = (topic: string, value: unknown): Uint8Array => {
      if (JSON.stringify(value).includes('wamid.bad'))
        throw new HeadwaterError('VALUE_INVALID', 'does not fit')
      return json.encode(topic, value)
    }
    const { channel, producer } = setUp({ codec: { contentType: 'application/json', encode } })
    const result = await takeWebhook(channel, signed(messages(message({ id: 'wamid.bad' }), message())))
    expect(result.outcome).toBe('dead-lettered')
    expect(producer.records.map((each) => each.topic).toSorted()).toEqual([
      'ingestion.dlq.messages',
      'ingestion.raw.messages',
    ])
    const dead = producer.records.findIndex((each) => each.topic === 'ingestion.dlq.messages')
    expect(producer.header(dead, 'dlq.error.code')).toBe('WHATSAPP_NOT_ENCODED')
    expect(JSON.parse(String(producer.records[dead]?.value))).toMatchObject({ id: 'wamid.bad' })
  })

  it('answers 500 where a codec fails for another reason: nothing is dead-lettered for a wrong set-up', async () => {
    const encode = (): Uint8Array => {
      throw new HeadwaterError('TOPIC_UNKNOWN', 'no schema')
    }
    const { channel, producer } = setUp({ codec: { contentType: 'application/json', encode } })
    const result = await takeWebhook(channel, signed(messages(message())))
    expect(result).toMatchObject({ outcome: 'failed', answer: { status: 500 } })
    expect(producer.records).toEqual([])
  })
})

describe('an original that is too long for a record', () => {
  const long = messages(message({ text: { body: 'x'.repeat(400_000) } }))

  it('is kept by claim check', async () => {
    const claimCheck = new MemoryClaimChecks()
    const [event] = await eventsOf(long, { claimCheck })
    const payload = event?.type === 'ingestion.whatsapp_received' ? event.message.payload : undefined
    expect(payload?.original).toBe(null)
    const kept = await claimCheck.get(payload?.original_claim_check?.uri ?? '')
    expect(JSON.parse(String(kept))).toMatchObject({ id: 'wamid.A1', text: { body: 'x'.repeat(400_000) } })
  })

  it('is a 503 while the store is away', async () => {
    const claimCheck = new MemoryClaimChecks()
    claimCheck.failWith = new Error('disk full')
    const { channel, producer } = setUp({ claimCheck })
    expect((await takeWebhook(channel, signed(long))).answer.status).toBe(503)
    expect(producer.records).toEqual([])
  })

  it('travels in its event without a store, or below the bound', async () => {
    const [event] = await eventsOf(long)
    expect(event?.type === 'ingestion.whatsapp_received' && event.message.payload.original).toContain('xxx')
    const claimCheck = new MemoryClaimChecks()
    const [other] = await eventsOf(long, { claimCheck, maxOriginalBytes: 500_000 })
    expect(other?.type === 'ingestion.whatsapp_received' && other.message.payload.original_claim_check).toBe(
      null,
    )
  })
})

describe('whatsAppChannel', () => {
  const build = (more: Partial<WhatsAppChannelOptions>) => () =>
    whatsAppChannel({
      producer: new MemoryProducer(),
      codec: json,
      appSecrets: ['s'],
      verifyToken: 't',
      ...more,
    })

  it.each([
    ['no secret', { appSecrets: [] }],
    ['an empty secret', { appSecrets: ['s', ''] }],
    ['an empty token', { verifyToken: ' ' }],
    ['a size that is none', { maxBodyBytes: Number.NaN }],
    ['no room for events', { maxEvents: 0 }],
    ['less depth than a webhook has', { maxDepth: 7 }],
  ])('refuses %s', (_what, more) => {
    expect(build(more)).toThrow(expect.objectContaining({ code: 'INVALID_CHANNEL_OPTION' }))
  })

  it('is not opened by a list that is changed later', async () => {
    const appSecrets = [appSecret]
    const { channel } = setUp({ appSecrets })
    appSecrets.push('guessed')
    const bytes = signed(messages(message())).body
    expect(
      channel.verify(bytes, { 'x-hub-signature-256': signatureOf(bytes, 'guessed') }, get({})),
    ).toMatchObject({
      ok: false,
    })
  })

  it('writes its topics, source and name where it is told', async () => {
    const { channel, producer } = setUp({
      topic: 'in',
      deadLetterTopic: 'dead',
      source: '/wa',
      producerId: 'desk',
    })
    await takeWebhook(channel, signed(messages(message(), 1)))
    expect(producer.records.map((each) => each.topic)).toEqual(['in', 'dead'])
    expect([producer.header(0, 'ce_source'), producer.header(0, 'producer_id')]).toEqual(['/wa', 'desk'])
    expect([producer.header(1, 'dlq.service'), producer.header(1, 'dlq.original.topic')]).toEqual([
      'desk',
      'in',
    ])
  })
})
