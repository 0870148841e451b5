import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { emailKey } from '../src/index.ts'

const mail = {
  from_email: 'desk@example.com',
  envelope_from: 'bounce@example.com',
  message_id_header: '<a@example.com>',
  raw_sha256: 'ab12',
}

describe('emailKey', () => {
  it('is the sender', () => expect(emailKey(mail)).toBe('desk@example.com'))

  it.each([
    ["the envelope's sender", { from_email: null }, 'bounce@example.com'],
    [
      'a digest of the Message-ID after a null return path',
      { from_email: null, envelope_from: '' },
      `message-id:${createHash('sha256').update('<a@example.com>').digest('hex')}`,
    ],
    [
      'the digest of the raw mail',
      { from_email: null, envelope_from: null, message_id_header: null },
      'raw:ab12',
    ],
  ])('falls back to %s', (_, change, expected) => expect(emailKey({ ...mail, ...change })).toBe(expected))
})
