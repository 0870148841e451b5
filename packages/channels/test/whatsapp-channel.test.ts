import { HeadwaterError } from '@headwater/base'
import { DeliveryError } from '@headwater/producer'
import { describe, expect, it } from 'vitest'
import { takeWebhook, whatsAppChannel, type WhatsAppChannelOptions } from '../src/index.ts'
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
  webhook,
} from './whatsapp-setup.ts'

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
        { id: '1', time: 1, changes: [] },
        { id: '1', changes: [], standby: [{}] },
        { id: '1', changes: [{ value: {} }, { field: 'messages', value: { messages: 'x' } }] },
      ],
    }
    const found = await eventsOf(body)
    expect(found.map((each) => [each.type, 'path' in each && each.path])).toEqual([
      ['ingestion.unreadable', '$.entry[0]'],
      ['ingestion.unreadable', '$.entry[1]'],
      ['ingestion.unreadable', '$.entry[3]'],
      ['ingestion.unreadable', '$.entry[4].changes[0]'],
      ['ingestion.unreadable', '$.entry[4].changes[1].value.messages'],
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
    const request = signed(messages(message()))
    expect(
      channel.verify(request.body, { 'x-hub-signature-256': signatureOf(request.body, 'guessed') }, request),
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
