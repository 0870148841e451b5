import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEmail } from '@headwater/channels'
import { describe, expect, it } from 'vitest'
import { varyMail, type Variation } from '../src/vary-mail.ts'

const vary = (text: string, variation: Partial<Variation> = {}): string =>
  varyMail(Buffer.from(text, 'latin1'), { number: 17, sample: 4, ...variation }).toString('latin1')

const folder = join(import.meta.dirname, '../fixtures/emails')
const fixtures = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))

describe('varyMail', () => {
  it('puts the number in front of the Message-ID and changes nothing else', () => {
    expect(vary('To: a@example.org\r\nMessage-Id:\r\n <x@y>\r\n\r\nMessage-ID: <body>\r\n')).toBe(
      'To: a@example.org\r\nMessage-Id:\r\n <17.x@y>\r\n\r\nMessage-ID: <body>\r\n',
    )
  })

  it('keeps a Message-ID without brackets without them', () => {
    expect(vary('Message-ID:   no brackets  \r\n\r\n')).toBe('Message-ID:   17.no brackets  \r\n\r\n')
  })

  it('gives a mail without Message-ID the field, before its first one and with its line ends', () => {
    expect(vary('\n\nSubject: x\n\nbody\n')).toBe(
      '\n\nMessage-ID: <17.demo@mail.example.com>\nSubject: x\n\nbody\n',
    )
    expect(vary('\u00ef\u00bb\u00bfSubject: x\r\n')).toContain('Message-ID')
  })

  it('numbers a mail that shall have no Message-ID by another field', () => {
    expect(vary('Subject: x\r\rbody', { withoutMessageId: true })).toBe(
      'X-Demo-Number: 17\rSubject: x\r\rbody',
    )
  })

  it('numbers bytes without a header by white space behind them', () => {
    expect(vary('{"a":\r\n1}')).toBe('{"a":\r\n1}\t   \t')
    expect(vary('\0\0')).toBe('\0\0\t   \t')
  })

  it('gives the sender that samples share to this sample alone', () => {
    expect(vary('From: Desk <desk@example.com>\r\nMessage-ID: <a>\r\n\r\n')).toContain(
      'From: Desk <desk-4@example.com>',
    )
    expect(vary('From: root@db.example.org\r\nTo: desk@example.com\r\nMessage-ID: <a>\r\n\r\n')).toContain(
      'From: root@db.example.org\r\nTo: desk@example.com',
    )
  })

  it('makes every copy of every fixture another mail', () => {
    for (const { name, bytes } of fixtures) {
      const copies = Array.from({ length: 20 }, (_, number) =>
        varyMail(bytes, { number: number + 1, sample: 1 }).toString('latin1'),
      )
      expect(new Set(copies).size, name).toBe(20)
    }
  })

  it('leaves every fixture as readable as it was, with a Message-ID of its own', async () => {
    for (const { name, bytes } of fixtures) {
      const withoutMessageId = name === 'missing-message-id.eml'
      const before = await parseEmail(bytes)
      const after = await parseEmail(varyMail(bytes, { number: 17, sample: 4, withoutMessageId }))
      if (before.kind === 'unreadable' || after.kind === 'unreadable') {
        expect(after, name).toMatchObject({
          kind: 'unreadable',
          reason: before.kind === 'mail' ? '' : before.reason,
        })
        continue
      }
      expect(after.messageId, name).toEqual(withoutMessageId ? null : expect.stringContaining('17.'))
      for (const field of ['subject', 'text', 'html', 'date', 'to', 'cc'] as const) {
        expect(after[field], `${name} ${field}`).toEqual(before[field])
      }
      expect(after.attachments, name).toEqual(before.attachments)
    }
  })
})
