import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { emailMessageId } from '../src/email/message-identity.ts'

const identity = {
  providerId: '<a@example.com>',
  sender: 'desk@example.com',
  recipient: 'support@example.org',
  body: Buffer.from('text'),
  raw: Buffer.from('header and text'),
}
const id = emailMessageId(identity)

describe('emailMessageId', () => {
  it('does not change: consumers have stored it', () => {
    expect(id).toBe('6dead666bc0411328088d4338a2814f1e4333d29be99f5af809cb7ecdc94b6dc')
    expect(emailMessageId({ ...identity, providerId: null })).toBe(
      '112a374f55c5caa256a4ee99de24f7897c1087cc45df3a4d6909f716e91db9ba',
    )
  })

  it('ignores what relays add to the header', () => {
    expect(emailMessageId({ ...identity, raw: Buffer.from('Received: by mx\r\nheader and text') })).toBe(id)
  })

  it.each([
    { providerId: '<b@example.com>' },
    { sender: 'other@example.com' },
    { sender: null },
    { recipient: 'sales@example.org' },
    { recipient: null },
    { body: Buffer.from('forged') },
    { providerId: null },
  ])('differs with %j', (change) => expect(emailMessageId({ ...identity, ...change })).not.toBe(id))

  it('cannot be met by moving characters from one field to the next', () => {
    const moved = { ...identity, sender: 'desk@example.coms', recipient: 'upport@example.org' }
    expect(emailMessageId(moved)).not.toBe(id)
  })

  it('tells no recipient from an empty one', () => {
    expect(emailMessageId({ ...identity, recipient: '' })).not.toBe(
      emailMessageId({ ...identity, recipient: null }),
    )
  })

  it('counts every byte and the recipient where there is no Message-ID', () => {
    const bare = { ...identity, providerId: null }
    expect(emailMessageId({ ...bare, raw: Buffer.from('header and texT') })).not.toBe(emailMessageId(bare))
    expect(emailMessageId({ ...bare, recipient: null })).not.toBe(emailMessageId(bare))
    expect(emailMessageId({ ...bare, sender: null })).toBe(emailMessageId(bare))
  })
})
