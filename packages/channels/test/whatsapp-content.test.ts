import { describe, expect, it } from 'vitest'
import type { WhatsAppReceived } from '../src/index.ts'
import { ana, messages, messagesOf, metadata, receivedOf, sentAt, webhook } from './whatsapp-setup.ts'

/** What a message of each of Meta's types is read as. Values are ours, shapes are Meta's. */
const rows: readonly (readonly [type: string, content: unknown, expected: Partial<WhatsAppReceived>])[] = [
  ['text', { body: 'Wo bleibt sie? 🙂' }, { text: 'Wo bleibt sie? 🙂' }],
  [
    'image',
    {
      id: 'media-1',
      mime_type: 'image/jpeg',
      sha256: 'q83v',
      caption: 'broken',
      url: 'https://example.org/1',
    },
    {
      text: 'broken',
      media: {
        id: 'media-1',
        mime_type: 'image/jpeg',
        sha256: 'q83v',
        caption: 'broken',
        filename: null,
        voice: false,
        animated: false,
      },
    },
  ],
  [
    'audio',
    { id: 'media-2', mime_type: 'audio/ogg; codecs=opus', sha256: 'q83v', voice: true },
    {
      text: null,
      media: {
        id: 'media-2',
        mime_type: 'audio/ogg; codecs=opus',
        sha256: 'q83v',
        caption: null,
        filename: null,
        voice: true,
        animated: false,
      },
    },
  ],
  ['video', { id: 'media-3', caption: 'see' }, { text: 'see' }],
  [
    'document',
    { id: 'media-4', mime_type: 'application/pdf', sha256: 'q83v', caption: 'bill', filename: 'bill 17.pdf' },
    {
      text: 'bill',
      media: {
        id: 'media-4',
        mime_type: 'application/pdf',
        sha256: 'q83v',
        caption: 'bill',
        filename: 'bill 17.pdf',
        voice: false,
        animated: false,
      },
    },
  ],
  [
    'sticker',
    { id: 'media-5', mime_type: 'image/webp', sha256: 'q83v', animated: true },
    {
      media: {
        id: 'media-5',
        mime_type: 'image/webp',
        sha256: 'q83v',
        caption: null,
        filename: null,
        voice: false,
        animated: true,
      },
    },
  ],
  [
    'location',
    { latitude: 52.5, longitude: 13.25, name: 'Depot', address: 'Dock 1', url: 'https://example.org' },
    {
      location: {
        latitude: 52.5,
        longitude: 13.25,
        name: 'Depot',
        address: 'Dock 1',
        url: 'https://example.org',
      },
    },
  ],
  [
    'contacts',
    [
      {
        name: { formatted_name: 'Bo Example' },
        phones: [{ phone: '+49 170 0000002', wa_id: '491700000002' }],
      },
      { vcard: 'BEGIN:VCARD', phones: [{ phone: '+49 170 0000003' }] },
    ],
    {
      contacts: [
        { name: 'Bo Example', phones: [{ phone: '+49 170 0000002', wa_id: '491700000002' }] },
        { name: null, phones: [{ phone: '+49 170 0000003', wa_id: null }] },
      ],
    },
  ],
  [
    'interactive',
    { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } },
    {
      text: 'Yes',
      reply: { type: 'button_reply', id: 'yes', title: 'Yes', description: null, payload: null },
    },
  ],
  [
    'interactive',
    { type: 'list_reply', list_reply: { id: 'r2', title: 'Friday', description: 'before noon' } },
    {
      text: 'Friday',
      reply: { type: 'list_reply', id: 'r2', title: 'Friday', description: 'before noon', payload: null },
    },
  ],
  [
    'interactive',
    { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"size":3}' } },
    {
      text: 'Sent',
      reply: { type: 'nfm_reply', id: 'flow', title: 'Sent', description: null, payload: '{"size":3}' },
    },
  ],
  [
    'button',
    { text: 'Stop', payload: 'stop-17' },
    {
      text: 'Stop',
      reply: { type: 'button', id: null, title: 'Stop', description: null, payload: 'stop-17' },
    },
  ],
  [
    'reaction',
    { message_id: 'wamid.B0', emoji: '👍' },
    { target_wamid: 'wamid.B0', reaction: { emoji: '👍', removed: false }, text: null },
  ],
  [
    'reaction',
    { message_id: 'wamid.B0', emoji: '' },
    { target_wamid: 'wamid.B0', reaction: { emoji: null, removed: true } },
  ],
  [
    'reaction',
    { message_id: 'wamid.B0' },
    { target_wamid: 'wamid.B0', reaction: { emoji: null, removed: true } },
  ],
  [
    'order',
    {
      catalog_id: 'cat-1',
      text: 'soon please',
      product_items: [
        { product_retailer_id: 'sku-1', quantity: 2, item_price: 10.5, currency: 'EUR' },
        { product_retailer_id: 'sku-2', quantity: '3', item_price: 0.0000001, currency: 'EUR' },
      ],
    },
    {
      text: 'soon please',
      order: {
        catalog_id: 'cat-1',
        text: 'soon please',
        items: [
          { product_retailer_id: 'sku-1', quantity: 2, item_price: '10.5', currency: 'EUR' },
          { product_retailer_id: 'sku-2', quantity: 3, item_price: '0.0000001', currency: 'EUR' },
        ],
      },
    },
  ],
  ['request_welcome', undefined, { text: null }],
  ['revoke', { original_message_id: 'wamid.A0' }, { target_wamid: 'wamid.A0', text: null }],
  [
    'edit',
    {
      original_message_id: 'wamid.A0',
      message: { type: 'text', text: { body: 'on Friday' }, context: { id: 'wamid.B0' } },
    },
    {
      target_wamid: 'wamid.A0',
      text: 'on Friday',
      context: {
        message_id: 'wamid.B0',
        from: null,
        from_user_id: null,
        forwarded: false,
        frequently_forwarded: false,
        catalog_id: null,
        product_retailer_id: null,
      },
    },
  ],
]

