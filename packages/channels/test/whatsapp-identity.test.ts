import { describe, expect, it } from 'vitest'
import { takeWebhook, whatsAppKey } from '../src/index.ts'
import {
  eventsOf,
  message,
  messages,
  messagesOf,
  metadata,
  setUp,
  signed,
  statuses,
  webhook,
} from './whatsapp-setup.ts'

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
    expect(await keyOf(statuses({ ...status, recipient_user_id: 'DE.1' }))).toBe(`${number}:g1`)
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