describe('a message of each type', () => {
  it.each(rows)('reads %s %j', async (type, content, expected) => {
    const payload = await receivedOf({ text: undefined, type, [type]: content })
    expect(payload).toMatchObject({ kind: type, type, incomplete: [], ...expected })
    expect(JSON.parse(payload.original ?? '')).toMatchObject({ id: 'wamid.A1', type })
  })

  it('has a row for every kind but those with tests of their own', () => {
    const kinds = new Set(rows.map(([type]) => type))
    expect([...kinds, 'system', 'unsupported'].toSorted()).toHaveLength(17)
  })

  it('keeps a type that Meta did not have when this was written, whole', async () => {
    const payload = await receivedOf({ type: 'hologram', hologram: { id: 12345678901234567890n.toString() } })
    expect(payload).toMatchObject({ kind: 'unknown', type: 'hologram', text: null, media: null })
    expect(payload.original).toContain('"hologram":{"id":"12345678901234567890"}')
  })

  it('keeps what Meta itself does not support, with its errors', async () => {
    const error = { code: 131051, title: 'Message type unknown', error_data: { details: 'not supported' } }
    const payload = await receivedOf({ text: undefined, type: 'unsupported', errors: [error] })
    expect(payload.kind).toBe('unsupported')
    expect(payload.errors).toEqual([
      { code: 131051, title: 'Message type unknown', message: null, details: 'not supported' },
    ])
  })

  it('says what it answers, where it was forwarded, and which product it is about', async () => {
    const context = {
      from: '15550100000',
      id: 'wamid.B0',
      forwarded: true,
      referred_product: { catalog_id: 'cat-1', product_retailer_id: 'sku-1' },
    }
    expect((await receivedOf({ context })).context).toEqual({
      message_id: 'wamid.B0',
      from: '15550100000',
      from_user_id: null,
      forwarded: true,
      frequently_forwarded: false,
      catalog_id: 'cat-1',
      product_retailer_id: 'sku-1',
    })
  })

  it('says which advertisement it came from', async () => {
    const referral = {
      source_type: 'ad',
      source_id: 'ad-1',
      source_url: 'https://example.org',
      ctwa_clid: 'c1',
    }
    expect((await receivedOf({ referral })).referral).toMatchObject(referral)
  })

  it('names in incomplete what is of another type, and publishes the rest', async () => {
    const payload = await receivedOf({
      text: { body: 17 },
      timestamp: 'soon',
      context: [],
      referral: { source_id: {} },
    })
    expect(payload).toMatchObject({ kind: 'text', text: null, occurred_at: null, context: null })
    expect(payload.incomplete).toEqual(['text.body', 'timestamp', 'context', 'referral.source_id'])
    expect(payload.original).toContain('"body":17')
  })

  it('cuts what is longer than Meta allows, says so, and keeps the original', async () => {
    const payload = await receivedOf({ text: { body: 'é'.repeat(100_000) } })
    expect(Buffer.byteLength(payload.text ?? '')).toBe(65_536)
    expect(payload.incomplete).toEqual(['text.body'])
    expect(JSON.parse(payload.original ?? '')).toMatchObject({ text: { body: 'é'.repeat(100_000) } })
  })
})

describe('who wrote it', () => {
  it('finds the contact by id, wherever it stands in the list', async () => {
    const bo = { profile: { name: 'Bo' }, wa_id: '491700000002' }
    const list = [
      { id: 'wamid.1', from: bo.wa_id, timestamp: sentAt, type: 'text', text: { body: 'b' } },
      { id: 'wamid.2', from_user_id: ana.user_id, timestamp: sentAt, type: 'text', text: { body: 'a' } },
      { id: 'wamid.3', from: '491700000009', timestamp: sentAt, type: 'text', text: { body: 'c' } },
    ]
    const found = await messagesOf(webhook({ metadata, contacts: [ana, bo], messages: list }))
    expect(found.map(({ payload }) => payload)).toMatchObject([
      { from: bo.wa_id, from_user_id: null, profile_name: 'Bo', username: null },
      { from: ana.wa_id, from_user_id: ana.user_id, profile_name: 'Ana', username: 'ana.example' },
      { from: '491700000009', from_user_id: null, profile_name: null },
    ])
  })

  it('knows a sender without a number by the only contact', async () => {
    const hidden = { profile: { username: 'kim.example' }, user_id: 'DE.2002', parent_user_id: 'DE.ENT.3003' }
    const own = { id: 'wamid.1', timestamp: sentAt, type: 'text', text: { body: 'hi' } }
    const [found] = await messagesOf(webhook({ metadata, contacts: [hidden], messages: [own] }))
    expect(found?.payload).toMatchObject({
      from: null,
      from_user_id: 'DE.2002',
      from_parent_user_id: 'DE.ENT.3003',
      username: 'kim.example',
    })
  })

  it('guesses no sender among several contacts', async () => {
    const own = { id: 'wamid.1', timestamp: sentAt, type: 'text', text: { body: 'hi' } }
    const [found] = await messagesOf(
      webhook({ metadata, contacts: [ana, { user_id: 'DE.2002' }], messages: [own] }),
    )
    expect(found?.payload).toMatchObject({ from: null, from_user_id: null, profile_name: null })
  })

  it('never gives one sender the contact of another', async () => {
    const own = { id: 'wamid.1', from: '491700000009', timestamp: sentAt, type: 'text', text: { body: 'hi' } }
    const [found] = await messagesOf(webhook({ metadata, contacts: [ana], messages: [own] }))
    expect(found?.payload).toMatchObject({ from: '491700000009', from_user_id: null, profile_name: null })
  })
})

describe('a change of identity', () => {
  const system = (fields: object, more: object = {}): object => ({
    id: 'wamid.S1',
    timestamp: sentAt,
    type: 'system',
    system: fields,
    ...more,
  })

  it('says the old and the new number', async () => {
    const body = webhook({
      metadata,
      messages: [
        system(
          {
            type: 'user_changed_number',
            body: 'Ana changed',
            wa_id: '491700000077',
            user_id: 'DE.1077',
            previous_user_id: 'DE.1001',
          },
          { from: '491700000001' },
        ),
      ],
    })
    const [found] = await messagesOf(body)
    expect(found?.payload).toMatchObject({
      kind: 'system',
      text: 'Ana changed',
      profile_name: null,
      identity_change: {
        reason: 'user_changed_number',
        previous_wa_id: '491700000001',
        previous_user_id: 'DE.1001',
        current_wa_id: '491700000077',
        current_user_id: 'DE.1077',
      },
    })
  })

  it('says the old and the new id of somebody without a number', async () => {
    const change = { type: 'user_changed_user_id', previous_user_id: 'DE.1001', user_id: 'DE.1077' }
    const [found] = await messagesOf(webhook({ metadata, messages: [system(change)] }))
    expect(found?.payload).toHaveProperty('identity_change', {
      reason: 'user_changed_user_id',
      previous_wa_id: null,
      previous_user_id: 'DE.1001',
      previous_parent_user_id: null,
      current_wa_id: null,
      current_user_id: 'DE.1077',
      current_parent_user_id: null,
    })
  })

  it('reads user_id_update as partners hand it on, one notice a person', async () => {
    const update = (wa_id: string, previous: string, current: string): object => ({
      wa_id,
      user_id: { previous, current },
      timestamp: sentAt,
    })
    const value = {
      metadata,
      user_id_update: [update('491700000001', 'DE.1', 'DE.2'), update('491700000002', 'DE.3', 'DE.4')],
    }
    const found = await messagesOf(webhook(value, 'user_id_update'))
    expect(found.map((each) => each.message_type)).toEqual(['whatsapp_notice', 'whatsapp_notice'])
    expect(found.map(({ payload }) => payload)).toMatchObject([
      { identity_change: { reason: 'user_id_update', previous_user_id: 'DE.1', current_user_id: 'DE.2' } },
      { identity_change: { reason: 'user_id_update', previous_user_id: 'DE.3', current_user_id: 'DE.4' } },
    ])
  })

  it('is none where a system message says something else', async () => {
    expect(
      (await receivedOf({ type: 'system', system: { body: 'hello', type: 'other' } })).identity_change,
    ).toBe(null)
  })

  it('belongs to system messages alone', async () => {
    const [found] = await messagesOf(messages({ id: 'wamid.1', type: 'text', system: { wa_id: '49' } }))
    expect(found?.payload).toHaveProperty('identity_change', null)
  })
})
